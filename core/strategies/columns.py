"""Both strategies' setups for a whole history at once.

The branches of `breakout` and `reversion`, bar by bar, are choices between columns here; the float operations and
their order are the same, and a test holds both forms together on every bar.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.market.bars import Flags, Floats
from core.measure.columns import ReadingColumns
from core.strategies.breakout import BreakoutParams
from core.strategies.reversion import ReversionParams
from core.trading.modes import TREND_BREAKOUT, VWAP_REVERSION

Sides = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, eq=False)
class SetupColumns:
    """`core.strategies.setup.Setup` as columns of shape (T,)."""

    mode: str
    side: Sides
    signaled: Flags
    distance_atr: Floats
    entry_price: Floats
    stop_distance: Floats
    target: Floats

    @property
    def silent(self) -> Floats:
        """A zero for every bar."""
        return np.zeros(len(self.side))


def breakout_columns(readings: ReadingColumns, params: BreakoutParams) -> SetupColumns:
    """What `breakout` says of every bar."""
    close, atr = readings.close, readings.atr
    above, below = close - readings.donchian_high, readings.donchian_low - close
    side = _nearer(above, below)
    upwards = (above > 0) & (readings.prev_close <= readings.prev_donchian_high)
    downwards = (below > 0) & (readings.prev_close >= readings.prev_donchian_low)
    if params.stop_method == "atr":
        stop_distance = params.stop_atr * atr
    else:
        opposite = np.where(side > 0, close - readings.donchian_low, readings.donchian_high - close)
        stop_distance = opposite + params.stop_buffer_atr * atr
    return SetupColumns(
        mode=TREND_BREAKOUT,
        side=side,
        signaled=np.where(side > 0, upwards, downwards),
        distance_atr=ratio(np.where(side > 0, above, below), atr),
        entry_price=close,
        stop_distance=stop_distance,
        target=np.full_like(close, np.nan),
    )


def reversion_columns(readings: ReadingColumns, params: ReversionParams) -> SetupColumns:
    """What `reversion` says of every bar."""
    close, vwap = readings.close, readings.vwap
    lower, upper = _bands(readings, params)
    below, above = lower - readings.low, readings.high - upper
    side = _nearer(below, above)
    inside = np.where(side > 0, (lower < close) & (close < vwap), (vwap < close) & (close < upper))
    beyond = np.where(side > 0, below, above)
    return SetupColumns(
        mode=VWAP_REVERSION,
        side=side,
        signaled=(beyond > 0) & inside,
        distance_atr=ratio(beyond, readings.atr),
        entry_price=close,
        stop_distance=_fade_stop(readings, side, (lower, upper), params),
        target=vwap,
    )


def ratio(part: Floats, whole: Floats) -> Floats:
    """`part / whole`, NaN where the whole is not positive."""
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0)


def _nearer(long: Floats, short: Floats) -> Sides:
    return np.where(long >= short, 1, np.where(short > long, -1, 0)).astype(np.int8)


def _bands(readings: ReadingColumns, params: ReversionParams) -> tuple[Floats, Floats]:
    width = params.k_atr * readings.atr if params.band_method == "atr" else params.k_sigma * readings.sigma
    return readings.vwap - width, readings.vwap + width


def _fade_stop(readings: ReadingColumns, side: Sides, bands: tuple[Floats, Floats], params: ReversionParams) -> Floats:
    is_swing = params.stop_method == "swing"
    below, above = (readings.swing_low, readings.swing_high) if is_swing else bands
    # As min() and max() choose: the bar's own extreme where the other is NaN.
    low = np.where(below < readings.low, below, readings.low)
    high = np.where(above > readings.high, above, readings.high)
    distance = np.where(side > 0, readings.close - low, high - readings.close)
    return distance + params.stop_buffer_atr * readings.atr
