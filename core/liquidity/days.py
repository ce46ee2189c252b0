"""Today's range so far and the prior day's, by UTC days."""

from core.durations import DAY_MS
from core.liquidity.span import Span


class Days:
    """Follows UTC days; `prior` is the last earlier day that had bars, NaN on the first."""

    __slots__ = ("_today", "_tomorrow_ms", "open_ms", "prior")

    def __init__(self, *, weight: float) -> None:
        self.prior = Span("prior_day", weight=weight)
        self._today = Span("day", weight=weight)
        self.open_ms = 0
        """Today's 00:00 UTC."""
        self._tomorrow_ms = 0

    def update(self, open_ms: int, high: float, low: float, bar: int) -> bool:
        """Fold one bar; whether it is the first of its day."""
        if open_ms < self._tomorrow_ms:
            self._today.widen(high, low, bar)
            return False
        self.open_ms = open_ms - open_ms % DAY_MS
        self._tomorrow_ms = self.open_ms + DAY_MS
        self.prior.copy_from(self._today)
        self._today.begin(high, low, bar)
        return True
