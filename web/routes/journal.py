"""The journal: transitions, evaluations and the event stream."""

from collections.abc import Callable
from functools import partial

from starlette.exceptions import HTTPException
from starlette.responses import Response

from core.message import Json
from core.reasons import Reason
from core.records import JournalRow
from machines.catalog import CHARTS
from web.cursor import KINDS, VIEW, EventStream
from web.encode import iso, row_json
from web.endpoint import Api, Endpoint, answer, get
from web.parameter import MAX_SEQ, Flag, Given, Known, Moment, Name, Some, Whole
from web.refusal import did_you_mean
from web.shapes.system import Transition
from web.shapes.trading import Evaluation
from web.views import pick
from web.why import evaluation_json

_UNREADABLE = {503: "The journal cannot be read."}
_AFTER = Whole(name="after", about="Only rows whose `seq` is greater.", low=0, high=MAX_SEQ)


@get(
    "/api/transitions",
    group="Journal",
    shape=list[Transition],
    parameters=(
        _AFTER,
        Whole(name="limit", about="At most so many rows.", low=1, high=1_000, default=100, example="3"),
        Known(name="machine", about="Only this chart's.", ids=tuple(CHARTS)),
        Name(name="instance", about="Only this instance's, such as `BTCUSDT/position/1`."),
        Known(name="reason", about="Only with this reason code.", ids=tuple(Reason.__members__)),
        Flag(name="newest", about="The last rows instead of the first.", default=False, example="1"),
        Flag(name="hash", about="Add the hash of the commit that holds the row.", default=False),
    ),
    refusals={404: "There is no such instance.", **_UNREADABLE},
)
async def transitions(api: Api, given: Given) -> Response:
    """Transitions of every chart, oldest first, each with its reasons."""
    hashed = given.pop("hash")
    given["after"] = given["after"] or 0
    find = partial(api.journal.rows, kinds=("transition",), **given)
    return answer(await api.read(partial(_found, api, find, given["instance"], hashed=hashed)))


@get(
    "/api/evaluations",
    group="Journal",
    shape=Evaluation,
    parameters=(
        Name(name="symbol", about="Of this symbol; of any, where none is given."),
        Moment(name="at", about="The last bar closed at or before this: UTC ms or ISO 8601. Now, where none is given."),
    ),
    refusals={404: "No such symbol, or no bar that early.", **_UNREADABLE},
)
async def evaluations(api: Api, given: Given) -> Response:
    """Why it did not trade: every guard's verdict for one closed bar."""
    symbol, at_ms = given["symbol"], given["at"]
    row = await api.read(partial(api.journal.evaluation, symbol, MAX_SEQ if at_ms is None else at_ms))
    if row is not None:
        return answer(evaluation_json(row))
    own = pick(api.board.view(), "symbol")
    if symbol is not None and isinstance(own, str) and symbol != own:
        raise HTTPException(404, f"no symbol {symbol[:80]!r}{did_you_mean(symbol, [own]) or '; known: ' + own}")
    raise HTTPException(404, f"no bar was evaluated {'yet' if at_ms is None else 'at or before ' + iso(at_ms)}")


@get(
    "/api/stream",
    group="Journal",
    medium="text/event-stream",
    parameters=(
        _AFTER,
        Some(
            name="kinds",
            about="Only these kinds of row; `view` adds the published view whenever it changed.",
            words=(*KINDS, VIEW),
            example="transition",
        ),
        Whole(
            name="Last-Event-ID",
            where="header",
            about="Sent by a browser that comes back; it outranks `after`.",
            low=0,
            high=MAX_SEQ,
        ),
    ),
)
async def stream(api: Api, given: Given) -> EventStream:
    """Journal rows as Server-Sent Events, as they become durable.

    One event per row: `event` is its kind, `id` its `seq`, `data` the row as JSON. With `after` or `Last-Event-ID` the
    stream begins behind that row, without a gap or a duplicate; the comment `: live` ends the past.
    """
    resumed = given["Last-Event-ID"]
    return EventStream(api.sources, after=given["after"] if resumed is None else resumed, kinds=given["kinds"])


def _found(api: Api, find: Callable[[], list[JournalRow]], instance: str | None, *, hashed: bool) -> list[Json]:
    rows = sorted(find(), key=lambda row: row.seq)
    if not rows and instance and not api.journal.rows(instance=instance, limit=1):
        raise HTTPException(404, f"no instance {instance[:80]!r}; see /api/machines for those alive")
    if hashed:
        return [{**row_json(row), "hash": api.journal.hash_of(row.seq)} for row in rows]
    return [row_json(row) for row in rows]


ENDPOINTS: tuple[Endpoint, ...] = (transitions, evaluations, stream)
