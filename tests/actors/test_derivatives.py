"""The derivatives keeper: fresh, stale, failed, whose values it takes, and what it tells with the guard on."""

import pytest

from actors.derivatives import DerivativesKeeper
from actors.kernel.effects import CancelTimer, SetTimer
from core.durations import DAY_MS
from core.flow.derivatives import DerivativesParams
from core.messages import DerivativesPublished, FeedFailed, SystemStarted, TimerFired
from tests.actors.stage import events, moves, only, reborn, told

T0 = 1_704_153_600_000
DEAR = 0.0005


def keeper(*, guard: bool = False) -> DerivativesKeeper:
    return DerivativesKeeper("BTCUSDT", DerivativesParams(crowding_guard=guard), listener="regime")


def started(*, guard: bool = False) -> DerivativesKeeper:
    feed = keeper(guard=guard)
    assert events(feed.receive(SystemStarted(resumed=False), T0)) == ["init"]
    return feed


def funding(rate: float, ts: int = T0) -> DerivativesPublished:
    return DerivativesPublished(ts, "BTCUSDT", funding_rate=rate)


def test_a_value_makes_it_fresh_and_its_end_stale() -> None:
    feed = started()
    effects = feed.receive(funding(0.0001), T0)
    assert moves(effects) == [("update", "fresh", ("FEED_UPDATED",))]
    assert only(effects, SetTimer) == [SetTimer("expire", T0 + DAY_MS)]
    end = feed.receive(TimerFired("feed/derivatives", "expire"), T0 + DAY_MS)
    assert moves(end) == [("expire", "stale", ("FEED_STALE",))]
    assert only(end, CancelTimer) == [CancelTimer("expire")]
    assert feed.view()["funding_rate"] is None


def test_one_field_that_is_left_keeps_it_fresh() -> None:
    feed = started()
    feed.receive(DerivativesPublished(T0, "BTCUSDT", funding_rate=0.0001, open_interest=5e9), T0)
    effects = feed.receive(TimerFired("feed/derivatives", "expire"), T0 + DAY_MS)
    assert events(effects) == []
    assert only(effects, SetTimer) == [SetTimer("expire", T0 + 3 * DAY_MS)]
    view = feed.view()
    assert (view["state"], view["funding_rate"], view["open_interest"]) == ("fresh", None, 5e9)


def test_a_source_that_failed_makes_it_failed_where_nothing_is_fresh() -> None:
    failed = FeedFailed(T0, "derivatives", "venue", "FEED_UNREACHABLE", "", None, None)
    assert moves(started().receive(failed, T0)) == [("fail", "failed", ("FEED_FAILED", "FEED_UNREACHABLE"))]
    feed = started()
    feed.receive(funding(0.0001), T0)
    assert events(feed.receive(failed, T0 + 1)) == []
    assert events(feed.receive(TimerFired("feed/derivatives", "expire"), T0 + DAY_MS)) == ["fail"]


def test_another_symbols_values_are_not_its_own() -> None:
    assert keeper().wants(funding(0.0))
    assert not keeper().wants(DerivativesPublished(T0, "ETHUSDT", funding_rate=0.0))
    assert not keeper().wants(FeedFailed(T0, "dxy", "venue", "FEED_UNREACHABLE", "", None, None))


@pytest.mark.parametrize(("guard", "sides"), [(False, []), (True, [1])])
def test_a_crowded_side_is_told_with_the_guard_on_alone(guard: bool, sides: list[int]) -> None:  # noqa: FBT001
    feed = started(guard=guard)
    effects = feed.receive(funding(DEAR), T0)
    assert [each.side for each in told(effects, "regime")] == sides
    assert feed.view()["crowding"] == "LONGS_CROWDED"
    assert told(feed.receive(funding(DEAR, T0 + 1), T0 + 1), "regime") == []


def test_a_crowd_is_forgotten_with_the_value_it_was_read_from() -> None:
    feed = started(guard=True)
    feed.receive(funding(-DEAR), T0)
    (changed,) = told(feed.receive(TimerFired("feed/derivatives", "expire"), T0 + DAY_MS), "regime")
    assert (changed.side, changed.restored) == (0, False)


def test_what_was_known_before_the_run_is_used_at_its_start() -> None:
    feed = keeper(guard=True)
    feed.remember(funding(DEAR, T0 - 1))
    effects = feed.receive(SystemStarted(resumed=False), T0)
    assert events(effects) == ["init", "update"]
    assert [each.side for each in told(effects, "regime")] == [1]


def test_after_a_restart_the_crowd_is_told_again_and_nothing_moves() -> None:
    old = started(guard=True)
    old.receive(funding(DEAR), T0)
    again = reborn(old, keeper(guard=True))
    effects = again.receive(SystemStarted(resumed=True), T0 + 1)
    assert events(effects) == []
    assert [(each.side, each.restored) for each in told(effects, "regime")] == [(1, True)]
    assert again.view() == old.view()
