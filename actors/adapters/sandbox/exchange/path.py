"""How the price walks within a bar: open, one extreme, the other, close.

Which extreme comes first decides whether a stop or a target is met; the exchange always asks for the side that hurts.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from core.market.aggregate import Bar


class Tick(NamedTuple):
    """A price and what was traded at it."""

    ts: int
    price: int
    """In ticks of the listing."""
    volume: float
    """Base coin."""


def walk(bar: Bar, *, timeframe_ms: int, step_ms: int, low_first: bool, tick: float) -> Iterator[Tick]:
    """The prices of a bar, oldest first: its four prices exactly, straight lines between them.

    Args:
        bar: The bar.
        timeframe_ms: Its length.
        step_ms: Time between two prices.
        low_first: Whether its low comes before its high.
        tick: The price step, quote currency.
    """
    end = bar.open_ms + timeframe_ms
    turns = [bar.open_ms, bar.open_ms + timeframe_ms // 3, bar.open_ms + 2 * timeframe_ms // 3, end - 1]
    extremes = (bar.low, bar.high) if low_first else (bar.high, bar.low)
    corners = [bar.open, *extremes, bar.close]
    times = np.union1d(np.arange(bar.open_ms, end, step_ms, dtype=np.int64), np.asarray(turns, dtype=np.int64))
    prices = np.rint(np.interp(times, turns, corners) / tick).astype(np.int64)
    share = bar.volume / len(times)
    for ts, price in zip(times.tolist(), prices.tolist(), strict=True):
        yield Tick(ts, price, share)
