"""When scheduled announcements keep the system from opening anything."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from core.durations import MINUTE_MS
from core.messages import ScheduledEvent


@dataclass(frozen=True, slots=True)
class CalendarParams:
    """Which announcements matter, and for how long."""

    before_minutes: Annotated[
        int, Field(ge=0, le=1_440, description="minutes before an announcement; half an hour: books thin out by then")
    ] = 30
    after_minutes: Annotated[
        int, Field(ge=0, le=1_440, description="minutes after it; half an hour: the first answer is often taken back")
    ] = 30
    impacts: Annotated[
        tuple[Literal["HIGH", "MEDIUM", "LOW"], ...], Field(description="impacts that matter, as the calendar has them")
    ] = ("HIGH",)
    currencies: Annotated[
        tuple[str, ...], Field(description="currencies that matter; an announcement without one always does")
    ] = ("USD",)


class Blackout(NamedTuple):
    """A stretch in which nothing is opened; touching stretches are one."""

    first_ms: int
    end_ms: int
    """The first moment after it."""
    titles: tuple[str, ...]
    """Of the announcements in it, by time."""


def blackouts(events: Iterable[ScheduledEvent], params: CalendarParams) -> list[Blackout]:
    """The stretches around the announcements that matter, oldest first; one without an hour has no moment to avoid."""
    found: list[Blackout] = []
    for event in sorted(events):
        if not event.has_time or not _matters(event, params):
            continue
        first_ms = event.ts - params.before_minutes * MINUTE_MS
        end_ms = event.ts + params.after_minutes * MINUTE_MS
        if found and first_ms <= found[-1].end_ms:
            last = found.pop()
            titles = last.titles if event.title in last.titles else (*last.titles, event.title)
            found.append(Blackout(last.first_ms, max(end_ms, last.end_ms), titles))
        elif end_ms > first_ms:
            found.append(Blackout(first_ms, end_ms, (event.title,)))
    return found


def _matters(event: ScheduledEvent, params: CalendarParams) -> bool:
    return event.impact in params.impacts and (not event.currency or event.currency in params.currencies)
