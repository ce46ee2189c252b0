"""One source's values of a perpetual, sifted: each once, believed or refused as a whole.

A source that is wrong about one field is not believed about another: a newest value that is late, frozen or implausible
refuses the answer, and nothing of it goes on.
"""

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, cast

from actors.adapters.feeds.answer import Found, Fresh, Outcome, Refused, Unchanged
from actors.adapters.feeds.belief import Bounds, implausible, mistimed
from actors.adapters.files.times import span, spell
from core.durations import HOUR_MS
from core.flow.derivatives import BELIEVED
from core.messages import DerivativesPublished
from core.reasons import Reason

_REMEMBERED = 4096
_SPACING_MS = {"funding_rate": 8 * HOUR_MS}
"""The longest usual time between two; the others come with every poll."""
_RESTING = frozenset({"funding_rate"})
"""Funding stays at its interest part, 0.01 %, for weeks: a repeat says nothing about the source."""


class _Value(NamedTuple):
    ts: int
    value: float


class DerivativesSieve:
    """Remembers what one source gave of one perpetual, and holds the next answer against it.

    Args:
        max_delay_ms: How late a due value may be.
        frozen_ms: How long open interest or basis may repeat one value.
    """

    def __init__(self, *, max_delay_ms: int, frozen_ms: int) -> None:
        self._max_delay_ms = max_delay_ms
        self._frozen_ms = frozen_ms
        self._newest: dict[str, int] = {}
        self._still: dict[str, _Value] = {}
        self._seen: deque[tuple[str, int]] = deque(maxlen=_REMEMBERED)

    def sift(self, found: Sequence[Found], now: int, *, history: bool) -> Outcome:
        """What is new in an answer, one message a moment.

        Args:
            found: Values in any order.
            now: UTC ms.
            history: The answer may be old.
        """
        values = cast("Sequence[DerivativesPublished]", found)
        series = _series(values)
        if not series:
            return Refused(Reason.FEED_MALFORMED, "the answer holds no values")
        newest = {name: rows[-1] for name, rows in series.items()}
        refused = self._unbelievable(newest, now)
        if refused is None and not history:
            refused = self._late({name: row.ts for name, row in newest.items()}, now)
        return refused or self._new(values[0].symbol, series, now)

    def idle(self, now: int) -> Outcome:
        """What it means that the source has nothing new."""
        return self._late(self._newest, now) or self._frozen() or Unchanged()

    def _unbelievable(self, newest: Mapping[str, _Value], now: int) -> Refused | None:
        for name, row in newest.items():
            refused = _wrong(name, row, now)
            if refused is not None:
                return _about(name, refused)
            before = self._newest.get(name, 0)
            if row.ts < before:
                told = f"the newest value is of {spell(row.ts)}; one of {spell(before)} came before"
                return _about(name, Refused(Reason.FEED_TIME_BACKWARDS, told, row.ts, before))
        return None

    def _late(self, newest: Mapping[str, int], now: int) -> Refused | None:
        for name, ts in newest.items():
            late_ms = now - ts - _SPACING_MS.get(name, 0)
            if late_ms > self._max_delay_ms:
                told = f"the next value is {span(late_ms)} overdue; {span(self._max_delay_ms)} is allowed"
                return _about(name, Refused(Reason.FEED_LATE, told, late_ms, self._max_delay_ms))
        return None

    def _new(self, symbol: str, series: Mapping[str, Sequence[_Value]], now: int) -> Outcome:
        aside: Counter[str] = Counter()
        new: defaultdict[int, dict[str, float]] = defaultdict(dict)
        for name, rows in series.items():
            for row in rows:
                why = self._set_aside(name, row, now)
                if why is not None:
                    aside[why.name] += 1
                    continue
                self._take(name, row)
                new[row.ts][name] = row.value
        frozen = self._frozen()
        if frozen is not None:
            return frozen
        published = tuple(DerivativesPublished(ts, symbol, **fields) for ts, fields in sorted(new.items()))
        return Fresh(published, aside) if published else Unchanged(aside)

    def _set_aside(self, name: str, row: _Value, now: int) -> Reason | None:
        refused = _wrong(name, row, now)
        if refused is not None:
            return refused.reason
        if (name, row.ts) in self._seen:
            return Reason.FEED_DUPLICATE
        return Reason.FEED_ITEM_LATE if row.ts < self._newest.get(name, 0) else None

    def _take(self, name: str, row: _Value) -> None:
        self._seen.append((name, row.ts))
        self._newest[name] = row.ts
        if name not in self._still or self._still[name].value != row.value:
            self._still[name] = row

    def _frozen(self) -> Refused | None:
        for name, (since_ms, value) in self._still.items():
            stood_ms = self._newest[name] - since_ms
            if name not in _RESTING and stood_ms >= self._frozen_ms:
                told = f"the value is {value:g} since {spell(since_ms)}; {span(self._frozen_ms)} is allowed"
                return _about(name, Refused(Reason.FEED_FROZEN, told, stood_ms, self._frozen_ms))
        return None


def _series(values: Sequence[DerivativesPublished]) -> dict[str, list[_Value]]:
    """Each field's values by time, of the fields that have any."""
    by_time = sorted(values, key=lambda each: each.ts)
    found = {
        name: [_Value(each.ts, value) for each in by_time if (value := getattr(each, name)) is not None]
        for name in BELIEVED
    }
    return {name: rows for name, rows in found.items() if rows}


def _wrong(name: str, row: _Value, now: int) -> Refused | None:
    return mistimed(row.ts, now) or implausible(row.value, Bounds(*BELIEVED[name]))


def _about(name: str, refused: Refused) -> Refused:
    return replace(refused, detail=f"{name.replace('_', ' ')}: {refused.detail}")
