"""Whether an instrument's price step fits what is traded: one symbol's step is another's whole stop."""

import numpy as np

from core.market.bars import Bars
from core.trading.instrument import Instrument

_MOST_BPS = 5.0
"""Venues' own steps lie below this on nearly all symbols; a taker fee is about as much."""


def coarse_tick(bars: Bars, instrument: Instrument) -> tuple[str, ...]:
    """A sentence where a tick is so large a share of the price that results come from rounding; else none."""
    price = float(np.median(bars.close))
    bps = 10_000.0 * float(instrument.tick) / price
    if bps <= _MOST_BPS:
        return ()
    share = f"{bps:,.0f} basis points of its median price {price:,.6g}"
    remedy = "give the venue's own step, or --set instrument.tick=0"
    return (f"{bars.symbol}: instrument.tick {instrument.tick} is {share}, so results come from rounding; {remedy}",)
