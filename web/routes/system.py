"""The system as a whole: its state, its health, its metrics."""

from starlette.responses import PlainTextResponse, Response

from web import views
from web.endpoint import Api, Endpoint, answer, get
from web.metrics import CONTENT_TYPE, exposition
from web.parameter import Given
from web.shapes.system import Health, Status


@get("/api/status", group="System", shape=Status)
async def status(api: Api, _: Given) -> Response:
    """The published view: all that the page shows, at once."""
    return answer(api.board.view())


@get("/health", group="System", shape=Health, also={503: "Safe mode, or the journal cannot be written."})
async def health(api: Api, _: Given) -> Response:
    """Whether the system is well, with every actor, chart, feed and connection.

    200 while it is alive, 503 in safe mode; the body has the same form.
    """
    body = views.health(api.board.view())
    return answer(body, status=200 if body["status"] == "ok" else 503)


@get("/metrics", group="System", medium="text/plain")
async def metrics(api: Api, _: Given) -> Response:
    """The figures of the published view for Prometheus."""
    text = exposition(api.board.view(), clients=api.sources.hub.clients)
    return PlainTextResponse(text, media_type=CONTENT_TYPE)


ENDPOINTS: tuple[Endpoint, ...] = (status, health, metrics)
