"""Stretches around announcements: which matter, where they begin and end, and that touching ones are one."""

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from core.durations import MINUTE_MS
from core.messages import ScheduledEvent
from core.regime.calendar import Blackout, CalendarParams, blackouts

HOUR = 60 * MINUTE_MS


def event(minute: int, title: str = "CPI", currency: str = "USD", **changed: Any) -> ScheduledEvent:
    return ScheduledEvent(minute * MINUTE_MS, title, currency, "HIGH")._replace(**changed)


def test_an_announcement_is_kept_clear_of_from_half_an_hour_before_to_half_an_hour_after() -> None:
    assert blackouts([event(100)], CalendarParams()) == [Blackout(70 * MINUTE_MS, 130 * MINUTE_MS, ("CPI",))]


def test_touching_stretches_are_one_that_names_both() -> None:
    found = blackouts([event(160, "FOMC"), event(100)], CalendarParams())
    assert found == [Blackout(70 * MINUTE_MS, 190 * MINUTE_MS, ("CPI", "FOMC"))]


def test_what_does_not_matter_keeps_nothing_clear() -> None:
    unimportant = (event(1, impact="LOW"), event(2, currency="JPY"), event(3, has_time=False))
    assert blackouts(unimportant, CalendarParams()) == []
    assert len(blackouts([event(1, currency="")], CalendarParams())) == 1
    assert blackouts([event(100)], CalendarParams(before_minutes=0, after_minutes=0)) == []


@given(st.lists(st.integers(0, 5_000)), st.integers(0, 90), st.integers(1, 90))
def test_stretches_are_apart_and_cover_every_announcement(minutes: list[int], before: int, after: int) -> None:
    found = blackouts(map(event, minutes), CalendarParams(before_minutes=before, after_minutes=after))
    assert all(one.end_ms < other.first_ms for one, other in pairwise(found))
    for minute in minutes:
        assert any(each.first_ms <= minute * MINUTE_MS < each.end_ms for each in found)
