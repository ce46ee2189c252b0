"""What the log says of a failure: where and what, and nothing that was being sent."""

import json
from collections.abc import Iterator

import pytest
import structlog
from pydantic import SecretStr

from actors.adapters.bybit.client import Client
from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.params import BybitParams
from actors.cli.logs import LogLevel, log_to_stderr

KEY = "TULIPkeyPlanted" + "77"
SECRET = "ROSEsecretPlanted" + "88"
ORDER = {"category": "linear", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Market", "qty": "0.01"}


@pytest.fixture(autouse=True)
def _configured() -> Iterator[None]:
    yield
    structlog.reset_defaults()


@pytest.mark.parametrize("as_json", [False, True], ids=["console", "json"])
def test_a_request_that_fails_unexpectedly_is_logged_without_its_key_and_signature(
    *, as_json: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log_to_stderr(LogLevel.DEBUG, as_json=as_json)
    client = Client(BybitParams(rest_url="http://127.0.0.1:9"), SecretStr(KEY), SecretStr(SECRET), VenueClock())
    signed: list[str] = []

    def fail(request: object, **_: object) -> None:
        signed.append(request.headers["X-BAPI-SIGN"])  # type: ignore[attr-defined]
        raise RuntimeError("tulip bulbs")

    monkeypatch.setattr(client._http.client, "send", fail)
    try:
        client.send("place", "place_order", ORDER)
    except RuntimeError:
        structlog.get_logger().exception("child failed")
    said = capsys.readouterr().err
    assert "tulip bulbs" in said
    assert "_http_manager.py" in said
    assert "\x1b" not in said
    assert not as_json or json.loads(said)["exception"][0]["frames"]
    assert [kept for kept in (KEY, SECRET, *signed) if kept in said] == []
