"""The readable page about the API, made from its OpenAPI document."""

import re
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any
from urllib.parse import quote

from web.endpoint import Endpoint
from web.openapi import document
from web.parameter import Parameter

_TEMPLATE = Template((Path(__file__).parent / "templates" / "docs.html").read_text(encoding="utf-8"))
_MOST_VALUES = 8


@cache
def page(endpoints: tuple[Endpoint, ...]) -> str:
    """The page as HTML."""
    told = document(endpoints)
    groups: dict[str, list[Endpoint]] = {}
    for endpoint in endpoints:
        groups.setdefault(endpoint.group, []).append(endpoint)
    schemas = told["components"]["schemas"]
    return _TEMPLATE.substitute(
        version=escape(told["info"]["version"]),
        about="".join(f"<p>{_text(part)}</p>" for part in told["info"]["description"].split("\n\n")),
        contents="".join(_contents(group, members) for group, members in groups.items()),
        endpoints="".join(
            f"<h2>{escape(group)}</h2>" + "".join(_section(each, told["paths"][each.path]["get"]) for each in members)
            for group, members in groups.items()
        ),
        shapes="".join(_shape(name, schemas[name]) for name in sorted(schemas)),
    )


def _contents(group: str, endpoints: Iterable[Endpoint]) -> str:
    links = "".join(f'<li><a href="#{each.name}">{escape(each.path)}</a></li>' for each in endpoints)
    return f"<h3>{escape(group)}</h3><ul>{links}</ul>"


def _section(endpoint: Endpoint, operation: dict[str, Any]) -> str:
    medium, content = next(iter(operation["responses"]["200"]["content"].items()))
    answered = _type(content["schema"]) if endpoint.shape is not None else "text"
    refusals = "".join(
        f"<tr><td><code>{status}</code></td><td>{_text(response['description'])}</td></tr>"
        for status, response in operation["responses"].items()
        if "description" in response and status != "200"
    )
    where = escape(_try(endpoint), quote=True)
    return (
        f'<section class="panel" id="{endpoint.name}">'
        f'<h3><span class="verb">GET</span> <code>{escape(endpoint.path)}</code></h3>'
        f"<p><b>{_text(endpoint.summary)}</b> {_text(endpoint.detail)}</p>"
        f"{_parameters(operation.get('parameters', []))}"
        f'<p class="answer">Answers <code>{escape(medium)}</code>: {answered}</p>'
        f'<details><summary>Refusals</summary><table class="refusals">{refusals}</table></details>'
        f'<div class="try"><input value="{where}" aria-label="What to get" spellcheck="false">'
        f'<button type="button">Try</button> <a href="{where}" target="_blank">open</a></div>'
        "<pre hidden></pre></section>"
    )


def _parameters(parameters: list[dict[str, Any]]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(each['name'])}</code></td><td>{each['in']}</td><td>{_type(each['schema'])}</td>"
        f"<td>{_text(each['description'])}{_default(each)}</td></tr>"
        for each in parameters
    )
    return f'<table class="parameters">{rows}</table>' if rows else ""


def _default(parameter: dict[str, Any]) -> str:
    if parameter["required"]:
        return " <b>Needed.</b>"
    default = parameter["schema"].get("default")
    return "" if default is None else f" Otherwise <code>{escape(str(default))}</code>."


def _try(endpoint: Endpoint) -> str:
    """An address worth trying."""
    path, query = endpoint.path, []
    for parameter in endpoint.parameters:
        if parameter.where == "path":
            path = path.replace("{" + parameter.name + "}", _example(parameter))
        elif parameter.example:
            query.append(f"{parameter.name}={_example(parameter)}")
    return f"{path}?{'&'.join(query)}" if query else path


def _example(parameter: Parameter) -> str:
    return quote(parameter.example)


def _shape(name: str, schema: dict[str, Any]) -> str:
    needed = schema.get("required", [])
    rows = "".join(
        f"<tr><td><code>{escape(field)}</code>{'' if field in needed else ' <i>may be missing</i>'}</td>"
        f"<td>{_type(declared)}</td><td>{_text(declared.get('description', ''))}</td></tr>"
        for field, declared in schema.get("properties", {}).items()
    )
    about = _text(schema.get("description", ""))
    return f'<section class="panel" id="{name}"><h3>{name}</h3><p>{about}</p><table>{rows}</table></section>'


def _type(schema: dict[str, Any]) -> str:
    """A schema in a few words, with links to the shapes it names."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(_type(each) for each in schema["anyOf"])
    if "enum" in schema or "const" in schema:
        return _values(schema.get("enum") or [schema["const"]])
    return _compound(schema) or _plain(schema)


def _compound(schema: dict[str, Any]) -> str:
    if "prefixItems" in schema:
        return f"[{', '.join(map(_type, schema['prefixItems']))}]"
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    return ""


def _plain(schema: dict[str, Any]) -> str:
    """A single value's type, with its limits."""
    kind = escape(schema.get("format", schema.get("type", "anything")))
    if "minimum" in schema:
        return f"{kind} {schema['minimum']:g} … {_great(schema['maximum'])}"
    return f"{kind}, at most {schema['maxLength']} characters" if "maxLength" in schema else kind


def _great(number: float) -> str:
    return "2<sup>53</sup>" if number == 2**53 else f"{number:g}"


def _values(values: list[Any]) -> str:
    shown = " · ".join(f"<code>{escape(str(value))}</code>" for value in values[:_MOST_VALUES])
    return shown + (f" … {len(values)} in all" if len(values) > _MOST_VALUES else "")


def _text(text: str) -> str:
    """Prose, in which code stands between backticks."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text))
