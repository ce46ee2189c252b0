"""Bars of the stream, each once and in order, through outages and a venue that confirms as it likes."""

from collections.abc import Iterator
from typing import Any

import anyio
import pytest
from anyio import to_thread

from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.market_feed import MarketFeed
from actors.adapters.bybit.rest import BybitRest
from actors.adapters.sandbox.server.clock import MarketClock
from core.durations import MINUTE_MS
from core.market.bars import Bars
from core.messages import BarClosed, BarOpened, BarsMissing, StreamChanged
from tests.actors.adapters.bybit.heard import Line, Log, driven, params_for, running, timed, walk
from tests.actors.adapters.sandbox.served import Stand, served, until
from tests.actors.adapters.sandbox.stall import OPENS

pytestmark = pytest.mark.anyio
SPEED = 60.0
"""A bar a second."""


@pytest.fixture
def stand() -> Iterator[Stand]:
    with served(walk(60)) as found:
        yield found


def feed(address: str, clock: VenueClock, log: Log, **changes: Any) -> tuple[MarketFeed, BybitRest]:
    """Bars of a minute, the one before the market opened known."""
    params = params_for(address, request_timeout_ms=2_000, **changes)
    rest = BybitRest(params, None, None, clock)
    known = OPENS - MINUTE_MS
    return MarketFeed(params, "BTCUSDT", MINUTE_MS, rest=rest, clock=clock, post=log.post, last_open_ms=known), rest


async def agrees(log: Log, rest: BybitRest) -> None:
    """Assert that the log holds each bar once, in order, and as REST knows it now."""
    told = log.of(BarClosed)
    known: Bars = await rest.klines("BTCUSDT", MINUTE_MS, OPENS, told[-1].open_ms)
    assert [bar.open_ms for bar in told] == known.open_ms.tolist()
    assert [(bar.open, bar.high, bar.low, bar.close, bar.volume) for bar in told] == list(
        zip(
            *(column.tolist() for column in (known.open, known.high, known.low, known.close, known.volume)), strict=True
        )
    )
    opened = [bar.ts for bar in log.of(BarOpened)]
    assert opened[: len(told)] == [bar.open_ms for bar in told]
    assert len(opened) - len(told) in (0, 1)
    assert log.of(BarsMissing) == []


def bars_before(log: Log, event: str, nth: int) -> list[int]:
    """The bars told before the n-th event of a name, by their opening."""
    places = [place for place, each in enumerate(log.told) if isinstance(each, StreamChanged) and each.event == event]
    return [each.open_ms for each in log.told[: places[nth]] if isinstance(each, BarClosed)]


@pytest.mark.slow
async def test_ten_seconds_without_a_network_cost_no_bar() -> None:
    log = Log()
    with timed(MarketClock(OPENS, SPEED), walk(60)) as address:
        line, clock = Line(address), VenueClock(SPEED)
        async with anyio.create_task_group() as tasks:
            await tasks.start(line.up)
            market, rest = feed(line.address, clock, log, clock_speed=SPEED)
            await rest.measure_clock()
            tasks.start_soon(market.run)
            await log.until_bar(OPENS + MINUTE_MS)
            line.cut()
            await log.until_told("sync", "drop")
            lost = len(log.of(BarClosed))
            await anyio.sleep(10)
            assert len(log.of(BarClosed)) == lost
            assert log.events().count("sync") == 1
            await tasks.start(line.up)
            await log.until_told("sync", "drop", "retry", "open", "sync")
            await log.until_bar(log.of(BarClosed)[-1].open_ms + 2 * MINUTE_MS)
            await agrees(log, rest)
            tasks.cancel_scope.cancel()
        rest.close()
    assert len(bars_before(log, "sync", 1)) >= lost + 8


async def test_five_minutes_of_silence_are_filled_before_the_stream_is_called_live(stand: Stand) -> None:
    log = Log()
    market, rest = feed(stand.address, driven(stand), log)
    async with running(market.run):
        await log.until_told("sync")
        stand.pass_minutes(1)
        await log.until_bar(OPENS)
        stand.sandbox.faults.arm("ws_cut")
        await log.until_told("drop")
        stand.pass_minutes(5)
        await log.until_told("drop", "retry", "open", "sync")
        stand.pass_minutes(1)
        await log.until_bar(OPENS + 6 * MINUTE_MS)
        await agrees(log, rest)
    rest.close()
    assert bars_before(log, "sync", 1) == [OPENS + number * MINUTE_MS for number in range(6)]


@pytest.mark.parametrize("fault", ["confirm_missing", "confirm_twice"])
async def test_a_bar_confirmed_never_or_twice_is_told_once(stand: Stand, fault: str) -> None:
    log = Log()
    market, rest = feed(stand.address, driven(stand), log)
    async with running(market.run):
        await log.until_told("sync")
        stand.sandbox.faults.arm(fault)
        for number in range(3):
            stand.pass_minutes(1.05)
            await log.until_bar(OPENS + number * MINUTE_MS)
        await agrees(log, rest)
    rest.close()
    assert [strike.fault for strike in stand.sandbox.faults.struck] == [fault]
    assert market.forming.repeated >= (fault == "confirm_twice")


async def test_the_first_confirmation_stands_and_its_correction_is_counted(stand: Stand) -> None:
    log = Log()
    market, rest = feed(stand.address, driven(stand), log)
    async with running(market.run):
        await log.until_told("sync")
        stand.sandbox.faults.arm("confirm_corrected")
        stand.pass_minutes(1)
        await log.until_bar(OPENS)
        stand.pass_minutes(1)
        await log.until_bar(OPENS + MINUTE_MS)
    rest.close()
    first, second = log.of(BarClosed)
    assert (first.open_ms, second.open_ms) == (OPENS, OPENS + MINUTE_MS)
    assert (first.close == first.open, second.close == second.open) == (True, False)
    assert market.forming.repeated >= 1


async def test_an_unconfirmed_bar_is_asked_for_though_no_further_message_comes(stand: Stand) -> None:
    log = Log()
    market, rest = feed(stand.address, driven(stand), log, heartbeat_ms=20_000)
    async with running(market.run):
        await log.until_told("sync")
        before = len(log.told)
        stand.sandbox.faults.arm("ws_half_open")
        await to_thread.run_sync(until, lambda: any(each.is_deaf for each in stand.sandbox.hub.connections))
        stand.pass_minutes(3)
        await log.until_bar(OPENS + 2 * MINUTE_MS)
        assert log.events(before) == []
        await agrees(log, rest)
    rest.close()
