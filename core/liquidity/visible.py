"""The visible range: what a trader's screen shows."""

from collections import deque

from core.liquidity.span import Span


class Lowest:
    """The lowest of the last `window` values, the earlier one among equals; feed negatives for the highest.

    Keeps only values that can still become the lowest, rising from the left, so a bar costs O(1) on average.
    """

    __slots__ = ("_candidates", "_window")

    def __init__(self, window: int) -> None:
        self._window = window
        self._candidates: deque[tuple[float, int]] = deque()

    def update(self, value: float, bar: int) -> tuple[float, int]:
        """Fold one value; the lowest and the bar that set it."""
        candidates = self._candidates
        while candidates and candidates[-1][0] > value:
            candidates.pop()
        candidates.append((value, bar))
        if candidates[0][1] <= bar - self._window:
            candidates.popleft()
        return candidates[0]


class Visible:
    """The range of the last `window` bars, this one included; of fewer while there are fewer."""

    __slots__ = ("_highest", "_lowest", "span")

    def __init__(self, window: int, *, weight: float) -> None:
        self.span = Span("visible", weight=weight)
        self._highest = Lowest(window)
        self._lowest = Lowest(window)

    def update(self, high: float, low: float, bar: int) -> None:
        """Fold one bar."""
        span = self.span
        value, at = self._highest.update(-high, bar)
        if at != span.high_at:
            span.set_high(-value, at)
        value, at = self._lowest.update(low, bar)
        if at != span.low_at:
            span.set_low(value, at)
