"""The sandbox as an ASGI application: Bybit's paths, and `/sandbox` for whoever tests with it."""

import json

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from actors.adapters.sandbox.exchange.endpoints import ENDPOINTS
from actors.adapters.sandbox.faults.catalogue import FAULTS
from actors.adapters.sandbox.server.rest import Rest
from actors.adapters.sandbox.server.sandbox import Sandbox
from actors.adapters.sandbox.server.trade import TradeSockets
from core.errors import ConfigurationError


def build(sandbox: Sandbox) -> Starlette:
    """The application, for any ASGI server; `Sandbox.run` must run beside it."""
    rest, sockets, control = Rest(sandbox), TradeSockets(sandbox), _Control(sandbox)
    routes: list[BaseRoute] = [
        *(Route(path, rest.answer, methods=[endpoint.method]) for path, endpoint in ENDPOINTS.items()),
        WebSocketRoute("/v5/public/linear", sockets.public),
        WebSocketRoute("/v5/private", sockets.private),
        WebSocketRoute("/v5/trade", sockets.trade),
        Route("/sandbox", control.state, methods=["GET"]),
        Route("/sandbox/faults", control.arm, methods=["POST"]),
        Route("/sandbox/faults", control.heal, methods=["DELETE"]),
    ]
    return Starlette(routes=routes)


class _Control:
    """What Bybit does not have: see how the sandbox stands, arm a fault, end all faults."""

    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def state(self, request: Request) -> Response:
        """Clock, prices and what has struck."""
        del request
        return JSONResponse(self._sandbox.told())

    async def arm(self, request: Request) -> Response:
        """Let a fault strike at its next opportunities: `{"fault": name, "times": n}`."""
        try:
            wanted = json.loads(await request.body())
            self._sandbox.faults.arm(wanted["fault"], int(wanted.get("times", 1)))
        except (ValueError, KeyError, TypeError, AttributeError):
            return _unusable('give {"fault": name, "times": n}')
        except ConfigurationError as error:
            return _unusable(str(error))
        return JSONResponse({"armed": wanted["fault"], "meaning": FAULTS[wanted["fault"]].meaning})

    async def heal(self, request: Request) -> Response:
        """No more faults."""
        del request
        self._sandbox.faults.heal()
        return JSONResponse(self._sandbox.faults.told())


def _unusable(detail: str) -> Response:
    return JSONResponse({"error": "bad_parameter", "detail": detail}, status_code=422)
