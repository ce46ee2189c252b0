"""The feed keepers: fresh, stale, their timers, and what they tell after a restart."""

from collections.abc import Callable
from typing import Any

import pytest

from actors.feed import NEWS_REVIEW_MS, MacroFeedKeeper, NewsFeedKeeper
from actors.kernel.effects import CancelTimer, SetTimer
from core.durations import DAY_MS, HOUR_MS
from core.messages import FeedAnswered, FeedFailed, MacroPublished, NewsPublished, SystemStarted, TimerFired
from core.news.params import NewsParams
from core.notices import InputChanged
from core.regime.params import RegimeParams
from tests.actors.stage import events, moves, only, reborn, told

PARAMS = RegimeParams()
T0 = 1_704_153_600_000  # Tuesday 2024-01-02 00:00 UTC
STALE_4H = PARAMS.btc_dominance_4h_stale_ms
LOUD = "SEC approves spot bitcoin ETF"


def macro() -> MacroFeedKeeper:
    return MacroFeedKeeper("btc_dominance", PARAMS, listener="regime")


def value(ts: int, points: float, timeframe: str = "4h") -> MacroPublished:
    return MacroPublished(ts, "btc_dominance", timeframe, points)


def started() -> MacroFeedKeeper:
    feed = macro()
    assert events(feed.receive(SystemStarted(resumed=False), T0)) == ["init"]
    return feed


def grown(feed: MacroFeedKeeper) -> int:
    for step in range(7):
        now = T0 + step * 4 * HOUR_MS
        feed.receive(value(now, 50 + step / 10), now)
    return T0 + 24 * HOUR_MS


def test_a_value_makes_the_feed_fresh_and_sets_its_end() -> None:
    feed = started()
    effects = feed.receive(value(T0, 50.0), T0)
    assert events(effects) == ["update"]
    assert only(effects, SetTimer) == [SetTimer("expire", T0 + STALE_4H)]
    assert told(effects, "regime") == [InputChanged("btc_dominance", None, None)]  # no look-back can be measured yet
    assert events(feed.receive(value(T0 + HOUR_MS, 50.1), T0 + HOUR_MS)) == []
    assert feed.view()["value"] == 50.1


def test_a_trend_is_told_once_the_history_reaches_back() -> None:
    feed = started()
    now = grown(feed)
    (changed,) = told(feed.receive(value(now + 1, 50.6), now + 1), "regime")
    assert changed.trend.value > 0
    assert not changed.restored


@pytest.mark.parametrize("bad", [value(T0, 51.0), value(T0 + 1, -1.0), value(T0 + 1, 50.0, "7m")])
def test_a_value_that_cannot_be_used_changes_nothing(bad: MacroPublished) -> None:
    feed = started()
    feed.receive(value(T0, 50.0), T0)
    assert feed.receive(bad, T0 + 1) == ()


def test_a_feed_goes_stale_at_its_limit_and_comes_back() -> None:
    feed = started()
    now = grown(feed)
    due_ms = now + STALE_4H
    early = feed.receive(TimerFired(feed.address, "expire"), due_ms - 1)
    assert events(early) == []
    assert only(early, SetTimer) == [SetTimer("expire", due_ms)]
    effects = feed.receive(TimerFired(feed.address, "expire"), due_ms)
    assert events(effects) == ["expire"]
    assert only(effects, CancelTimer) == [CancelTimer("expire")]
    assert told(effects, "regime") == [InputChanged("btc_dominance", None, None)]
    assert events(feed.receive(value(due_ms + 1, 51.0), due_ms + 1)) == ["update"]


def test_a_feed_stays_fresh_while_one_timeframe_is() -> None:
    feed = started()
    now = grown(feed)
    feed.receive(value(now, 50.0, "1d"), now)
    effects = feed.receive(TimerFired(feed.address, "expire"), now + STALE_4H)
    assert events(effects) == []
    assert only(effects, SetTimer) == [SetTimer("expire", now + PARAMS.btc_dominance_1d_stale_ms)]


def test_history_is_told_at_the_start() -> None:
    feed = macro()
    feed.remember(value(T0, 50.0))
    assert events(feed.receive(SystemStarted(resumed=False), T0 + HOUR_MS)) == ["init", "update"]


def test_history_that_is_too_old_leaves_the_feed_stale() -> None:
    feed = macro()
    feed.remember(value(T0, 50.0))
    effects = feed.receive(SystemStarted(resumed=False), T0 + STALE_4H)
    assert events(effects) == ["init"]
    assert feed.view()["state"] == "stale"


