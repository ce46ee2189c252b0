"""The OpenAPI 3.1 document, made from the endpoints' declarations and nothing else."""

from functools import cache
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter

from web.endpoint import Endpoint
from web.parameter import TOKEN, Parameter
from web.shapes.shape import Refusal

_ABOUT = """Chartwright's read-only API: what the system knows, decided and why.

Nothing here changes anything: GET and HEAD are all there is, every other method is answered with 405. Times are UTC \
milliseconds unless a name says otherwise, prices and money are in quote currency, quantities in base coin. Objects \
may gain keys; none is changed silently.

Every refusal is JSON with `error` for programs and `detail` for people. Where this run lacks an input the answer is \
503, and says how to provide it. A host that is not known is answered with 421, and where a viewer token is set, a \
request without it with 401."""

_EVERYWHERE = {
    401: ("Unauthorized", "A viewer token is set (`web.viewer_token`), and the request does not show it."),
    421: ("Misdirected", "The Host header names a host that this page is not served as (`web.allowed_hosts`)."),
}
_BAD = "A parameter is unknown, given twice, or its value is not allowed."
_UNKNOWN = "There is no such id; the nearest one is named."
_REF = "#/components/schemas/{model}"


@cache
def document(endpoints: tuple[Endpoint, ...]) -> dict[str, Any]:
    """The document about these endpoints; about 50 ms the first time."""
    shapes, schemas = _schemas(endpoints)
    paths = {endpoint.path: {"get": _operation(endpoint, shapes.get(endpoint.path))} for endpoint in endpoints}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Chartwright", "version": version("chartwright"), "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": group} for group in dict.fromkeys(endpoint.group for endpoint in endpoints)],
        "security": [{}, {"bearer": []}, {"inAddress": []}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {name: _refused(text) for name, text in _EVERYWHERE.values()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "inAddress": {"type": "apiKey", "in": "query", "name": TOKEN},
            },
        },
    }


def _schemas(endpoints: tuple[Endpoint, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Each JSON answer's schema by path, and the schemas they refer to by name."""
    wanted: list[tuple[str, Any, TypeAdapter[Any]]] = [
        (endpoint.path, "validation", TypeAdapter(endpoint.shape))
        for endpoint in endpoints
        if endpoint.shape is not None
    ]
    wanted.append(("", "validation", TypeAdapter(Refusal)))
    found, shared = TypeAdapter.json_schemas(wanted, ref_template=_REF)
    return {path: schema for (path, _), schema in found.items()}, shared["$defs"]


def _operation(endpoint: Endpoint, schema: dict[str, Any] | None) -> dict[str, Any]:
    operation = {
        "operationId": endpoint.name,
        "tags": [endpoint.group],
        "summary": endpoint.summary.removesuffix("."),
        "description": endpoint.detail,
        "parameters": [_parameter(parameter) for parameter in endpoint.parameters],
        "responses": _responses(endpoint, {"type": "string"} if schema is None else schema),
    }
    return {name: value for name, value in operation.items() if value not in ("", [])}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = parameter.schema()
    if parameter.default is not None:
        schema["default"] = _spelled(parameter.default)
    told: dict[str, Any] = {
        "name": parameter.name,
        "in": parameter.where,
        "description": parameter.about,
        "required": parameter.where == "path",
        "schema": schema,
    }
    if schema.get("type") == "array":
        told |= {"style": "form", "explode": False}
    return told


def _spelled(default: Any) -> Any:
    """A default as its schema writes it."""
    return str(int(default)) if isinstance(default, bool) else default


def _responses(endpoint: Endpoint, schema: dict[str, Any]) -> dict[str, Any]:
    refusals = {422: _BAD}
    if any(parameter.refusal == 404 for parameter in endpoint.parameters):
        refusals[404] = _UNKNOWN
    refusals |= endpoint.refusals
    content = {endpoint.medium: {"schema": schema}}
    answers = {200: endpoint.summary, **endpoint.also}
    responses: dict[str, Any] = {
        str(status): {"description": text, "content": content} for status, text in answers.items()
    }
    for status, text in sorted(refusals.items()):
        responses[str(status)] = _refused(text)
    for status, (name, _) in _EVERYWHERE.items():
        responses[str(status)] = {"$ref": f"#/components/responses/{name}"}
    return responses


def _refused(text: str) -> dict[str, Any]:
    schema = {"$ref": _REF.format(model=Refusal.__name__)}
    return {"description": text, "content": {"application/json": {"schema": schema}}}
