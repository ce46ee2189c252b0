"""The calendar keeper: knows the announcements to come and tells when one of them is too near."""

from bisect import bisect_right
from typing import ClassVar, cast

from actors.kernel.effects import NOTHING, CancelTimer, Effect, Effects, SetTimer, Tell
from core.message import Json
from core.messages import CalendarPublished, ScheduledEvent, SystemStarted, TimerFired
from core.notices import BlackoutChanged
from core.regime.calendar import Blackout, CalendarParams, blackouts


class CalendarKeeper:
    """Turns calendars into blackouts; without a calendar it says nothing.

    Args:
        params: Which announcements matter, and for how long.
        listener: Address told where a blackout begins and ends.
    """

    address = "feed/calendar"
    inputs: ClassVar[tuple[type, ...]] = (CalendarPublished, SystemStarted)

    def __init__(self, params: CalendarParams, *, listener: str) -> None:
        self._params = params
        self._listener = listener
        self._events: dict[str, tuple[ScheduledEvent, ...]] = {}
        self._blackouts: list[Blackout] = []
        self._holds: Blackout | None = None

    def wants(self, message: object) -> bool:
        """Every calendar; a start where there is one."""
        return isinstance(message, CalendarPublished) or bool(self._events)

    def receive(self, message: object, now: int) -> Effects:
        """Take a calendar, or notice that a stretch begins or ends."""
        match message:
            case CalendarPublished(_, source, events):
                self._events[source] = events
                self._blackouts = self._found()
                return self._look(now)
            case TimerFired():
                return self._look(now)
            case SystemStarted(resumed=True) if self._holds is not None:
                return [Tell(self._listener, BlackoutChanged(self._holds, restored=True))]
            case _:
                return NOTHING

    def save(self) -> Json:
        """The announcements, and which stretch holds."""
        return {
            "events": {source: [list(event) for event in events] for source, events in self._events.items()},
            "holds": None if self._holds is None else [*self._holds[:2], list(self._holds.titles)],
        }

    def restore(self, saved: Json) -> None:
        """Take them back."""
        values = cast("dict[str, Json]", saved)
        calendars = cast("dict[str, list[list[Json]]]", values["events"])
        self._events = {
            source: tuple(ScheduledEvent(*cast("list[str]", event)) for event in events)  # type: ignore[arg-type]  # save wrote them
            for source, events in calendars.items()
        }
        self._blackouts = self._found()
        holds = cast("tuple[int, int, list[str]] | None", values["holds"])
        self._holds = None if holds is None else Blackout(holds[0], holds[1], tuple(holds[2]))

    def view(self) -> dict[str, Json]:
        """What holds now; the feeds' charts have no part in it."""
        holds = self._holds
        return {
            "events": sum(len(events) for events in self._events.values()),
            "blackout": None if holds is None else {"until": holds.end_ms, "titles": list(holds.titles)},
        }

    def _found(self) -> list[Blackout]:
        return blackouts((event for events in self._events.values() for event in events), self._params)

    def _look(self, now: int) -> list[Effect]:
        """Say what changed, and look again where the next stretch begins or ends."""
        place = bisect_right(self._blackouts, now, key=lambda each: each.end_ms)
        coming = self._blackouts[place] if place < len(self._blackouts) else None
        holds = coming if coming is not None and coming.first_ms <= now else None
        if coming is None:
            effects: list[Effect] = [CancelTimer("blackout")]
        else:
            effects = [SetTimer("blackout", coming.end_ms if holds else coming.first_ms)]
        if holds != self._holds:
            self._holds = holds
            effects.append(Tell(self._listener, BlackoutChanged(holds)))
        return effects
