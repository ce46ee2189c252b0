"""The session's volume-weighted average price, and how widely closes scatter around it."""

from math import nan, sqrt


class SessionVwap:
    """VWAP of the typical price (high + low + close) / 3 since the anchor; NaN while nothing was traded."""

    __slots__ = ("_notional", "_volume")

    def __init__(self) -> None:
        self._notional = 0.0
        self._volume = 0.0

    def anchor(self) -> None:
        """Begin a new session: earlier trades no longer count."""
        self._notional = 0.0
        self._volume = 0.0

    def update(self, high: float, low: float, close: float, volume: float) -> float:
        """Fold one bar; the VWAP with it."""
        self._notional += (high + low + close) / 3.0 * volume
        self._volume += volume
        return self._notional / self._volume if self._volume > 0.0 else nan


class RollingDeviation:
    """Population standard deviation of the last `window` values; NaN until there are that many.

    Undefined values are left out rather than counted as zero. The running sums are made anew each time the window has
    been replaced once, so rounding cannot pile up over a million bars.
    """

    __slots__ = ("_next", "_squares", "_sum", "_values", "_window")

    def __init__(self, window: int) -> None:
        self._window = window
        self._values: list[float] = []
        self._next = 0
        self._sum = 0.0
        self._squares = 0.0

    def update(self, value: float) -> float:
        """Fold one value; the deviation with it, or NaN if the value itself is."""
        if value != value:  # noqa: PLR0124 - the quickest test for NaN
            return nan
        values = self._values
        if len(values) < self._window:
            values.append(value)
            self._sum += value
            self._squares += value * value
        else:
            self._replace_oldest(value)
        return self._deviation() if len(values) == self._window else nan

    def _replace_oldest(self, value: float) -> None:
        values, at = self._values, self._next
        oldest = values[at]
        values[at] = value
        if at + 1 < self._window:
            self._next = at + 1
            self._sum += value - oldest
            self._squares += value * value - oldest * oldest
        else:
            self._next = 0
            self._sum_anew()

    def _sum_anew(self) -> None:
        # One by one: `sum` compensates rounding from Python 3.12 on, so equal bars would differ between versions.
        self._sum = self._squares = 0.0
        for value in self._values:
            self._sum += value
            self._squares += value * value

    def _deviation(self) -> float:
        mean = self._sum / self._window
        variance = self._squares / self._window - mean * mean
        return sqrt(variance) if variance > 0.0 else 0.0
