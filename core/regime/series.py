"""A macro feed's recent values, as many as its look-backs need."""

from bisect import bisect_right
from math import isfinite
from typing import Literal, cast

from core.message import Json
from core.regime.ageing import age_ms, stale_at
from core.regime.params import RegimeParams
from core.regime.trend import Lookback, Trend, TrendPart, source, trend_of

Added = Literal["added", "duplicate", "late", "implausible", "unknown_timeframe"]
"""What became of a value; all but the first leave the series alone."""

_MOST_VALUES = 2048  # per timeframe: seven days of five-minute values


class MacroSeries:
    """The values of one feed that its look-backs still need."""

    def __init__(self, feed: str, params: RegimeParams) -> None:
        self.feed = feed
        self._source = source(feed, params)
        timeframes = self._source.stale_ms
        self._known: dict[str, list[int]] = {timeframe: [] for timeframe in timeframes}
        self._values: dict[str, list[float]] = {timeframe: [] for timeframe in timeframes}
        self._reach = {
            timeframe: max(back.lookback_ms for back in self._source.lookbacks if back.timeframe == timeframe)
            for timeframe in timeframes
        }

    def add(self, timeframe: str, known_ms: int, value: float) -> Added:
        """Take a value known since `known_ms`; one that is not newer than the newest is ignored, and so is nonsense."""
        known = self._known.get(timeframe)
        if known is None:
            return "unknown_timeframe"
        if not (isfinite(value) and value > 0):
            return "implausible"
        if known and known_ms <= known[-1]:
            return "duplicate" if known_ms in known else "late"
        known.append(known_ms)
        self._values[timeframe].append(value)
        self._forget(timeframe)
        return "added"

    def _forget(self, timeframe: str) -> None:
        """Drop what lies before the oldest value that the longest look-back can ask for."""
        known = self._known[timeframe]
        oldest = bisect_right(known, known[-1] - self._reach[timeframe]) - 1
        oldest = max(oldest, len(known) - _MOST_VALUES, 0)
        del known[:oldest]
        del self._values[timeframe][:oldest]

    def trend(self, now: int) -> Trend | None:
        """The trend as of `now` (UTC ms), or None where no look-back can be measured."""
        parts = self.parts(now)
        if not any(part.weight for part in parts):
            return None
        return Trend(value=sum(part.weight * (part.trend or 0.0) for part in parts), parts=parts)

    def parts(self, now: int) -> tuple[TrendPart, ...]:
        """Every look-back as of `now`, also where none can be measured."""
        lookbacks = self._source.lookbacks
        stale = [self._is_stale(back.timeframe, now) for back in lookbacks]
        changes = [None if is_stale else self._change(back) for back, is_stale in zip(lookbacks, stale, strict=True)]
        measured = sum(change is not None for change in changes)
        return tuple(
            TrendPart(
                label=back.label,
                change=change,
                weak=back.weak,
                strong=back.strong,
                trend=None if change is None else trend_of(change, weak=back.weak, strong=back.strong),
                weight=0.0 if change is None else 1 / measured,
                stale=is_stale,
            )
            for back, change, is_stale in zip(lookbacks, changes, stale, strict=True)
        )

    def expires_at(self, now: int) -> int | None:
        """The next moment after `now` at which a timeframe goes stale, UTC ms; None where none is left to do so."""
        moments = [
            stale_at(known[-1], self._source.stale_ms[timeframe], rests_on_weekends=self._source.rests_on_weekends)
            for timeframe, known in self._known.items()
            if known
        ]
        return min((moment for moment in moments if moment > now), default=None)

    def save(self) -> Json:
        """Everything needed to go on, by timeframe."""
        return {
            timeframe: [[known_ms, value] for known_ms, value in zip(known, self._values[timeframe], strict=True)]
            for timeframe, known in self._known.items()
        }

    def restore(self, saved: Json) -> None:
        """Replace the values by what `save` gave."""
        rows = cast("dict[str, list[tuple[int, float]]]", saved)
        for timeframe in self._known:
            kept = rows.get(timeframe, [])
            self._known[timeframe] = [known_ms for known_ms, _ in kept]
            self._values[timeframe] = [value for _, value in kept]

    def _is_stale(self, timeframe: str, now: int) -> bool:
        known = self._known[timeframe]
        return bool(known) and self._age(known[-1], now) >= self._source.stale_ms[timeframe]

    def _age(self, known_ms: int, now: int) -> int:
        return age_ms(known_ms, now, rests_on_weekends=self._source.rests_on_weekends)

    def _change(self, back: Lookback) -> float | None:
        """Change over the look-back; a base much older than it would make a gap look like a trend, so it is none."""
        known, values = self._known[back.timeframe], self._values[back.timeframe]
        if not known:
            return None
        wanted = known[-1] - back.lookback_ms
        at = bisect_right(known, wanted) - 1
        if at < 0 or self._age(known[at], wanted) >= self._source.stale_ms[back.timeframe]:
            return None
        change = values[-1] - values[at]
        return 100 * change / values[at] if self._source.in_percent else change