def test_a_restart_tells_what_was_told_before_and_moves_nothing() -> None:
    old = started()
    now = grown(old)
    (before,) = told(old.receive(value(now + 1, 50.9), now + 1), "regime")
    again = reborn(old, macro())
    effects = again.receive(SystemStarted(resumed=True), now + 30 * DAY_MS)
    assert events(effects) == []
    assert told(effects, "regime") == [InputChanged("btc_dominance", before.trend, None, restored=True)]
    assert again.save() == old.save()


def test_only_its_own_feed_is_wanted() -> None:
    assert not macro().wants(MacroPublished(T0, "dxy", "4h", 100.0))
    assert macro().wants(value(T0, 50.0))


def news(*remembered: NewsPublished) -> NewsFeedKeeper:
    feed = NewsFeedKeeper(NewsParams(), listener="regime")
    for headline in remembered:
        feed.remember(headline)
    return feed


def test_a_headline_is_told_and_read_again_while_it_fades() -> None:
    feed = news()
    assert events(feed.receive(SystemStarted(resumed=False), T0)) == ["init"]
    effects = feed.receive(NewsPublished(T0, "wire", LOUD), T0)
    assert events(effects) == ["update"]
    assert only(effects, SetTimer) == [SetTimer("expire", T0 + DAY_MS), SetTimer("review", T0 + NEWS_REVIEW_MS)]
    (first,) = told(effects, "regime")
    later = feed.receive(TimerFired("feed/news", "review"), T0 + NEWS_REVIEW_MS)
    (second,) = told(later, "regime")
    assert 0 < second.news.n < first.news.n


def test_a_faded_board_is_a_missing_input_and_needs_no_more_reviews() -> None:
    feed = news()
    feed.receive(SystemStarted(resumed=False), T0)
    feed.receive(NewsPublished(T0, "wire", LOUD), T0)
    effects = feed.receive(TimerFired("feed/news", "review"), T0 + 5 * HOUR_MS)
    assert told(effects, "regime") == [InputChanged("news", None, None)]
    assert only(effects, SetTimer) == []


def test_a_repeated_headline_is_not_told_again_but_keeps_the_feed_fresh() -> None:
    feed = news()
    feed.receive(SystemStarted(resumed=False), T0)
    feed.receive(NewsPublished(T0, "wire", LOUD), T0)
    effects = feed.receive(NewsPublished(T0 + 5, "other", LOUD), T0 + 5)
    assert list(effects) == [SetTimer("expire", T0 + 5 + DAY_MS)]


def test_the_view_says_what_became_of_each_headline_and_who_told_it() -> None:
    feed = news()
    feed.receive(SystemStarted(resumed=False), T0)
    for source, title in (("wire", LOUD), ("other", LOUD), ("wire", "Apple shares surge")):
        feed.receive(NewsPublished(T0, source, title), T0)
    view: Any = feed.view()
    assert [row["set_aside"] for row in view["classified"]] == ["NEWS_OFF_TOPIC", "NEWS_SAME_STORY", None]
    assert view["signal"]["n"] > 0
    (changed,) = told(feed.receive(TimerFired("feed/news", "review"), T0 + 1), "regime")
    assert changed.news.items[0].sources == ("wire", "other")


def test_silence_makes_the_news_stale_once() -> None:
    feed = news()
    feed.receive(SystemStarted(resumed=False), T0)
    feed.receive(NewsPublished(T0, "wire", LOUD), T0)
    assert events(feed.receive(TimerFired("feed/news", "expire"), T0 + DAY_MS)) == ["expire"]
    assert feed.receive(TimerFired("feed/news", "expire"), T0 + DAY_MS + 1) == ()


@pytest.mark.parametrize(("age", "fresh"), [(HOUR_MS, True), (DAY_MS - 1, True), (DAY_MS, False)])
def test_remembered_headlines_make_the_feed_fresh_while_they_are(age: int, fresh: bool) -> None:  # noqa: FBT001  a table's column
    feed = news(NewsPublished(T0, "wire", LOUD))
    effects = feed.receive(SystemStarted(resumed=False), T0 + age)
    assert events(effects) == (["init", "update"] if fresh else ["init"])
    assert (SetTimer("expire", T0 + DAY_MS) in effects) is fresh


def test_the_news_come_back_after_a_restart() -> None:
    old = news()
    old.receive(SystemStarted(resumed=False), T0)
    (before,) = told(old.receive(NewsPublished(T0, "wire", LOUD), T0), "regime")
    again = reborn(old, news())
    effects = again.receive(SystemStarted(resumed=True), T0 + HOUR_MS)
    assert told(effects, "regime") == [InputChanged("news", None, before.news, restored=True)]
    assert events(effects) == []


def answered(feed: str, ts: int) -> FeedAnswered:
    return FeedAnswered(ts, feed, "coingecko", 1, {})


def failed(feed: str, ts: int, reason: str = "FEED_SERVER_ERROR") -> FeedFailed:
    return FeedFailed(ts, feed, "coingecko", reason, "HTTP 503", 503, None)


