"""Bybit's public facts: candles, contracts, its clock.

Source:
    Bybit v5, market/kline, market/instrument, market/time, websocket/public/kline.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import isfinite
from typing import Any, Final, NamedTuple

from actors.adapters.bybit.fields import Item, amount, decimal, malformed, needed, positive, text, whole
from core.durations import DAY_MS, HOUR_MS, MINUTE_MS
from core.errors import ConfigurationError, FeedMalformed
from core.trading.instrument import Instrument

INTERVALS: Final[dict[int, str]] = {
    **{minutes * MINUTE_MS: str(minutes) for minutes in (1, 3, 5, 15, 30, 60, 120, 240, 360, 720)},
    DAY_MS: "D",
}
"""Spelling by length in ms."""

_COLUMNS: Final = ("start", "open", "high", "low", "close", "volume")


class Candle(NamedTuple):
    """A candle, closed or not."""

    open_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    """Base coin."""


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract's facts."""

    instrument: Instrument
    max_leverage: Decimal
    is_trading: bool
    settled_in: str


def interval(length_ms: int) -> str:
    """How a candle's length is spelled.

    Raises:
        ConfigurationError: If Bybit has no such candles.
    """
    found = INTERVALS.get(length_ms)
    if found is None:
        known = ", ".join(f"{each // MINUTE_MS}" for each in INTERVALS)
        raise ConfigurationError(f"Bybit has no candles of {length_ms / HOUR_MS:g} h; there are (minutes) {known}")
    return found


def candle(row: Sequence[Any] | Item) -> Candle:
    """A candle, of a list (start, open, high, low, close, volume, ...) or of the stream.

    Raises:
        FeedMalformed: If a field cannot be believed.
    """
    if isinstance(row, Mapping):
        item: Item = row
    elif isinstance(row, list) and len(row) >= len(_COLUMNS):
        item = dict(zip(_COLUMNS, row, strict=False))
    else:
        raise FeedMalformed(f"Bybit: a candle has {len(_COLUMNS)} values or more, not {row!r:.80}")
    opened, high, low, close = (_price(item, name) for name in ("open", "high", "low", "close"))
    if high < max(opened, close) or low > min(opened, close):
        raise malformed(item, "high", f"around open {opened}, low {low} and close {close}")
    return Candle(whole(item, "start"), opened, high, low, close, float(amount(item, "volume")))


def contract(item: Item) -> Contract:
    """A contract's steps and limits.

    Raises:
        FeedMalformed: If a field cannot be believed.
    """
    prices, lots = _part(item, "priceFilter"), _part(item, "lotSizeFilter")
    return Contract(
        instrument=Instrument(
            tick=_step(prices, "tickSize"),
            lot=_step(lots, "qtyStep"),
            min_quantity=_step(lots, "minOrderQty"),
            min_notional=amount(lots, "minNotionalValue"),
            max_market=amount(lots, "maxMktOrderQty"),
            max_limit=amount(lots, "maxOrderQty"),
        ),
        max_leverage=decimal(_part(item, "leverageFilter"), "maxLeverage"),
        is_trading=needed(item, "status") == "Trading",
        settled_in=text(item, "settleCoin"),
    )


def instrument(item: Item) -> Instrument:
    """A contract's steps and minimums."""
    return contract(item).instrument


def venue_time(result: Item) -> int:
    """The venue's clock, UTC ms."""
    return whole(result, "timeNano") // 1_000_000


def _price(item: Item, name: str) -> float:
    found = float(decimal(item, name))
    if not isfinite(found) or found <= 0:
        raise malformed(item, name, "a price above 0")
    return found


def _step(item: Item, name: str) -> Decimal:
    found = positive(item, name)
    if found is None:
        raise malformed(item, name, "a step above 0")
    return found.normalize() if found != found.to_integral_value() else found.quantize(Decimal(1))


def _part(item: Item, name: str) -> Item:
    found = item.get(name)
    if not isinstance(found, Mapping):
        raise malformed(item, name, "an object")
    return found
