"""The JSON API: every answer is read from the journal, the charts or the published view; nothing is changed."""

import threading
from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeVar

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from core.message import Json
from core.reasons import Reason
from core.records import JournalRow
from machines.catalog import CHARTS
from machines.draw import describe, diagram
from web.cursor import KINDS, VIEW, EventStream, Sources
from web.encode import compact, iso, row_json
from web.metrics import CONTENT_TYPE, exposition
from web.params import MAX_SEQ, Params, did_you_mean, known, unprocessable, whole_number
from web.ports import Board
from web.published import PARTS, part
from web.sketch import sketch
from web.views import health, live_instances, pick
from web.why import evaluation_json

_T = TypeVar("_T")
_REASONS: list[Json] = [
    {"code": reason.name, "meaning": reason.meaning, "remedy": reason.remedy, "emitted_by": reason.emitted_by}
    for reason in Reason
]
_drawing = threading.Lock()
"""Graphviz keeps global state."""

# Drawn alone, a diagram styles itself; on the page, the page does.
_SVG_POLICY = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}


@cache
def _drawn(chart: str, *, labels: bool) -> str:
    with _drawing:
        return str(diagram(CHARTS[chart], "svg")) if labels else sketch(chart)


@cache
def _described(chart: str) -> dict[str, Any]:
    return dict(describe(CHARTS[chart]))


def answer(value: Any, *, status: int = 200) -> Response:
    """A JSON response."""
    return Response(compact(value), status_code=status, media_type="application/json")


class Api:
    """The endpoints, by name."""

    def __init__(self, *, sources: Sources, board: Board) -> None:
        self._from = sources
        self._board = board

    async def stream(self, request: Request) -> EventStream:
        """Journal rows as Server-Sent Events."""
        params = Params(request, "after", "kinds")
        resume = request.headers.get("last-event-id")
        after = params.integer("after", low=0, high=MAX_SEQ)
        if resume:
            after = whole_number("Last-Event-ID", resume.strip(), low=0, high=MAX_SEQ)
        return EventStream(self._from, after=after, kinds=_kinds(params.text("kinds")))

    async def transitions(self, request: Request) -> Response:
        """Transitions from the journal, oldest first."""
        params = Params(request, "after", "limit", "machine", "instance", "reason", "newest", "hash")
        instance = params.text("instance")
        find = partial(
            self._from.journal.rows,
            after=params.integer("after", low=0, high=MAX_SEQ) or 0,
            limit=params.integer("limit", low=1, high=1_000) or 100,
            kinds=("transition",),
            machine=params.choice("machine", CHARTS),
            instance=instance,
            reason=params.choice("reason", Reason.__members__),
            newest=params.flag("newest"),
        )
        rows = await self._read(partial(self._found, find, instance, hashed=params.flag("hash")))
        return answer(rows)

    def _found(self, find: Callable[[], list[JournalRow]], instance: str | None, *, hashed: bool) -> list[Json]:
        journal = self._from.journal
        rows = sorted(find(), key=lambda row: row.seq)
        if not rows and instance and not journal.rows(instance=instance, limit=1):
            raise HTTPException(404, f"no instance {instance[:80]!r}; see /api/machines for those alive")
        if hashed:
            return [{**row_json(row), "hash": journal.hash_of(row.seq)} for row in rows]
        return [row_json(row) for row in rows]

    async def machines(self, request: Request) -> Response:
        """Every chart and its live instances."""
        Params(request)
        view = self._board.view()
        return answer([_described(chart) | {"instances": live_instances(view, chart)} for chart in CHARTS])

    async def machine(self, request: Request) -> Response:
        """One chart and its live instances."""
        Params(request)
        chart = known("chart", request.path_params["chart"], CHARTS)
        return answer(_described(chart) | {"instances": live_instances(self._board.view(), chart)})

    async def chart_diagram(self, request: Request) -> Response:
        """One chart, drawn from its definition; with `labels=0` a sketch without words on its lines."""
        labels = Params(request, "labels").flag("labels", default=True)
        chart = known("chart", request.path_params["chart"], CHARTS)
        svg = await self._read(partial(_drawn, chart, labels=labels))
        return Response(svg, media_type="image/svg+xml", headers=_SVG_POLICY)

    async def evaluations(self, request: Request) -> Response:
        """Every guard's verdict for the last bar closed at or before a time."""
        params = Params(request, "symbol", "at")
        symbol, at_ms = params.text("symbol"), params.time_ms("at")
        row = await self._read(partial(self._from.journal.evaluation, symbol, MAX_SEQ if at_ms is None else at_ms))
        if row is None:
            own = pick(self._board.view(), "symbol")
            if symbol is not None and isinstance(own, str) and symbol != own:
                raise HTTPException(404, f"no symbol {symbol[:80]!r}{did_you_mean(symbol, [own]) or '; known: ' + own}")
            raise HTTPException(404, f"no bar was evaluated {'yet' if at_ms is None else 'at or before ' + iso(at_ms)}")
        return answer(evaluation_json(row))

    async def reasons(self, request: Request) -> Response:
        """Every reason code with its meaning and remedy."""
        Params(request)
        return answer(_REASONS)

    async def health(self, request: Request) -> Response:
        """200 while the system is well, 503 in safe mode."""
        Params(request)
        body = health(self._board.view())
        return answer(body, status=200 if body["status"] == "ok" else 503)

    async def status(self, request: Request) -> Response:
        """The published view."""
        Params(request)
        return answer(self._board.view())

    async def metrics(self, request: Request) -> Response:
        """Prometheus text."""
        Params(request)
        return PlainTextResponse(
            exposition(self._board.view(), clients=self._from.hub.clients), media_type=CONTENT_TYPE
        )

    async def published(self, request: Request) -> Response:
        """One part of the published view."""
        Params(request)
        path = request.url.path
        value = part(self._board.view(), path)
        if value is None:
            raise HTTPException(404, f"nothing is published as {PARTS[path]} yet")
        return answer(value)

    async def _read(self, call: Callable[[], _T]) -> _T:
        return await to_thread.run_sync(call, limiter=self._from.threads)


def _kinds(text: str | None) -> frozenset[str] | None:
    if text is None:
        return None
    kinds = frozenset(text.split(","))
    for kind in kinds - {*KINDS, VIEW}:
        raise unprocessable(
            f"kinds: no kind {kind[:40]!r}{did_you_mean(kind, KINDS)}; allowed: {', '.join((*KINDS, VIEW))}"
        )
    return kinds