def test_a_source_that_fails_before_anything_came_fails_the_feed_with_its_reason() -> None:
    feed = started()
    effects = feed.receive(failed("btc_dominance", T0), T0)
    assert moves(effects) == [("fail", "failed", ("FEED_FAILED", "FEED_SERVER_ERROR"))]
    assert feed.view()["failure"] == {
        "source": "coingecko",
        "reason": "FEED_SERVER_ERROR",
        "detail": "HTTP 503",
        "measured": 503,
        "threshold": None,
    }
    assert feed.receive(failed("btc_dominance", T0 + 1), T0 + 1) == ()
    assert events(feed.receive(value(T0 + 2, 50.0), T0 + 2)) == ["update"]


@pytest.mark.parametrize("make", [macro, news])
def test_who_answered_last_is_told_and_remembered_over_a_restart(
    make: Callable[[], MacroFeedKeeper | NewsFeedKeeper],
) -> None:
    feed = make()
    feed.receive(SystemStarted(resumed=False), T0)
    name = feed.address.removeprefix("feed/")
    assert feed.view()["source"] is None
    for ts, source in enumerate(("preferred", "fallback"), T0):
        feed.receive(FeedAnswered(ts, name, source, 0, {}), ts)
        assert feed.view()["source"] == source
    feed.receive(failed(name, T0 + 2), T0 + 2)  # what it gave is still in use
    assert reborn(feed, make()).view()["source"] == "fallback"


def test_a_value_that_is_still_good_outlives_its_source() -> None:
    feed = started()
    feed.receive(value(T0, 50.0), T0)
    assert feed.receive(failed("btc_dominance", T0 + 1), T0 + 1) == ()
    assert feed.view()["state"] == "fresh"
    effects = feed.receive(TimerFired(feed.address, "expire"), T0 + STALE_4H)
    assert moves(effects) == [("fail", "failed", ("FEED_FAILED", "FEED_SERVER_ERROR"))]
    assert told(effects, "regime") == [InputChanged("btc_dominance", None, None)]


def test_a_source_that_works_again_is_not_blamed_for_what_grows_old() -> None:
    feed = started()
    feed.receive(value(T0, 50.0), T0)
    feed.receive(failed("btc_dominance", T0 + 1), T0 + 1)
    assert feed.receive(answered("btc_dominance", T0 + 2), T0 + 2) == ()
    effects = feed.receive(TimerFired(feed.address, "expire"), T0 + STALE_4H)
    assert moves(effects) == [("expire", "stale", ("FEED_STALE",))]


def test_only_its_own_sources_matter_to_a_feed() -> None:
    assert not macro().wants(failed("dxy", T0))
    assert not macro().wants(answered("news", T0))
    assert macro().wants(failed("btc_dominance", T0))
    assert news().wants(failed("news", T0))
    assert not news().wants(failed("dxy", T0))


def test_a_failure_is_remembered_over_a_restart() -> None:
    old = started()
    old.receive(value(T0, 50.0), T0)
    old.receive(failed("btc_dominance", T0 + 1), T0 + 1)
    again = reborn(old, macro())
    effects = again.receive(TimerFired(again.address, "expire"), T0 + STALE_4H)
    assert moves(effects) == [("fail", "failed", ("FEED_FAILED", "FEED_SERVER_ERROR"))]


def test_news_whose_source_failed_fail_when_they_are_too_old() -> None:
    feed = news()
    feed.receive(SystemStarted(resumed=False), T0)
    feed.receive(NewsPublished(T0, "wire", LOUD), T0)
    assert feed.receive(failed("news", T0 + 1, "FEED_LATE"), T0 + 1) == ()
    effects = feed.receive(TimerFired("feed/news", "expire"), T0 + DAY_MS)
    assert moves(effects) == [("fail", "failed", ("FEED_FAILED", "FEED_LATE"))]


def test_a_headline_from_a_delayed_source_does_not_make_the_news_fresh() -> None:
    feed = news()
    feed.receive(SystemStarted(resumed=False), T0)
    assert events(feed.receive(NewsPublished(T0 - DAY_MS, "wire", LOUD), T0)) == []
    assert events(feed.receive(NewsPublished(T0 - DAY_MS + 1, "wire", "Fed holds rates"), T0)) == ["update"]


def test_an_older_headline_after_a_newer_one_does_not_age_the_feed() -> None:
    feed = news()
    feed.receive(SystemStarted(resumed=False), T0)
    feed.receive(NewsPublished(T0, "wire", LOUD), T0)
    effects = feed.receive(NewsPublished(T0 - HOUR_MS, "wire", "Fed holds rates"), T0 + 1)
    assert SetTimer("expire", T0 + DAY_MS) in effects
    assert feed.view()["known_at"] == T0
