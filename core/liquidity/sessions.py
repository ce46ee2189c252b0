"""The trading sessions of Asia, London and New York, by the UTC clock."""

from core.durations import DAY_MS, HOUR_MS
from core.liquidity.span import Span


class Session:
    """One daily session; `span` is its newest instance, running or completed.

    A bar belongs to a session if it opens at or after the session's opening and before its close. A session whose hours
    had no bar keeps the span of the one before.

    Args:
        name: Such as `asia`.
        hours: Opening and closing hour, UTC, 0 to 24. A closing hour not after the opening one is the next day's.
        weight: What its levels are worth, 0 to 1.
    """

    __slots__ = ("_closes_ms", "_length_ms", "_offset_ms", "_opens_ms", "name", "running", "span")

    def __init__(self, name: str, hours: tuple[int, int], *, weight: float) -> None:
        opens, closes = hours
        self.name = name
        self.span = Span(name, weight=weight)
        self.running = False
        """Whether the newest bar belongs to it."""
        self._offset_ms = opens * HOUR_MS % DAY_MS
        self._length_ms = ((closes - opens) % 24 or 24) * HOUR_MS
        self._closes_ms = 0
        self._opens_ms = 0

    def update(self, open_ms: int, high: float, low: float, bar: int) -> None:
        """Fold one bar, whether it belongs or not."""
        if open_ms < self._closes_ms:
            self.span.widen(high, low, bar)
        elif open_ms < self._opens_ms:
            self.running = False
        else:
            self._look_up(open_ms, high, low, bar)

    def _look_up(self, open_ms: int, high: float, low: float, bar: int) -> None:
        opened_ms = open_ms - (open_ms - self._offset_ms) % DAY_MS
        self._opens_ms = opened_ms + DAY_MS
        self.running = open_ms < opened_ms + self._length_ms
        if self.running:
            self._closes_ms = opened_ms + self._length_ms
            self.span.begin(high, low, bar)
