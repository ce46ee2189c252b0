"""The request channel is live while the venue answers, and a ban is waited out in full."""

from collections.abc import Iterator

import anyio
import pytest

from actors.adapters.bybit.health import RestHealth
from actors.adapters.bybit.rest import BybitRest
from actors.clock import wall_clock_ms
from core.messages import StreamChanged
from tests.actors.adapters.bybit.heard import Line, Log, driven, params_for, running
from tests.actors.adapters.sandbox.served import STILL, Stand, served

pytestmark = pytest.mark.anyio
HOURLY = 3_600_000


@pytest.fixture
def stand() -> Iterator[Stand]:
    with served([STILL] * 5) as found:
        yield found


def health(stand: Stand, log: Log, address: str = "", **changes: int) -> tuple[RestHealth, BybitRest]:
    params = params_for(address or stand.address, request_timeout_ms=1_000, **changes)
    clock = driven(stand)
    rest = BybitRest(params, None, None, clock)
    return RestHealth(params, rest, clock, log.post), rest


async def test_it_is_live_once_the_venue_told_its_time(stand: Stand) -> None:
    log = Log()
    watched, rest = health(stand, log)
    async with running(watched.run):
        await log.until_told("sync")
    rest.close()
    assert log.events() == ["connect", "open", "sync"]
    assert "ms from this machine's" in log.detail("sync")


async def test_a_doubt_is_looked_into_at_once_and_a_ban_waited_for_in_full(stand: Stand) -> None:
    log = Log()
    watched, rest = health(stand, log, clock_every_ms=HOURLY)
    async with running(watched.run):
        await log.until_told("sync")
        before = len(log.told)
        rest.client.budget.ban(wall_clock_ms())
        watched.doubt()
        await log.until_told("sync", after=before)
    rest.close()
    assert log.events(before) == ["ban", "lift_ban", "retry", "open", "sync"]
    banned, lifted = log.at_s[before : before + 2]
    assert 0.2 < lifted - banned < 2


async def test_a_doubt_without_ground_changes_nothing(stand: Stand) -> None:
    log = Log()
    watched, rest = health(stand, log, clock_every_ms=HOURLY)
    async with running(watched.run):
        await log.until_told("sync")
        watched.doubt()
        with anyio.move_on_after(0.5):
            await log.until_told("drop")
    rest.close()
    assert log.events() == ["connect", "open", "sync"]


async def test_a_clock_that_jumps_blocks_until_a_second_answer_agrees(stand: Stand) -> None:
    log = Log()
    watched, rest = health(stand, log, clock_every_ms=HOURLY)
    async with running(watched.run):
        await log.until_told("sync")
        before = len(log.told)
        watched._clock._offset_ms += 600
        watched.doubt()
        await log.until_told("sync", after=before)
    rest.close()
    assert log.events(before) == ["drop", "retry", "open", "sync"]
    assert "its clock is 600 ms from" in log.detail("drop")


async def test_a_venue_that_cannot_be_reached_is_down_until_it_answers_again(stand: Stand) -> None:
    log, line = Log(), Line(stand.address)
    async with anyio.create_task_group() as tasks:
        await tasks.start(line.up)
        watched, rest = health(stand, log, line.address)
        tasks.start_soon(watched.run)
        await log.until_told("sync")
        before = len(log.told)
        line.cut()
        await log.until_told("drop", "retry", "drop", "retry", after=before)
        assert "open" not in log.events(before)
        await tasks.start(line.up)
        await log.until_told("open", "sync", after=before)
        tasks.cancel_scope.cancel()
    rest.close()
    assert [each.detail for each in log.of(StreamChanged) if each.event == "drop"][:1] == ["no answer"]
