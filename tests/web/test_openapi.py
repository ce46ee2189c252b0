"""The document says all that is served, and all that it says holds."""

import json
import re
from typing import Any
from urllib.parse import quote

import jsonschema_rs
import pytest
from starlette.routing import Route

from tests.web.asgi import Answer, call
from tests.web.replayed import Replayed
from tests.web.stand import Stand
from web.endpoint import Endpoint
from web.openapi import document
from web.parameter import Flag, Known, Moment, Name, Parameter, Some, Whole
from web.refusal import ERRORS
from web.routes import ENDPOINTS

DOCUMENT = document(ENDPOINTS)
TAKEN = [(endpoint, parameter) for endpoint in ENDPOINTS for parameter in endpoint.parameters]
JSON_ENDPOINTS = [endpoint for endpoint in ENDPOINTS if endpoint.shape is not None]
NAMES = [f"{endpoint.name}-{parameter.name}" for endpoint, parameter in TAKEN]


def named(endpoint: Endpoint) -> str:
    return endpoint.name


def good(parameter: Parameter) -> list[str]:
    """Values at the ends of what is allowed."""
    match parameter:
        case Whole(low=low, high=high):
            return [str(low), str(high)]
        case Flag():
            return ["0", "1", "true", "false"]
        case Known(ids=ids):
            return [ids[0], ids[-1]]
        case Some(words=words):
            return [words[0], ",".join(words)]
        case Moment():
            return ["0", str(2**53), "2024-03-05T14:35:00Z"]
        case Name(longest=longest):
            return ["x", "x" * longest]
    raise AssertionError(parameter)


def bad(parameter: Parameter) -> list[str]:
    """Values one step beyond."""
    match parameter:
        case Whole(low=low, high=high):
            return [str(low - 1), str(high + 1), "1.5", "one"]
        case Flag():
            return ["2", "maybe"]
        case Known(ids=ids):
            return [f"{ids[0]}x"]
        case Some(words=words):
            return [f"{words[0]},other", ","]
        case Moment():
            return ["-1", str(2**53 + 1), "yesterday"]
        case Name(longest=longest):
            return ["x" * (longest + 1), "two words", "\u00e9"]
    raise AssertionError(parameter)


async def asked(stand: Stand, endpoint: Endpoint, parameter: Parameter, text: str) -> Answer:
    """The answer to this value; the stand's streams have ended."""
    stand.hub.close()
    path = endpoint.path.replace("{chart}", quote(text) if parameter.where == "path" else "order")
    if parameter.where == "header":
        return await call(stand.app, path, headers={parameter.name.lower(): text})
    return await call(stand.app, f"{path}?{parameter.name}={quote(text)}" if parameter.where == "query" else path)


@pytest.mark.anyio
async def test_every_route_is_documented_and_nothing_else() -> None:
    routes = [route.path for route in Stand().app.routes if isinstance(route, Route)]
    served = json.loads((await call(Stand().app, "/api/openapi.json")).body)
    assert list(served["paths"]) == routes
    assert served == json.loads(json.dumps(DOCUMENT))


def test_the_endpoints_of_the_first_plan_are_all_there() -> None:
    """The read endpoints people were promised, at their paths."""
    promised = {
        "market": "orderbook latest-trade latest-kline klines",
        "macro": "dxy btc-dominance",
        "news": "latest classified signals fetch",
        "regime": "current status trends",
        "capital-flow": "current interpretation",
        "liquidity": "levels status",
        "execution": "signal status",
        "risk": "status",
        "trades": "status positions history",
    }
    paths = {f"/api/{group}/{name}" for group, names in promised.items() for name in names.split()}
    assert len(paths) == 23
    assert paths | {"/health", "/api/status", "/ui", "/docs"} <= set(DOCUMENT["paths"])


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=named)
def test_every_endpoint_is_described_under_a_name_of_its_own(endpoint: Endpoint) -> None:
    operation = DOCUMENT["paths"][endpoint.path]["get"]
    assert len(operation["summary"]) > 8
    assert [each.name for each in ENDPOINTS].count(endpoint.name) == 1
    assert {parameter.name for parameter in endpoint.parameters if parameter.where == "path"} == set(
        re.findall(r"{(\w+)}", endpoint.path)
    )
    assert all(parameter.about for parameter in endpoint.parameters)


