"""Execution, risk, the account and its trades."""

from functools import partial

from starlette.responses import Response

from web.endpoint import Api, Endpoint, answer, get, published
from web.history import closed_trades
from web.parameter import MAX_SEQ, Flag, Given, Whole
from web.shapes.trading import Account, ClosedTrade, ExecutionStatus, Judged, Position, Risk
from web.views import pick, pick_items

MOST_TRADES = 200
_NO_BAR = "no bar has been evaluated yet: the market has just begun, or its stream is down"
_STARTING = "nothing has been published yet: the system is starting"
_ABSENT = {503: "The system has not come so far."}


@get("/api/execution/signal", group="Trading", shape=Judged, refusals={503: "No bar has been evaluated yet."})
async def execution_signal(api: Api, _: Given) -> Response:
    """The last closed bar's evaluation: entry or not, with every guard's verdict."""
    return answer(published(api, "evaluation", _NO_BAR))


@get("/api/execution/status", group="Trading", shape=ExecutionStatus, refusals=_ABSENT)
async def execution_status(api: Api, _: Given) -> Response:
    """Orders in flight, and what became of the bars so far."""
    counts, view = published(api, "counts", _STARTING), api.board.view()
    position = next(iter(pick_items(view, "positions")), {})
    return answer(
        {
            "symbol": pick(view, "symbol"),
            "session": pick(view, "session.state"),
            "position": position.get("state", "flat"),
            "orders": pick(view, "orders") or [],
            **{name: counts.get(name) for name in ("bars", "decisions", "blocked")},
        }
    )


@get("/api/risk/status", group="Trading", shape=Risk, refusals=_ABSENT)
async def risk_status(api: Api, _: Given) -> Response:
    """The loss limits and where the account stands towards them."""
    return answer(published(api, "risk", _STARTING))


@get("/api/trades/status", group="Trading", shape=Account, refusals=_ABSENT)
async def trades_status(api: Api, _: Given) -> Response:
    """Money and counts since the run began."""
    return answer(published(api, "account", _STARTING))


@get("/api/trades/positions", group="Trading", shape=list[Position])
async def trades_positions(api: Api, _: Given) -> Response:
    """Open and pending positions; an empty list while flat."""
    return answer(pick_items(api.board.view(), "positions"))


@get(
    "/api/trades/history",
    group="Trading",
    shape=list[ClosedTrade],
    parameters=(
        Whole(
            name="after", about="Only trades whose `seq` is greater; for the next page.", low=0, high=MAX_SEQ, default=0
        ),
        Whole(name="limit", about="At most so many trades.", low=1, high=MOST_TRADES, default=100, example="3"),
        Flag(name="newest", about="The last ones instead of the first.", default=False, example="1"),
    ),
    refusals={503: "The journal cannot be read."},
)
async def trades_history(api: Api, given: Given) -> Response:
    """Closed trades, oldest first, from the journal: they outlive restarts."""
    return answer(await api.read(partial(closed_trades, api.journal, **given)))


ENDPOINTS: tuple[Endpoint, ...] = (
    execution_signal,
    execution_status,
    risk_status,
    trades_status,
    trades_positions,
    trades_history,
)
