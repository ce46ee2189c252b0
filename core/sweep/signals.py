"""Where each strategy's pattern occurred, compiled: the conditions of `core.strategies` under the regime."""

import numpy as np
import numpy.typing as npt

from core.market.bars import Floats
from core.sweep.machine import part
from core.sweep.records import FADE, TREND, Record, Records

Places = npt.NDArray[np.int32]
Levels = tuple[Floats, Floats, Floats]
"""Donchian's upper and lower band and the ATR, each bar included in its own; shape (T,)."""


@part
def highest_of_last(window: int, values: Floats, sign: float, found: Floats, scratch: Floats) -> None:
    """Write the highest of the last `window` values, NaN before there are so many; with `sign` -1 the lowest.

    Args:
        window: At least 2.
        values: Shape (T,).
        sign: 1 or -1.
        found: Written; shape (T,).
        scratch: Written; shape (T,).

    Source:
        van Herk (1992), Gil and Werman (1993): a window is the end of one block and the beginning of the next.
    """
    bars = len(values)
    for first in range(0, bars, window):
        last, best = min(first + window, bars), -np.inf
        for t in range(first, last):
            best = max(best, sign * values[t])
            found[t] = best
        best = -np.inf
        for t in range(last - 1, first - 1, -1):
            best = max(best, sign * values[t])
            scratch[t] = best
    for t in range(bars - 1, window - 2, -1):
        found[t] = sign * max(found[t], scratch[t - window + 1])
    for t in range(min(window - 1, bars)):
        found[t] = np.nan


@part
def occurrences(bars: Records, looks: Records, rules: Records, given: Record, levels: Levels, found: Places) -> int:
    """Write the bars at which the pattern of the mode that the regime allows occurred, as twice their index, plus one
    for a short; their number.

    Args:
        bars: Shape (T,).
        looks: Likewise.
        rules: The regime's.
        given: A parameter set; only what `core.sweep.sweep.Sweep` calls its pattern is read.
        levels: Its own measures.
        found: Written; shape (T,).
    """  # noqa: D205
    upper, lower, atr = levels
    count = 0
    for t in range(2, len(bars)):
        bar, side = bars[t], 0
        mode = rules[bar.rule].mode
        if mode == TREND:
            if bar.close > upper[t - 1]:
                side = 1 if bars[t - 1].close <= upper[t - 2] else 0
            elif bar.close < lower[t - 1]:
                side = -1 if bars[t - 1].close >= lower[t - 2] else 0
        elif mode == FADE:
            side = _reentry(bar.low, bar.high, bar.close, looks[t].vwap, band(given, atr[t], looks[t].sigma))
        if side != 0:
            found[count] = 2 * t + (side < 0)
            count += 1
    return count


@part
def band(given: Record, atr: float, sigma: float) -> float:
    """From the VWAP to either band, quote currency."""
    return float(given.reversion_k_atr * atr if given.reversion_band_method == 0 else given.reversion_k_sigma * sigma)


@part
def _reentry(low: float, high: float, close: float, vwap: float, width: float) -> int:
    lower, upper = vwap - width, vwap + width
    below, above = lower - low, high - upper
    if below >= above:
        return 1 if below > 0.0 and lower < close < vwap else 0
    return -1 if above > 0.0 and vwap < close < upper else 0
