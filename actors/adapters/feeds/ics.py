"""Announcements from an iCalendar document.

An entry without an offset is in the setting's zone; one with a date alone has no hour. Repeating entries count at their
first date, because who publishes economic calendars lists every date.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from icalendar import Calendar

from actors.adapters.feeds.answer import Impact, Refused
from actors.adapters.feeds.impact import impact_of
from actors.adapters.feeds.params import IcsParams
from actors.adapters.feeds.request import Request
from actors.adapters.feeds.zones import utc_ms, zone
from core.messages import ScheduledEvent
from core.reasons import Reason


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
        """Its entries."""
        del now
        if b"END:VCALENDAR" not in bodies[0]:
            return Refused(Reason.FEED_MALFORMED, "not an iCalendar document, or it ends in the middle")
        calendar: Any = Calendar.from_ical(bodies[0])
        return [self._event(entry) for entry in calendar.walk("VEVENT") if "DTSTART" in entry]

    def _event(self, entry: Any) -> ScheduledEvent:
        start: date = entry.decoded("DTSTART")
        has_time = isinstance(start, datetime)
        moment = start if isinstance(start, datetime) else datetime(start.year, start.month, start.day)  # noqa: DTZ001
        labels = list(_labels(entry))
        return ScheduledEvent(
            ts=utc_ms(moment, self._zone),
            title=" ".join(str(entry.get("SUMMARY", "")).split()),
            currency=next((each for each in labels if len(each) == 3 and each.isupper()), self.terms.currency),
            impact=_impact(labels, self.terms.impact),
            has_time=has_time,
        )


def _labels(entry: Any) -> Iterator[str]:
    """The entry's categories."""
    given = entry.get("CATEGORIES", [])
    for each in given if isinstance(given, list) else [given]:
        yield from (str(label).strip() for label in getattr(each, "cats", []))


def _impact(labels: list[str], default: Impact) -> Impact:
    return next((found for found in map(impact_of, labels) if found is not None), default)
