"""Two sources of one series, joined so that a change of source is not a change of the market.

Sources disagree about the level (two dominance series by one point on average and by up to ten) and agree about
changes, which are what trends are made of. The first source that answers sets the level. Another one that takes over is
shifted by what it differed at the last common moment; where there is none, its first value continues the last.
"""

from collections.abc import Sequence

from actors.adapters.feeds.sampler import LENGTHS
from core.message import revised
from core.messages import MacroPublished


class Splice:
    """The series as it was published so far, and each source's shift against it."""

    def __init__(self) -> None:
        self._anchor: str | None = None
        self._current: str | None = None
        self._shifts: dict[str, float] = {}
        self._last: dict[str, MacroPublished] = {}

    def join(self, source: str, values: Sequence[MacroPublished]) -> list[MacroPublished]:
        """The values that go on after what was published, at its level; oldest first."""
        if self._anchor is None and values:
            self._anchor = source
        if source not in (self._anchor, self._current) and values:
            self._shifts[source] = self._shift(source, values)
        self._current = source
        shift = self._shifts.get(source, 0.0)
        joined = []
        for value in values:
            last = self._last.get(value.timeframe)
            if last is None or value.ts > last.ts:
                published = revised(value, value=value.value + shift) if shift else value
                self._last[value.timeframe] = published
                joined.append(published)
        return joined

    def _shift(self, source: str, values: Sequence[MacroPublished]) -> float:
        common = [
            (abs(last.ts - value.ts), last.value - value.value)
            for value in values
            if (last := self._last.get(value.timeframe)) is not None
            and 0 <= last.ts - value.ts <= LENGTHS[value.timeframe]
        ]
        if common:
            return min(common)[1]
        if source in self._shifts:
            return self._shifts[source]
        first = next((value for value in values if value.timeframe in self._last), None)
        return 0.0 if first is None else self._last[first.timeframe].value - first.value
