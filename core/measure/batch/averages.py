"""Ranges and averages of whole columns: TA-Lib's batch, which its streaming handles equal."""

import numpy as np
import numpy.typing as npt
import talib

from core.durations import HOUR_MS
from core.market.bars import Bars, Floats, Times
from core.measure.batch.ages import lagged


def true_range(bars: Bars) -> Floats:
    """The bar's range, or its reach from the close before where that is wider."""
    before = lagged(bars.close, 1)
    spread = bars.high - bars.low
    reach = np.fmax(np.abs(bars.high - before), np.abs(bars.low - before))
    return np.fmax(spread, reach)


def average_true_range(bars: Bars, period: int) -> Floats:
    """Wilder's ATR; NaN on the first `period` bars."""
    atr: Floats = talib.ATR(bars.high, bars.low, bars.close, period)
    return atr


def donchian_channel(bars: Bars, period: int) -> tuple[Floats, Floats]:
    """Upper and lower band, each bar included in its own; NaN on the first `period - 1` bars."""
    upper, _, lower = talib.DONCHIAN(bars.high, bars.low, period)
    return upper, lower


def hourly_slope(bars: Bars, hours: int) -> tuple[Floats, Floats]:
    """The EMA of hourly closes and its change in percent, both as of the last completed hour.

    A bar may complete two hours: the one before, whose last bar is missing, and its own.
    """
    hour = bars.open_ms // HOUR_MS
    own = (bars.open_ms + bars.timeframe_ms) // HOUR_MS != hour
    before = np.concatenate(([False], (hour[1:] != hour[:-1]) & ~own[:-1]))[: len(bars)]
    completes = np.stack((before, own), axis=1)
    closes = np.stack((lagged(bars.close, 1), bars.close), axis=1)[completes]
    average = talib.EMA(closes, hours)
    slope = (average / lagged(average, 1) - 1.0) * 100.0
    known = np.cumsum(before) + np.cumsum(own) - 1
    return _at(average, known), _at(slope, known)


def _at(values: Floats, index: Times | npt.NDArray[np.intp]) -> Floats:
    """The values at these indices; NaN at -1."""
    return np.concatenate((values, [np.nan]))[index]
