"""Samples of the book: as the venue knows it, through new snapshots and restarts, and none of a wrong one."""

from collections.abc import Iterator
from itertools import pairwise

import anyio
import pytest
from anyio import to_thread

from actors.adapters.bybit.book_feed import BookFeed
from core.book.params import BookParams
from core.book.sample import FeatureSample
from core.durations import MINUTE_MS
from tests.actors.adapters.bybit.heard import Log, driven, params_for, running, walk
from tests.actors.adapters.sandbox.served import Stand, served
from tests.actors.adapters.sandbox.stall import OPENS

pytestmark = pytest.mark.anyio


@pytest.fixture
def stand() -> Iterator[Stand]:
    with served(walk(60)) as found:
        yield found


def feed(stand: Stand, log: Log) -> BookFeed:
    """Samples of a market of bars of a minute."""
    params = params_for(stand.address)
    clock = driven(stand)
    return BookFeed(params, "BTCUSDT", MINUTE_MS, book_params=BookParams(), clock=clock, post=log.post)


def answered(log: Log, after: int = 0) -> list[FeatureSample]:
    """The samples that hold figures, from a place in the log on."""
    return [each for each in log.told[after:] if isinstance(each, FeatureSample) and not each.book]


def levels(side: object) -> list[tuple[float, float]]:
    """A side of the venue's answer."""
    assert isinstance(side, list)
    return [(float(price), float(size)) for price, size in side]


def venue_book(stand: Stand) -> list[list[tuple[float, float]]]:
    """Bids and asks as REST knows them."""
    result = stand.client().get_orderbook(category="linear", symbol="BTCUSDT", limit=200)["result"]
    return [levels(result["b"]), levels(result["a"])]


async def begun(stand: Stand, log: Log) -> None:
    """Return once there are figures; the first sample may be from before the snapshot."""
    await log.until_told("sync")
    await log.until(lambda: log.of(FeatureSample))
    stand.clock.now += 1_000
    await log.until(lambda: answered(log))


async def answers_after(stand: Stand, log: Log, place: int) -> None:
    """Return once there are figures after a place in the log; a first sample may be of a book still under way."""
    with anyio.fail_after(10):
        while not answered(log, place):
            stand.clock.now += 1_000
            await anyio.sleep(0.25)


async def agrees(stand: Stand, followed: BookFeed) -> None:
    """Return once the book holds what REST knows; market time stands meanwhile."""
    wanted = await to_thread.run_sync(venue_book, stand)
    with anyio.fail_after(10):
        while [list(side.levels()) for side in (followed.book.bids, followed.book.asks)] != wanted:  # noqa: ASYNC110
            await anyio.sleep(0.01)


async def test_a_sample_holds_the_spread_of_the_venues_own_book(stand: Stand) -> None:
    log = Log()
    followed = feed(stand, log)
    async with running(followed.run):
        await begun(stand, log)
        await agrees(stand, followed)
        result = await to_thread.run_sync(venue_book, stand)
        (bid, _), (ask, _) = result[0][0], result[1][0]
        assert answered(log)[-1].spread_bps == pytest.approx(
            (ask - bid) / ((ask + bid) / 2.0) * 10_000.0, rel=1e-3
        )  # told up to a second before


async def test_samples_are_a_second_apart_and_each_close_has_its_own(stand: Stand) -> None:
    log = Log()
    followed = feed(stand, log)
    async with running(followed.run):
        await begun(stand, log)
        stand.pass_minutes(1)
        await log.until(lambda: sum(each.at_close for each in log.of(FeatureSample)) == 1)
        stand.pass_minutes(1)
        await log.until(lambda: sum(each.at_close for each in log.of(FeatureSample)) == 2)
    closes = [each.ts // MINUTE_MS for each in log.of(FeatureSample) if each.at_close]
    assert closes == [OPENS // MINUTE_MS + 1, OPENS // MINUTE_MS + 2]
    times = [each.ts for each in log.of(FeatureSample) if not each.at_close]
    assert all(later - earlier >= BookParams().sample_ms for earlier, later in pairwise(times))


async def test_the_book_reaches_far_enough_for_the_confirming_band(stand: Stand) -> None:
    log = Log()
    async with running(feed(stand, log).run):
        await begun(stand, log)
    sample = answered(log)[-1]
    assert sample.imbalance is not None
    assert -1 <= sample.imbalance <= 1


@pytest.mark.parametrize("fault", ["book_snapshot", "book_restart"])
async def test_a_snapshot_in_the_middle_begins_the_book_anew_on_the_same_socket(stand: Stand, fault: str) -> None:
    log = Log()
    followed = feed(stand, log)
    async with running(followed.run):
        await begun(stand, log)
        stand.sandbox.faults.arm(fault)
        for _ in range(3):
            before = len(log.told)
            stand.pass_minutes(0.5)
            await answers_after(stand, log, before)
            await agrees(stand, followed)
    assert [strike.fault for strike in stand.sandbox.faults.struck] == [fault]
    assert "drop" not in log.events()


async def test_an_update_that_does_not_follow_costs_the_socket_and_the_next_one_has_a_whole_book(stand: Stand) -> None:
    log = Log()
    followed = feed(stand, log)
    async with running(followed.run):
        await begun(stand, log)
        before = len(log.told)
        followed.book.last_id = 10**12
        stand.pass_minutes(0.5)
        await log.until_told("drop", "retry", "open", "sync", after=before)
        assert "BOOK_GAP" in log.detail("drop")
        await agrees(stand, followed)
