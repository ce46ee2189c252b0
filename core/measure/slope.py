"""The one-hour EMA and its slope, out of bars of any timeframe up to an hour."""

from math import nan

from core.durations import HOUR_MS
from core.measure.stream import exponential_average


class HourlySlope:
    """The EMA of hourly closes and its percent change over the last completed hour.

    An hour is complete with its last bar, or, where that one is missing, once a bar of a later hour arrives. Hours
    without a single bar are not folded. Bars longer than an hour count as one completed hour each.
    """

    __slots__ = ("_average", "_close", "_hour", "_timeframe_ms", "ema", "slope_pct")

    def __init__(self, hours: int, timeframe_ms: int) -> None:
        self._average = exponential_average(hours)
        self._timeframe_ms = timeframe_ms
        self._hour = -1
        self._close = nan
        self.ema = nan
        """As of the last completed hour."""
        self.slope_pct = nan
        """Percent of the EMA one completed hour earlier."""

    def update(self, open_ms: int, close: float) -> None:
        """Fold one bar."""
        hour = open_ms // HOUR_MS
        if self._hour not in (hour, -1):
            self._complete()
        self._hour = hour
        self._close = close
        if (open_ms + self._timeframe_ms) // HOUR_MS != hour:
            self._complete()

    def _complete(self) -> None:
        before = self.ema
        self.ema = self._average.update(self._close)
        self.slope_pct = (self.ema / before - 1.0) * 100.0
        self._hour = -1