def test_every_reference_leads_somewhere() -> None:
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(DOCUMENT))):
        place: Any = DOCUMENT
        for key in reference.split("/"):
            place = place[key]


@pytest.mark.parametrize("schema", [DOCUMENT["components"]["schemas"]])
def test_every_schema_is_json_schema(schema: dict[str, Any]) -> None:
    for each in schema.values():
        assert jsonschema_rs.meta.is_valid({**each, "$schema": "https://json-schema.org/draft/2020-12/schema"})


@pytest.mark.anyio
@pytest.mark.parametrize(("endpoint", "parameter"), TAKEN, ids=NAMES)
async def test_what_a_parameter_documents_is_accepted_to_its_limits(endpoint: Endpoint, parameter: Parameter) -> None:
    stand = Stand()
    for text in good(parameter):
        answer = await asked(stand, endpoint, parameter, text)
        assert answer.status in (200, 404, 503), (text, answer)
        if isinstance(parameter, Known):
            assert answer.status == 200


@pytest.mark.anyio
@pytest.mark.parametrize(("endpoint", "parameter"), TAKEN, ids=NAMES)
async def test_what_a_parameter_does_not_document_is_refused(endpoint: Endpoint, parameter: Parameter) -> None:
    stand = Stand()
    for text in bad(parameter):
        if parameter.where == "header" and not text.isascii():
            continue
        answer = await asked(stand, endpoint, parameter, text)
        assert (answer.status, answer.json()["error"]) == (parameter.refusal, ERRORS[parameter.refusal]), text
        assert str(parameter.refusal) in DOCUMENT["paths"][endpoint.path]["get"]["responses"]


@pytest.mark.anyio
@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=named)
async def test_a_parameter_that_is_not_documented_is_refused(endpoint: Endpoint) -> None:
    answer = await call(Stand().app, endpoint.path.replace("{chart}", "order") + "?nosuch=1")
    assert (answer.status, answer.json()["error"]) == (422, "bad_parameter")


def closed(schema: Any) -> Any:
    """The schema without room for keys it does not name."""
    if isinstance(schema, list):
        return [closed(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(value) for key, value in schema.items()}
    if "properties" in found or found.get("title") == "Nothing":
        found.setdefault("additionalProperties", False)
    return found


def complaints(value: Any, schema: dict[str, Any]) -> list[str]:
    whole = closed({**schema, "components": DOCUMENT["components"]})
    found = jsonschema_rs.Draft202012Validator(whole).iter_errors(json.loads(json.dumps(value)))
    return [f"{'/'.join(map(str, error.instance_path))}: {error.message[:200]}" for error in found]


def shape_of(path: str) -> dict[str, Any]:
    responses: dict[str, Any] = DOCUMENT["paths"][path]["get"]["responses"]
    return dict(responses["200"]["content"]["application/json"]["schema"])


@pytest.mark.anyio
@pytest.mark.parametrize("endpoint", JSON_ENDPOINTS, ids=named)
async def test_an_answer_after_a_replay_holds_what_is_documented_and_nothing_more(
    endpoint: Endpoint, replayed: Replayed
) -> None:
    answer = await call(replayed.app(), endpoint.path.replace("{chart}", "position"))
    if endpoint.path == "/api/market/orderbook":
        assert (answer.status, answer.json()["error"]) == (503, "input_absent")
    else:
        assert answer.status == 200, answer
        assert complaints(answer.json(), shape_of(endpoint.path)) == []


def test_the_view_is_as_documented_all_through_a_replay(replayed: Replayed) -> None:
    assert len(replayed.views) > 100
    assert any(view["positions"] for view in replayed.views)
    assert any(view["orders"] for view in replayed.views)
    assert replayed.views[0]["counts"]["bars"] == 0
    for view in replayed.views:
        assert complaints(view, shape_of("/api/status")) == []


@pytest.mark.parametrize(
    ("change", "complaint"),
    [({"risk": {"state": "normal"}}, "risk"), ({"new": 1}, "new"), ({"time": "noon"}, "time")],
)
def test_a_view_that_is_not_as_documented_is_noticed(
    replayed: Replayed, change: dict[str, Any], complaint: str
) -> None:
    assert complaint in " ".join(complaints(replayed.board.view() | change, shape_of("/api/status")))
