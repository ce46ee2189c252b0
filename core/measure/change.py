"""How far the price has come over a stretch of time."""

from collections import deque
from math import nan


class PriceChange:
    """Percent change of the close against the last close known `span_ms` ago; NaN while history does not reach back.

    Time is measured, not bars, so a gap in the data does not stretch the span.
    """

    __slots__ = ("_closes", "_reached", "_span_ms")

    def __init__(self, span_ms: int) -> None:
        self._span_ms = span_ms
        self._closes: deque[tuple[int, float]] = deque()
        self._reached: float = nan

    def update(self, open_ms: int, close: float) -> float:
        """Fold one bar; the change with it."""
        closes = self._closes
        closes.append((open_ms, close))
        horizon = open_ms - self._span_ms
        while closes[0][0] <= horizon:
            self._reached = closes.popleft()[1]
        return (close / self._reached - 1.0) * 100.0
