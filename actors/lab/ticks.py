"""Whether an instrument's price step fits what is traded: one symbol's step is another's whole stop."""

import numpy as np

from core.market.bars import Bars, Floats
from core.trading.instrument import Instrument

_MOST_BPS = 5.0
"""Venues' own steps lie below this on nearly all symbols; a taker fee is about as much."""


def coarse_tick(bars: Bars, instrument: Instrument) -> tuple[str, ...]:
    """A sentence where a tick is so large a share of the price that results come from rounding; else none."""
    price = _median(bars.close)
    bps = 10_000.0 * float(instrument.tick) / price
    if bps <= _MOST_BPS:
        return ()
    share = f"{bps:,.0f} basis points of its median price {price:,.6g}"
    remedy = "give the venue's own step, or --set instrument.tick=0"
    return (f"{bars.symbol}: instrument.tick {instrument.tick} is {share}, so results come from rounding; {remedy}",)


def _median(values: Floats) -> float:
    """As numpy's own, which imports its masked arrays for it."""
    places = [(len(values) - 1) // 2, len(values) // 2]
    low, high = np.partition(values, places)[places].tolist()
    return float((low + high) / 2)
