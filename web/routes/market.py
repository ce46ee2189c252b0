"""The market: prices, bars, the order book and liquidity."""

from typing import Any

from starlette.responses import Response

from core.book.sample import FeatureSample
from core.evaluation.volatility import HIGH_SHARE
from core.message import Json
from web.endpoint import Api, Endpoint, answer, get, published
from web.parameter import Given, Moment, Whole
from web.refusal import absent
from web.shapes.market import Klines, LastTrade, LatestKline, Levels, LiquidityStatus, Measures, Volatility
from web.views import pick, pick_mapping

MOST_KLINES = 500
_NO_BAR = "no bar has closed yet: the market has just begun, or its stream is down (see connections in /api/status)"
_NO_BOOK = "no order book: candles and the built-in market have none, only a venue's live market stream does"
_NO_LEVELS = f"no liquidity level is known yet: they are read from bars, and {_NO_BAR}"
_ABSENT = {503: "No bar has closed yet."}
_COLUMNS = ("open_ms", "open", "high", "low", "close", "volume", "incomplete")


@get("/api/market/orderbook", group="Market", shape=FeatureSample, refusals={503: "This market has no order book."})
async def orderbook(api: Api, _: Given) -> Response:
    """The newest sample of the order book and the trades beside it.

    Spread and imbalance, the nearest imbalance zones and the takers' flow; null stands for what cannot be told.
    """
    return answer(published(api, "market.book", _NO_BOOK))


@get("/api/market/latest-trade", group="Market", shape=LastTrade, refusals=_ABSENT)
async def latest_trade(api: Api, _: Given) -> Response:
    """The newest price that traded."""
    bar = _klines(api)[-1]
    return answer({"symbol": _symbol(api), "price": bar["close"], "ts": bar["close_ms"]})


@get("/api/market/latest-kline", group="Market", shape=LatestKline, refusals=_ABSENT)
async def latest_kline(api: Api, _: Given) -> Response:
    """The newest closed bar and what was measured at its close."""
    measured = published(api, "market", _NO_BAR)
    measures = {name: measured.get(name) for name in Measures.model_fields}
    return answer(_klines(api)[-1] | _named(api) | {"measures": measures})


@get(
    "/api/market/klines",
    group="Market",
    shape=Klines,
    refusals=_ABSENT,
    parameters=(
        Whole(
            name="limit", about="At most so many bars, the newest.", low=1, high=MOST_KLINES, default=200, example="3"
        ),
        Moment(name="since", about="Only bars that opened at or after this: UTC ms or ISO 8601."),
    ),
)
async def klines(api: Api, given: Given) -> Response:
    """Closed bars, oldest first; the last 500 are at hand."""
    since = given["since"]
    found = [bar for bar in _klines(api) if since is None or bar["open_ms"] >= since]
    return answer(_named(api) | {"klines": found[-given["limit"] :]})


@get("/api/market/volatility", group="Market", shape=Volatility, refusals=_ABSENT)
async def volatility(api: Api, _: Given) -> Response:
    """Normal, high or extreme: the newest bar's range in ATRs, as the guard of that name measured it.

    Seed 001 names no path for it.
    """
    ts, market = _klines(api)[-1]["close_ms"], published(api, "market", _NO_BAR)
    guards: Any = pick(api.board.view(), "evaluation.guards") or []
    verdict: Any = next((each for each in guards if each["guard"] == "volatility"), {})
    limit, atr, last = verdict.get("threshold"), market.get("atr"), market.get("last")
    return answer(
        {
            "symbol": _symbol(api),
            "ts": ts,
            "volatility": verdict.get("label"),
            "range_atr": verdict.get("value"),
            "high_above": None if limit is None else HIGH_SHARE * limit,
            "extreme_above": limit,
            "atr_pct": 100 * atr / last if atr and last else None,
        }
    )


@get("/api/liquidity/levels", group="Liquidity", shape=Levels, refusals=_ABSENT)
async def liquidity_levels(api: Api, _: Given) -> Response:
    """Every liquidity level, the highest first, with what happened to it: touched, swept, returned, broken.

    Highs and lows of the day before, of the sessions, of the visible range and of the last swing.
    """
    levels = published(api, "market.levels", _NO_LEVELS)
    return answer({"symbol": _symbol(api), "ts": _klines(api)[-1]["close_ms"], "levels": levels})


@get("/api/liquidity/status", group="Liquidity", shape=LiquidityStatus, refusals=_ABSENT)
async def liquidity_status(api: Api, _: Given) -> Response:
    """The targets and the order book's zones on either side, the session, the last sweep and break of structure."""
    state = published(api, "market.liquidity", _NO_LEVELS)
    levels: Any = pick(api.board.view(), "market.levels") or []
    about = {"symbol": _symbol(api), "ts": _klines(api)[-1]["close_ms"], "levels": len(levels)}
    return answer({**about, **state, "zone_above": _zone(api, "above"), "zone_below": _zone(api, "below")})


def _zone(api: Api, side: str) -> Json:
    """The book's nearest zone on a side; None where there is none, or no book."""
    book = pick_mapping(api.board.view(), "market.book")
    price = book.get(f"zone_{side}")
    if price is None:
        return None
    return {
        "price": price,
        "strength": book[f"zone_{side}_strength"],
        "distance_bps": book[f"zone_{side}_bps"],
        "age_ms": book[f"zone_{side}_age_ms"],
    }


def _klines(api: Api) -> list[dict[str, Any]]:
    """The bars at hand, oldest first; 503 where there is none."""
    rows: list[Any] = api.board.klines()
    if not rows:
        raise absent(_NO_BAR)
    length_ms: Any = pick(api.board.view(), "timeframe_ms")
    bars = (dict(zip(_COLUMNS, row, strict=True)) for row in rows)
    return [bar | {"close_ms": bar["open_ms"] + length_ms} for bar in bars]


def _symbol(api: Api) -> Json:
    return pick(api.board.view(), "symbol")


def _named(api: Api) -> dict[str, Any]:
    return {"symbol": _symbol(api), "timeframe": pick(api.board.view(), "timeframe")}


ENDPOINTS: tuple[Endpoint, ...] = (
    orderbook,
    latest_trade,
    latest_kline,
    klines,
    volatility,
    liquidity_levels,
    liquidity_status,
)
