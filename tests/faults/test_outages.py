"""Each stream falls silent for ten seconds and for five minutes of market time, while a partial and a stop fill.

Entries are blocked from the first missed heartbeat, and come back by themselves; every execution is booked once.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import pytest

from actors.adapters.sandbox.exchange import matching, triggers
from actors.adapters.sandbox.faults.plan import Plan
from actors.engine import Engine
from core.reasons import Reason
from tests.actors.stage import request
from tests.faults.lines import lines
from tests.faults.story import healed
from tests.faults.test_faults import Told
from tests.faults.world import SYMBOL, World, world

IS_FULL = os.environ.get("CHARTWRIGHT_FAULTS") == "all"
SEED = 7
SPEEDS = {10: 5.0, 300: 60.0}
"""By the outage's length in market seconds: two and five real seconds."""
NOTICED_S = {"market": 1.2, "private": 1.2, "rest": 2.7}
"""A heartbeat and its time-out, for REST the pause between two questions and one's time-out; half a second to spare."""
GUARDED = "guards.off=gap,complete,session,flow,liquidity,structure,slope,spread,volatility,cost,reward,confidence"
"""As the profile has it, but entries ask for the connection."""
OUTAGES = [(stream, length) for length in (300, 10) for stream in ("private", "rest", "market")]


@dataclass
class Seen:
    """What an outage looked like from the daemon."""

    blocked_s: float | None = None
    """Real seconds until entries were blocked; None: never."""
    verdict: tuple[bool | None, Reason] | None = None
    """Of the connection guard on the last bar that closed meanwhile."""


@pytest.mark.timeout(120)
@pytest.mark.parametrize(("stream", "length"), OUTAGES if IS_FULL else OUTAGES[:2])
def test_an_outage_blocks_entries_at_once_and_loses_and_doubles_nothing(
    stream: str, length: int, tmp_path: Path, record_property: Told
) -> None:
    anyio.run(outage, stream, length, tmp_path, record_property)


async def outage(stream: str, length: int, folder: Path, record: Told) -> None:
    """Wait for a position, take a stream away, fill its target and its stop, give the stream back."""
    speed = SPEEDS[length]
    async with world(folder, Plan(), seed=SEED, speed=speed) as here, lines(here.address) as between:
        here.address, here.settings = between.address, (*here.settings, GUARDED)
        async with here.engine() as engine:
            target = await _protected(engine)
            between.silence(stream)
            known = len(here.sandbox.exchange.floor.executions)
            _fill_target(here, target)
            seen = await _while_out(here, engine, stream, length / speed)
            fills = len(here.sandbox.exchange.floor.executions) - known
            between.restore(stream)
            before, began_s = len(here.rules.sides), anyio.current_time()
            agreed_s, difference = await healed(here, engine)
            open_s = await _permitted(engine, began_s)
            if length == 300:
                await _next_entry(here, before)
    rules = here.rules
    record("outages", [stream, length, seen.blocked_s, fills, agreed_s, open_s, len(rules.breaches)])
    assert fills >= 2
    assert rules.breaches == []
    assert agreed_s is not None, difference
    assert seen.blocked_s is not None
    assert seen.blocked_s < NOTICED_S[stream]
    if length == 300 and stream != "market":  # bars closed meanwhile, and were told
        assert seen.verdict == (False, Reason.CONNECTION_NOT_LIVE)
    assert rules.exits["EXIT_STOP"] + rules.exits["EXIT_TRAILING_STOP"] >= 1


async def _protected(engine: Engine) -> str:
    """The client order id of the target of a position that is whole and protected."""
    desk: Any = engine.crew.venue
    with anyio.fail_after(60):
        while True:
            await anyio.sleep(0.01)
            held, chart = engine.crew.position._held, engine.crew.position._chart
            if held is None or chart is None or not chart.is_in("confirmed"):
                continue
            order = desk._desk.orders.get(held.orders.get("partial", ""))
            if order is not None and order.phase == "working":
                return str(order.request.client_order_id)


def _fill_target(here: World, client_order_id: str) -> None:
    """On the venue the target fills."""
    floor = here.sandbox.exchange.floor
    order = floor.orders.find("", client_order_id)
    assert order is not None
    matching.fill(floor, order, order.price, order.leaves, is_maker=True)
    here.sandbox.hub.publish(floor.drain())


def _trigger_stop(here: World) -> None:
    """On the venue the price reaches the stop of whatever is left."""
    floor = here.sandbox.exchange.floor
    stop = floor.stops(floor.account.position(SYMBOL, 0)).get("StopLoss")
    if stop is not None:
        stop.trigger_price = floor.markets[SYMBOL].last
        triggers.check(floor, SYMBOL)
        here.sandbox.hub.publish(floor.drain())
    assert not floor.account.position(SYMBOL, 0).size


async def _while_out(here: World, engine: Engine, stream: str, seconds: float) -> Seen:
    """Until the outage is over; halfway the stop triggers."""
    began_s, seen, is_stopped = anyio.current_time(), Seen(), False
    while (out_s := anyio.current_time() - began_s) < seconds:
        refusal = engine.crew.gate._refusal(request()) or ""
        if seen.blocked_s is None and f"the {stream} stream is" in refusal:
            seen.blocked_s = out_s
            bars = engine.crew.strategist._bars
        if not is_stopped and out_s > seconds / 2:
            _trigger_stop(here)
            is_stopped = True
        evaluation = engine.crew.strategist._last
        if seen.blocked_s is not None and evaluation is not None and engine.crew.strategist._bars > bars:
            passed, reason, _, _ = evaluation.verdicts[5]
            seen.verdict = (passed, reason)
        await anyio.sleep(0.01)
    return seen


async def _permitted(engine: Engine, began_s: float) -> float:
    """Real seconds until the gate has nothing against the streams, and the strategist's guard neither."""
    with anyio.fail_after(10):
        while True:
            is_shut = "stream is" in (engine.crew.gate._refusal(request()) or "")
            if not is_shut and engine.crew.strategist.views.connection == "live":
                return anyio.current_time() - began_s
            await anyio.sleep(0.01)


async def _next_entry(here: World, before: int) -> None:
    with anyio.fail_after(45):
        while True:
            if len(here.rules.sides) > before:
                return
            await anyio.sleep(0.05)
