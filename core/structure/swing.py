"""Swing highs and lows: fractals, confirmed by the bars that follow."""

from collections import deque

from core.liquidity.span import Span


class Swings:
    """The last confirmed swing high and low.

    A bar is a swing high if its high is above those of the `half_width` bars before it and not below those of the
    `half_width` bars after it; it is known only once the latter have closed. Lows mirror. Of a plateau, the first bar.
    """

    __slots__ = ("_half_width", "_highs", "_lows", "span")

    def __init__(self, half_width: int, *, weight: float) -> None:
        self._half_width = half_width
        self._highs: deque[float] = deque(maxlen=2 * half_width + 1)
        self._lows: deque[float] = deque(maxlen=2 * half_width + 1)
        self.span = Span("swing", weight=weight)

    def update(self, high: float, low: float, bar: int) -> None:
        """Fold one bar, which may confirm the one `half_width` before it."""
        highs, lows, middle = self._highs, self._lows, self._half_width
        highs.append(high)
        lows.append(low)
        if len(highs) <= 2 * middle:
            return
        candidate = highs[middle]
        if candidate >= high and candidate == max(highs) and highs.index(candidate) == middle:
            self.span.set_high(candidate, bar - middle)
        candidate = lows[middle]
        if candidate <= low and candidate == min(lows) and lows.index(candidate) == middle:
            self.span.set_low(candidate, bar - middle)
