"""Every endpoint, asked in every way its OpenAPI document allows and in many that it forbids, on a replayed market."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.config import SchemathesisConfig
from starlette.applications import Starlette

from tests.web.replayed import TESTED_AS, Replayed
from tests.web.stand import Stand
from web.config import WebConfig

# A replay of candles has no order book: its refusal is the documented answer.
CONFIG: dict[str, Any] = {
    "generation": {"deterministic": True},
    "operations": [
        {
            "include-path": "/api/market/orderbook",
            "checks": {"not_a_server_error": {"expected-statuses": ["2xx", "4xx", "503"]}},
        }
    ],
}
schema = schemathesis.openapi.from_asgi(
    "/api/openapi.json",
    Stand(config=WebConfig(allowed_hosts=(TESTED_AS,))).app,
    config=SchemathesisConfig.from_dict(CONFIG),
)


@pytest.fixture(scope="module")
def app(replayed: Replayed) -> Starlette:
    return replayed.app()


@schema.parametrize()
@settings(max_examples=25, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck), database=None)
def test_every_answer_is_as_documented(case: "schemathesis.Case[Any]", app: Starlette) -> None:
    case.call_and_validate(app=app)
