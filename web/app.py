"""The web application: the page, its event stream and its JSON. Read-only."""

from pathlib import Path

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from core.errors import LedgerError
from web.config import WebConfig
from web.cursor import Sources
from web.endpoint import Api, answer
from web.guard import Guard, check_bind
from web.ports import Board, JournalReader
from web.refusal import ERRORS, did_you_mean
from web.routes import ENDPOINTS
from web.stream import Hub, ViewFeed

__all__ = ["Hub", "WebConfig", "build", "check_bind"]

_STATIC = Path(__file__).parent / "static"
READER_THREADS = 4
"""Threads that read the journal for browsers; the rest of the process's threads are not theirs."""


def build(*, journal: JournalReader, board: Board, hub: Hub, config: WebConfig) -> Starlette:
    """The application, for any ASGI server.

    Raises:
        ConfigurationError: If it would show the account beyond this machine without a token.
    """
    check_bind(config)
    views = ViewFeed(board, interval_ms=config.view_ms)
    threads = CapacityLimiter(READER_THREADS)
    sources = Sources(hub=hub, journal=journal, views=views, config=config, threads=threads)
    api = Api(sources=sources, board=board, endpoints=ENDPOINTS)
    static = Mount("/static", StaticFiles(directory=_STATIC), name="static")
    return Starlette(
        routes=[*(endpoint.route(api) for endpoint in ENDPOINTS), static],
        middleware=[Middleware(Guard, config=config)],
        exception_handlers={HTTPException: _refused, LedgerError: _unreadable, Exception: _broken},
    )


async def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = error.detail if isinstance(error, HTTPException) else ""
    if detail == "Not Found":
        paths = [route.path for route in request.app.routes if isinstance(route, Route)]
        detail = f"nothing at {request.url.path[:80]}{did_you_mean(request.url.path, paths)}"
    return answer({"error": ERRORS.get(status, "refused"), "detail": detail}, status=status)


async def _unreadable(_request: Request, error: Exception) -> Response:
    return answer({"error": "journal_unavailable", "detail": str(error)}, status=503)


async def _broken(_request: Request, _error: Exception) -> Response:
    return answer({"error": "internal_server_error", "detail": "a bug in Chartwright; its log says more"}, status=500)
