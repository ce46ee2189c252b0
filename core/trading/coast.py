"""Many bars of a position at once, as long as none of them would make it act."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import nan

from core.records import Configuration
from core.trading.holding import Holding


@dataclass(frozen=True, slots=True)
class Candles:
    """Consecutive bars; columns that give plain floats, as lists and memory views do."""

    high: Sequence[float]
    low: Sequence[float]
    close: Sequence[float]
    atr: Sequence[float]


Draw = Callable[[int, float], float]
"""Draws the trailing stop to a level at the close of the bar at a place; answers where it then is."""


def coast(
    held: Holding,
    states: Configuration,
    candles: Candles,
    at: range,
    *,
    calm: tuple[float, float],
    room: tuple[float, float],
    draw: Draw,
) -> list[float]:
    """Count closed bars up to the first that may make the position do more than draw its stop.

    Args:
        held: The position; what it has seen moves on.
        states: Of its chart.
        candles: The bars.
        at: The bars to look at, by place.
        calm: Low and high that a bar must stay between, so that nothing fills.
        room: Unrealized values to stay between, so that risk has nothing to say.
        draw: Asked where the trailing stop belongs nearer than it is.

    Returns:
        The unrealized value at the close of each bar counted; NaN while the entry has not filled.
    """
    if not held.filled:
        return _waited(held, candles, _ending(held, states, at), calm)
    management = held.management
    if "partial" in states and not (management.trail_atr is None and management.secondary_target is None):
        return []  # the next close arms the trail, or looks at the regime
    trail = (management.trail_atr or 0.0) if "trailing" in states else 0.0
    return _watched(held, candles, _ending(held, states, at), calm=calm, room=room, trail=trail, draw=draw)


def _ending(held: Holding, states: Configuration, at: range) -> range:
    """The bars before the one whose close is the last an entry lives, or the position may wait."""
    if held.filled:
        limit = (held.management.time_stop_bars or 0) if "open" in states else 0
    else:
        limit = held.management.entry_live_bars if "entry" in held.orders else 0
    return range(at.start, min(at.stop, at.start + limit - held.bars - 1)) if limit else at


def _waited(held: Holding, candles: Candles, at: range, calm: tuple[float, float]) -> list[float]:
    low, high = calm
    bars = 0
    for index in at:
        if candles.low[index] <= low or candles.high[index] >= high:
            break
        bars += 1
    held.bars += bars
    return [nan] * bars


def _watched(
    held: Holding,
    candles: Candles,
    at: range,
    *,
    calm: tuple[float, float],
    room: tuple[float, float],
    trail: float,
    draw: Draw,
) -> list[float]:
    """The float operations are those of `Holding.unrealized`, `close_seen` and `trailed`, in their order."""
    low, high = calm
    lowest, highest = room
    side, entry, best, stop = held.side, held.entry_price, held.best, held.stop
    held_side = side * held.size
    highs, lows, closes, atrs = candles.high, candles.low, candles.close, candles.atr
    marks: list[float] = []
    for index in range(at.start, at.stop):  # compiled, a range made here counts without making numbers
        if lows[index] <= low or highs[index] >= high:
            break
        close = closes[index]
        unrealized = held_side * (close - entry)
        if not lowest < unrealized < highest:
            break
        if (close > best) if side > 0 else (close < best):
            best = close
        marks.append(unrealized)
        if trail:
            level = best - side * (trail * atrs[index])
            if (level - stop) * side > 0:
                held.best = best
                stop = draw(index, level)
                low, high = (stop, high) if side > 0 else (low, stop)
    if marks:
        held.bars += len(marks)
        held.last, held.best = candles.close[at.start + len(marks) - 1], best
    return marks
