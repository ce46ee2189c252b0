"""Announcements from an iCalendar document.

An entry without an offset is in the setting's zone; one with a date alone has no hour. One that repeats counts at each
of its dates, except those that another entry moves; a canceled one does not count.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from icalendar import Calendar

from actors.adapters.feeds.answer import Impact, Refused
from actors.adapters.feeds.calendar_sieve import AHEAD_MS, PAST_MS
from actors.adapters.feeds.impact import impact_of
from actors.adapters.feeds.params import IcsParams
from actors.adapters.feeds.recurrence import Recurrence
from actors.adapters.feeds.request import Request
from actors.adapters.feeds.zones import zone
from core.messages import ScheduledEvent
from core.reasons import Reason

_MOVES = "RECURRENCE-ID"
"""What names the date of a repeating entry that this one stands for."""
_MOST_REPEATING, _MOST_EVENTS = 500, 50_000
"""More than any economic calendar has; what rules may make of a document has no other bound."""


class Ics:
    """A calendar's entries."""

    name = "ics"
    partial = False

    def __init__(self, params: IcsParams) -> None:
        self.terms = params
        self._zone = zone(params.zone, "feeds.ics.zone")

    def requests(self, now: int, *, history: bool) -> Sequence[Request]:
        """The document; there is no history."""
        del now
        return [] if history else [Request(self.terms.url, headers={"Accept": "text/calendar"})]

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[ScheduledEvent] | Refused:
        """Its entries, at each of the dates about now."""
        if b"END:VCALENDAR" not in bodies[0]:
            return Refused(Reason.FEED_MALFORMED, "not an iCalendar document, or it ends in the middle")
        calendar: Any = Calendar.from_ical(bodies[0])
        entries = [(each, Recurrence(each, self._zone)) for each in calendar.walk("VEVENT") if "DTSTART" in each]
        repeating = sum(recurrence.repeats for _, recurrence in entries)
        if repeating > _MOST_REPEATING:
            return Refused(Reason.FEED_MALFORMED, "too many entries repeat", repeating, _MOST_REPEATING)
        moved = {_named(each, found.ms(each.decoded(_MOVES))) for each, found in entries if _MOVES in each}
        events: list[ScheduledEvent] = []
        for entry, recurrence in entries:
            if str(entry.get("STATUS", "")).upper() == "CANCELLED":
                continue
            events += self._events(entry, recurrence, moved, now)
            if len(events) > _MOST_EVENTS:
                return Refused(Reason.FEED_MALFORMED, "too many announcements", len(events), _MOST_EVENTS)
        return events

    def _events(
        self, entry: Any, recurrence: Recurrence, moved: set[tuple[str, int]], now: int
    ) -> Iterator[ScheduledEvent]:
        labels = list(_labels(entry))
        for ts in sorted(recurrence.moments(now - PAST_MS, now + AHEAD_MS)):
            if _MOVES not in entry and _named(entry, ts) in moved:
                continue
            yield ScheduledEvent(
                ts=ts,
                title=" ".join(str(entry.get("SUMMARY", "")).split()),
                currency=next((each for each in labels if len(each) == 3 and each.isupper()), self.terms.currency),
                impact=_impact(labels, self.terms.impact),
                has_time=recurrence.has_time,
            )


def _named(entry: Any, ts: int) -> tuple[str, int]:
    """One date of an entry, as another one speaks of it."""
    return str(entry.get("UID", "")), ts


def _labels(entry: Any) -> Iterator[str]:
    """The entry's categories."""
    given = entry.get("CATEGORIES", [])
    for each in given if isinstance(given, list) else [given]:
        yield from (str(label).strip() for label in getattr(each, "cats", []))


def _impact(labels: list[str], default: Impact) -> Impact:
    return next((found for found in map(impact_of, labels) if found is not None), default)
