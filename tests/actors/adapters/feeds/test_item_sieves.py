"""Sieves of headlines and calendars: each item once, none too late; the value on the limit and one step beyond."""

import pytest

from actors.adapters.feeds.answer import Fresh, Outcome, Refused, Unchanged
from actors.adapters.feeds.calendar_sieve import CalendarSieve
from actors.adapters.feeds.news_sieve import NewsSieve
from core.durations import DAY_MS, HOUR_MS, MINUTE_MS
from core.messages import CalendarPublished, NewsPublished, ScheduledEvent
from core.reasons import Reason
from tests.actors.adapters.feeds.served import START


def why(outcome: Outcome) -> tuple[Reason, object, object]:
    assert isinstance(outcome, Refused), outcome
    assert outcome.detail
    return outcome.reason, outcome.measured, outcome.threshold


def news(ts: int, title: str = "x") -> NewsPublished:
    return NewsPublished(ts, "wire", title)


def test_a_headline_goes_on_once_whoever_repeats_it() -> None:
    sieve = NewsSieve(max_delay_ms=HOUR_MS)
    both = [news(START, "Fed holds"), NewsPublished(START - 1, "other", "FED HOLDS")]
    outcome = sieve.sift(both, START, history=False)
    assert isinstance(outcome, Fresh)
    assert (len(outcome.published), outcome.set_aside) == (1, {"FEED_DUPLICATE": 1})
    assert sieve.sift(both, START, history=False) == Unchanged({"FEED_DUPLICATE": 2})


def test_a_headline_of_the_day_before_is_set_aside() -> None:
    rows = [news(START - DAY_MS - 1, "old"), news(START - DAY_MS, "edge"), news(START, "new")]
    outcome = NewsSieve(max_delay_ms=HOUR_MS).sift(rows, START, history=False)
    assert isinstance(outcome, Fresh)
    assert [each.title for each in outcome.published] == ["edge", "new"]  # type: ignore[union-attr]  # headlines
    assert outcome.set_aside == {"FEED_ITEM_LATE": 1}


@pytest.mark.parametrize(("age_ms", "is_late"), [(HOUR_MS, False), (HOUR_MS + 1, True)])
def test_a_delayed_plan_is_refused_as_late(age_ms: int, is_late: bool) -> None:  # noqa: FBT001  a table's column
    for history in (False, True):
        outcome = NewsSieve(max_delay_ms=HOUR_MS).sift([news(START - age_ms)], START, history=history)
        assert isinstance(outcome, Refused) is is_late
    if is_late:
        assert why(outcome) == (Reason.FEED_LATE, age_ms, HOUR_MS)


def test_silence_from_the_start_is_late_too() -> None:
    assert why(NewsSieve(max_delay_ms=HOUR_MS).sift([], START, history=False))[0] is Reason.FEED_LATE


def test_headlines_of_tomorrow_are_set_aside_or_refused_when_there_are_no_others() -> None:
    ahead = news(START + DAY_MS, "tomorrow")
    outcome = NewsSieve(max_delay_ms=HOUR_MS).sift([ahead, news(START)], START, history=False)
    assert isinstance(outcome, Fresh)
    assert outcome.set_aside == {"FEED_TIME_AHEAD": 1}
    assert why(NewsSieve(max_delay_ms=HOUR_MS).sift([ahead], START, history=False))[0] is Reason.FEED_TIME_AHEAD


def event(ts: int, title: str = "CPI") -> ScheduledEvent:
    return ScheduledEvent(ts, title, "USD", "HIGH")


def test_a_calendar_is_told_when_it_changes() -> None:
    sieve = CalendarSieve("ics", max_delay_ms=HOUR_MS)
    rows = [event(START + DAY_MS), event(START + HOUR_MS, "NFP"), event(START + DAY_MS), event(START - 30 * DAY_MS)]
    outcome = sieve.sift(rows, START, history=False)
    assert outcome == Fresh(
        (CalendarPublished(START, "ics", (event(START + HOUR_MS, "NFP"), event(START + DAY_MS))),),
        {"FEED_DUPLICATE": 1},
    )
    assert isinstance(sieve.sift(rows[:2], START, history=False), Unchanged)
    assert isinstance(sieve.sift(rows[:1], START, history=False), Fresh)


@pytest.mark.parametrize(("past_ms", "is_late"), [(HOUR_MS, False), (HOUR_MS + 1, True)])
def test_a_calendar_runs_out(past_ms: int, is_late: bool) -> None:  # noqa: FBT001  a table's column
    outcome = CalendarSieve("ics", max_delay_ms=HOUR_MS).sift([event(START - past_ms)], START, history=False)
    assert isinstance(outcome, Refused) is is_late
    sieve = CalendarSieve("ics", max_delay_ms=HOUR_MS)
    sieve.sift([event(START)], START, history=False)
    assert isinstance(sieve.idle(START + past_ms), Refused) is is_late


def test_an_empty_calendar_is_refused() -> None:
    sieve = CalendarSieve("ics", max_delay_ms=MINUTE_MS)
    assert why(sieve.sift([], START, history=False))[0] is Reason.FEED_MALFORMED
    assert why(sieve.sift([event(START - 30 * DAY_MS)], START, history=False))[0] is Reason.FEED_LATE
