"""One economic calendar, sifted: given on when it differs from what it was."""

from collections import Counter
from collections.abc import Sequence
from typing import cast

from actors.adapters.feeds.answer import Found, Fresh, Outcome, Refused, Unchanged
from actors.adapters.files.times import spell
from core.durations import DAY_MS
from core.messages import CalendarPublished, ScheduledEvent
from core.reasons import Reason

PAST_MS, AHEAD_MS = 7 * DAY_MS, 400 * DAY_MS
"""What is kept of a calendar: the week behind and a year ahead."""


class CalendarSieve:
    """Remembers a calendar's announcements.

    Args:
        source: Whose calendar it is.
        max_delay_ms: How long after its last announcement a calendar still counts.
    """

    def __init__(self, source: str, *, max_delay_ms: int) -> None:
        self._source = source
        self._max_delay_ms = max_delay_ms
        self._events: tuple[ScheduledEvent, ...] = ()

    def sift(self, found: Sequence[Found], now: int, *, history: bool) -> Outcome:
        """The calendar, where it has changed.

        Args:
            found: Announcements in any order, also ones long past.
            now: UTC ms.
            history: Without meaning for a calendar.
        """
        del history
        every = cast("Sequence[ScheduledEvent]", found)
        if not every:
            return Refused(Reason.FEED_MALFORMED, "the answer holds no announcements")
        near = [each for each in every if now - PAST_MS <= each.ts <= now + AHEAD_MS]
        events = tuple(sorted(set(near)))
        late = self._late(events, now)
        if late is not None:
            return late
        aside = Counter({Reason.FEED_DUPLICATE.name: len(near) - len(events)})
        if events == self._events:
            return Unchanged(+aside)
        self._events = events
        return Fresh((CalendarPublished(now, self._source, events),), +aside)

    def idle(self, now: int) -> Outcome:
        """What it means that the calendar has not changed."""
        return self._late(self._events, now) or Unchanged()

    def _late(self, events: tuple[ScheduledEvent, ...], now: int) -> Refused | None:
        """Why a calendar is of no use: its announcements are over."""
        last_ms = events[-1].ts if events else now - PAST_MS
        if now - last_ms <= self._max_delay_ms:
            return None
        told = f"no announcement after {spell(last_ms)}: the calendar has run out"
        return Refused(Reason.FEED_LATE, told, last_ms, now - self._max_delay_ms)
