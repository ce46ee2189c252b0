"""What people open in a browser, and the document about everything served."""

from functools import partial
from pathlib import Path
from typing import Any

from starlette.responses import HTMLResponse, Response

from web.endpoint import Api, Endpoint, answer, get
from web.openapi import document
from web.parameter import Given
from web.reference import page

_PAGE = (Path(__file__).parents[1] / "templates" / "index.html").read_text(encoding="utf-8")
_HTML = "text/html"


@get("/", group="Pages", medium=_HTML)
async def index(_api: Api, _: Given) -> Response:
    """The page: charts, reasons and figures as they change."""
    return HTMLResponse(_PAGE)


@get("/ui", group="Pages", medium=_HTML)
async def ui(_api: Api, _: Given) -> Response:
    """The same page."""
    return HTMLResponse(_PAGE)


@get("/docs", group="Pages", medium=_HTML)
async def docs(api: Api, _: Given) -> Response:
    """This document for people, with every endpoint to try."""
    return HTMLResponse(await api.read(partial(page, api.endpoints)))


@get("/api/openapi.json", group="Pages", shape=dict[str, Any])
async def openapi(api: Api, _: Given) -> Response:
    """This document for programs: OpenAPI 3.1."""
    return answer(await api.read(partial(document, api.endpoints)))


ENDPOINTS: tuple[Endpoint, ...] = (index, ui, docs, openapi)
