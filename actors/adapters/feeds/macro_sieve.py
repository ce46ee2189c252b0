"""One macro source's readings, sifted: what is new and can be believed becomes values for the feed's keeper.

A bar goes on as its timeframe's value, a snapshot as every timeframe's; the sampler takes what is needed of it.
"""

from collections import Counter, deque
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple, cast

from actors.adapters.feeds.answer import Found, Fresh, Outcome, Reading, Refused, Unchanged
from actors.adapters.feeds.belief import LIVE, first_refusal
from actors.adapters.feeds.sampler import LENGTHS
from actors.adapters.files.times import span, spell
from core.messages import MacroPublished
from core.reasons import Reason
from core.regime.ageing import age_ms

_REMEMBERED = 4096


class _Run(NamedTuple):
    """How long a value has stood still."""

    value: float
    since_ms: int


class MacroSieve:
    """Remembers what one source gave, and holds the next answer against it.

    Args:
        feed: `dxy` or `btc_dominance`.
        max_delay_ms: How late a due value may be, in the time its market is open.
        frozen_ms: How long one value may be repeated, likewise; of bars at least three.
    """

    def __init__(self, feed: str, *, max_delay_ms: int, frozen_ms: int) -> None:
        self._feed = feed
        self._max_delay_ms = max_delay_ms
        self._frozen_ms = frozen_ms
        self._rests = feed == "dxy"
        self._newest: dict[str, int] = {}
        self._runs: dict[str, _Run] = {}
        self._seen: deque[tuple[str, int]] = deque(maxlen=_REMEMBERED)

    def sift(self, found: Sequence[Found], now: int, *, history: bool) -> Outcome:
        """What is new in an answer.

        Args:
            found: Readings in any order.
            now: UTC ms.
            history: The answer may be old.
        """
        by_time = sorted(cast("Sequence[Reading]", found), key=lambda each: (each.timeframe, each.ts))
        series = {timeframe: list(rows) for timeframe, rows in groupby(by_time, key=lambda each: each.timeframe)}
        if not series:
            return Refused(Reason.FEED_MALFORMED, "the answer holds no values")
        newest = [rows[-1] for rows in series.values()]
        refused = first_refusal(newest, LIVE[self._feed], now) or self._backwards(newest)
        if refused is None and not history:
            refused = self._late({timeframe: rows[-1].ts for timeframe, rows in series.items()}, now)
        if refused is not None:
            return refused
        return self._new([row for rows in series.values() for row in rows], now)

    def idle(self, now: int) -> Outcome:
        """What it means that the source has nothing new."""
        return self._late(self._newest, now) or self._frozen() or Unchanged()

    def _new(self, readings: Sequence[Reading], now: int) -> Outcome:
        aside: Counter[str] = Counter()
        new: list[Reading] = []
        for reading in readings:
            known = (reading.timeframe, reading.ts)
            refused = first_refusal([reading], LIVE[self._feed], now)
            if refused is not None:
                aside[refused.reason.name] += 1
            elif known in self._seen:
                aside[Reason.FEED_DUPLICATE.name] += 1
            elif reading.ts < self._newest.get(reading.timeframe, 0):
                aside[Reason.FEED_ITEM_LATE.name] += 1
                self._seen.append(known)
            else:
                self._seen.append(known)
                self._newest[reading.timeframe] = reading.ts
                new.append(reading)
        self._track(new)
        frozen = self._frozen()
        if frozen is not None:
            return frozen
        published = [value for reading in new for value in self._published(reading)]
        published.sort(key=lambda value: (value.ts, value.timeframe))
        return Fresh(tuple(published), aside) if published else Unchanged(aside)

    def _published(self, reading: Reading) -> list[MacroPublished]:
        timeframes = (reading.timeframe,) if reading.timeframe else LENGTHS
        return [MacroPublished(reading.ts, self._feed, timeframe, reading.value) for timeframe in timeframes]

    def _backwards(self, newest: Sequence[Reading]) -> Refused | None:
        for reading in newest:
            before = self._newest.get(reading.timeframe, 0)
            if reading.ts < before:
                told = f"the newest value is of {spell(reading.ts)}; one of {spell(before)} came before"
                return Refused(Reason.FEED_TIME_BACKWARDS, told, reading.ts, before)
        return None

    def _late(self, newest: dict[str, int], now: int) -> Refused | None:
        """Why the source is behind: every one of its series is."""
        if not newest:
            return Refused(Reason.FEED_LATE, "it has not given a value yet", threshold=self._max_delay_ms)
        late_ms = min(self._age(ts, now) - LENGTHS.get(timeframe, 0) for timeframe, ts in newest.items())
        if late_ms <= self._max_delay_ms:
            return None
        told = f"the next value is {span(late_ms)} overdue; {span(self._max_delay_ms)} is allowed"
        return Refused(Reason.FEED_LATE, told, late_ms, self._max_delay_ms)

    def _track(self, new: Sequence[Reading]) -> None:
        for reading in new:
            run = self._runs.get(reading.timeframe)
            if run is None or run.value != reading.value:
                self._runs[reading.timeframe] = _Run(reading.value, reading.ts)

    def _frozen(self) -> Refused | None:
        """Why a series is suspect: it repeats its value under new times."""
        for timeframe, run in self._runs.items():
            stood_ms = self._age(run.since_ms, self._newest[timeframe])
            limit_ms = max(self._frozen_ms, 3 * LENGTHS.get(timeframe, 0))
            if stood_ms >= limit_ms:
                told = f"the value is {run.value:g} since {spell(run.since_ms)}; {span(limit_ms)} is allowed"
                return Refused(Reason.FEED_FROZEN, told, stood_ms, limit_ms)
        return None

    def _age(self, ts: int, now: int) -> int:
        return age_ms(ts, now, rests_on_weekends=self._rests)
