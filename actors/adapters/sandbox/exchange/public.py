"""What anyone may ask.

Source:
    Bybit v5, market/*.
"""

from itertools import islice

from actors.adapters.sandbox.exchange.amount import plain
from actors.adapters.sandbox.exchange.candles import Candle
from actors.adapters.sandbox.exchange.depth import LEVELS
from actors.adapters.sandbox.exchange.event import Row
from actors.adapters.sandbox.exchange.fields import (
    Body,
    bad,
    choice,
    is_linear,
    market_of,
    some_markets,
    text_of,
    whole,
)
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.interval import INTERVALS
from actors.adapters.sandbox.wire import market as wire
from core.durations import DAY_MS, HOUR_MS, MINUTE_MS, NEVER_MS

_INTEREST_STEPS = {
    "5min": 5 * MINUTE_MS,
    "15min": 15 * MINUTE_MS,
    "30min": 30 * MINUTE_MS,
    "1h": HOUR_MS,
    "4h": 4 * HOUR_MS,
    "1d": DAY_MS,
}


def time(floor: Floor, body: Body) -> Row:
    """The exchange's clock."""
    del body
    return {"timeSecond": str(floor.now // 1000), "timeNano": str(floor.now * 1_000_000)}


def instruments(floor: Floor, body: Body) -> Row:
    """What is listed."""
    listed = [wire.instrument(market.listing, floor.params) for market in some_markets(floor, body)]
    return {"category": "linear", "list": listed, "nextPageCursor": ""}


def klines(floor: Floor, body: Body) -> Row:
    """Candles, newest first, the open one included without a mark."""
    market = market_of(floor, body)
    return _candles(
        body, symbol=market.listing.symbol, rows=[wire.candle(found, market.listing) for found in _asked(floor, body)]
    )


def price_klines(floor: Floor, body: Body) -> Row:
    """Mark or index price candles: the last price's, without volumes."""
    market = market_of(floor, body)
    return _candles(
        body,
        symbol=market.listing.symbol,
        rows=[wire.price_candle(found, market.listing) for found in _asked(floor, body)],
    )


def order_book(floor: Floor, body: Body) -> Row:
    """Both sides of the book."""
    market = market_of(floor, body)
    count = max(1, whole(body, "limit", 25, most=LEVELS))
    return {
        "s": market.listing.symbol,
        "b": wire.levels(market.depth.levels("Buy", count), market.listing),
        "a": wire.levels(market.depth.levels("Sell", count), market.listing),
        "ts": floor.now,
        "u": market.seq,
        "seq": market.seq,
        "cts": market.ts,
    }


def tickers(floor: Floor, body: Body) -> Row:
    """The state of one market or all."""
    rows = [wire.listed_ticker(market, floor.params, floor.now) for market in some_markets(floor, body)]
    return {"category": "linear", "list": rows}


def recent_trades(floor: Floor, body: Body) -> Row:
    """Public trades, newest first."""
    market = market_of(floor, body)
    limit = whole(body, "limit", 500, most=1_000)
    rows = [wire.listed_trade(trade, market.listing) for trade in islice(reversed(market.tape), limit)]
    return {"category": "linear", "list": rows}


def funding_history(floor: Floor, body: Body) -> Row:
    """Past funding rates, newest first."""
    symbol = market_of(floor, body).listing.symbol
    first, last = whole(body, "startTime", 0), whole(body, "endTime", NEVER_MS)
    rows = [
        {"symbol": symbol, "fundingRate": plain(past.rate), "fundingRateTimestamp": str(past.ts)}
        for past in reversed(floor.fundings)
        if past.symbol == symbol and first <= past.ts <= last
    ]
    return {"category": "linear", "list": rows[: whole(body, "limit", 200, most=200)]}


def open_interest(floor: Floor, body: Body) -> Row:
    """Open interest at the last full intervals, newest first; one page, which times choose."""
    market = market_of(floor, body)
    step = _INTEREST_STEPS[choice(body, "intervalTime", tuple(_INTEREST_STEPS))]
    first, last = whole(body, "startTime", 0), min(whole(body, "endTime", NEVER_MS), floor.now)
    newest, limit = last - last % step, max(1, whole(body, "limit", 50, most=200))
    moments = range(newest, max(first - 1, newest - limit * step), -step)
    rows = [wire.listed_interest(ts, market.listing) for ts in moments]
    return {"symbol": market.listing.symbol, "category": "linear", "list": rows, "nextPageCursor": ""}


def _asked(floor: Floor, body: Body) -> list[Candle]:
    market = market_of(floor, body)
    interval = choice(body, "interval", INTERVALS)
    if not market.candles.serves(interval):
        raise bad("params error: interval is finer than the sandbox's candles")
    first, last = whole(body, "start", 0), whole(body, "end", NEVER_MS)
    return market.candles.told(
        interval, first_ms=first, last_ms=last, limit=max(1, whole(body, "limit", 200, most=1_000))
    )


def _candles(body: Body, *, symbol: str, rows: list[list[str]]) -> Row:
    is_linear(body)
    return {"category": text_of(body, "category"), "symbol": symbol, "list": rows}
