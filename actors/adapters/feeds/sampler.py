"""One value a bar: of snapshots the first of every four hours and of every UTC day goes on, at the moment it was taken.

That is neither earlier than it was known, nor more often than trends are measured. Closes of bars are as far apart
already and pass.
"""

from collections.abc import Iterable

from core.durations import DAY_MS, HOUR_MS
from core.messages import MacroPublished

LENGTHS = {"4h": 4 * HOUR_MS, "1d": DAY_MS}
"""Of the timeframes that trends are made of, ms."""


class Sampler:
    """Remembers, by timeframe, which bar was the last to get a value."""

    def __init__(self) -> None:
        self._last = dict.fromkeys(LENGTHS, -1)

    def thin(self, values: Iterable[MacroPublished]) -> list[MacroPublished]:
        """The values that begin a bar later than any before."""
        kept = []
        for value in values:
            bar = value.ts // LENGTHS[value.timeframe]
            if bar > self._last[value.timeframe]:
                self._last[value.timeframe] = bar
                kept.append(value)
        return kept
