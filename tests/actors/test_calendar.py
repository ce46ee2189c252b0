"""The calendar keeper tells where stretches begin and end, and survives a restart in the middle of one."""

from actors.calendar import CalendarKeeper
from actors.kernel.effects import CancelTimer, Effects, SetTimer, Tell
from core.durations import MINUTE_MS
from core.messages import CalendarPublished, ScheduledEvent, SystemStarted, TimerFired
from core.notices import BlackoutChanged
from core.regime.calendar import Blackout, CalendarParams

CPI = ScheduledEvent(100 * MINUTE_MS, "CPI", "USD", "HIGH")
STRETCH = Blackout(70 * MINUTE_MS, 130 * MINUTE_MS, ("CPI",))
DUE = TimerFired("feed/calendar", "blackout")


def keeper() -> CalendarKeeper:
    return CalendarKeeper(CalendarParams(), listener="regime")


def told(effects: Effects) -> list[object]:
    return [effect.message for effect in effects if isinstance(effect, Tell)]


def test_a_calendar_sets_the_timer_of_the_first_stretch_and_says_nothing_yet() -> None:
    assert keeper().receive(CalendarPublished(0, "file", (CPI,)), 0) == [SetTimer("blackout", STRETCH.first_ms)]


def test_a_stretch_is_told_where_it_begins_and_where_it_ends() -> None:
    calendar = keeper()
    calendar.receive(CalendarPublished(0, "file", (CPI,)), 0)
    begun = calendar.receive(DUE, STRETCH.first_ms)
    assert told(begun) == [BlackoutChanged(STRETCH)]
    assert SetTimer("blackout", STRETCH.end_ms) in begun
    assert calendar.view()["blackout"] == {"until": STRETCH.end_ms, "titles": ["CPI"]}
    ended = calendar.receive(DUE, STRETCH.end_ms)
    assert told(ended) == [BlackoutChanged(None)]
    assert CancelTimer("blackout") in ended


def test_a_newer_calendar_of_the_same_source_replaces_the_old_one() -> None:
    calendar = keeper()
    calendar.receive(CalendarPublished(0, "file", (CPI,)), STRETCH.first_ms)
    assert told(calendar.receive(CalendarPublished(1, "file", ()), STRETCH.first_ms + 1)) == [BlackoutChanged(None)]


def test_a_restart_within_a_stretch_tells_it_again_without_deciding() -> None:
    calendar, again = keeper(), keeper()
    assert not again.wants(SystemStarted(resumed=True))
    calendar.receive(CalendarPublished(0, "file", (CPI,)), STRETCH.first_ms)
    again.restore(calendar.save())
    assert again.save() == calendar.save()
    assert told(again.receive(SystemStarted(resumed=True), STRETCH.first_ms + 1)) == [
        BlackoutChanged(STRETCH, restored=True)
    ]
    assert told(again.receive(DUE, STRETCH.end_ms)) == [BlackoutChanged(None)]
