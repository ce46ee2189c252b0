"""The session VWAP and the rolling deviation of `core.measure.vwap`, over whole columns."""

from math import sqrt

import numpy as np

from core.market.bars import Flags, Floats
from core.measure.batch.compiled import compiled


@compiled
def session_vwap(begins: Flags, high: Floats, low: Floats, close: Floats, volume: Floats) -> Floats:
    """VWAP of the typical price since the last beginning; NaN while nothing was traded."""
    vwap = np.empty(len(close))
    notional = total = 0.0
    for i in range(len(close)):
        if begins[i]:
            notional = total = 0.0
        notional += (high[i] + low[i] + close[i]) / 3.0 * volume[i]
        total += volume[i]
        vwap[i] = notional / total if total > 0.0 else np.nan
    return vwap


@compiled
def rolling_deviation(window: int, values: Floats) -> Floats:
    """Population standard deviation of the last `window` defined values; NaN where the value itself is."""
    deviation = np.full(len(values), np.nan)
    kept = np.empty(window)
    seen = 0
    total = squares = 0.0
    for i in range(len(values)):
        value = values[i]
        if np.isnan(value):
            continue
        at = seen % window
        oldest = kept[at]
        kept[at] = value
        seen += 1
        if seen <= window:
            total += value
            squares += value * value
        elif at + 1 < window:
            total += value - oldest
            squares += value * value - oldest * oldest
        else:
            total = squares = 0.0
            for x in kept:
                total += x
                squares += x * x
        if seen >= window:
            mean = total / window
            variance = squares / window - mean * mean
            deviation[i] = sqrt(variance) if variance > 0.0 else 0.0
    return deviation
