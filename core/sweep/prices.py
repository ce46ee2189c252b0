"""At which prices a position's orders are met, and where its first target lies; compiled."""

from core.sweep.machine import part
from core.sweep.records import Record


@part
def crossed(given: Record, side: int, price: float) -> float:
    """What an order at the market gets, bought (+1) or sold (-1)."""
    return float(price * (1.0 + side * given.slippage))


@part
def stop_is_hit(side: int, high: float, low: float, stop: float) -> bool:
    """Whether a bar's range reaches the protective stop of a position of this side."""
    return bool(low <= stop if side > 0 else high >= stop)


@part
def stopped_at(given: Record, side: int, open_: float, stop: float) -> float:
    """What a stop that is hit gets: its own price, or the open's where that lies beyond it."""
    touched = min(open_, stop) if side > 0 else max(open_, stop)
    return float(touched * (1.0 - side * given.slippage))


@part
def limit_met_at(side: int, open_: float, limit: float) -> float:
    """What a limit that closes a position of this side gets: its own price, or the open's where that is better."""
    return max(open_, limit) if side > 0 else min(open_, limit)


@part
def first_level(given: Record, side: int, entry_price: float, stop_distance: float) -> float:
    """Where a breakout's first target lies, before it is rounded to a tick."""
    return float(entry_price + side * stop_distance * given.trend_partial_at_r)
