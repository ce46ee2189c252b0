"""One story: chaos, then healing; the rules hold throughout, and in the end both sides say the same."""

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import cast

import anyio

from actors.adapters.sandbox.faults.plan import Plan
from actors.engine import Engine
from actors.live.venue import LiveVenue
from tests.faults.world import LIVE, SYMBOL, World, world

HEAL_S = 30.0
_LOOK_S = 0.02


@dataclass
class Outcome:
    """What a story came to."""

    breaches: list[str]
    struck: int
    trades: int
    entries: int
    healed_s: float | None
    """Real seconds until both sides agreed; None: never."""
    difference: str
    exits: dict[str, int]


async def story(folder: Path, plan: Plan, *, seed: int, chaos_s: float) -> Outcome:
    """Trade under faults for so many real seconds, then without; then compare."""
    async with world(folder, plan, seed=seed) as here:
        async with here.engine() as engine, anyio.create_task_group() as tasks:
            tasks.start_soon(guard, here, engine)
            await anyio.sleep(chaos_s)
            here.sandbox.faults.heal()
            healed_s, difference = await healed(here, engine)
            tasks.cancel_scope.cancel()
        struck = len(here.sandbox.faults.struck)
        rules = here.rules
        trades = rules.closed.total()
        return Outcome(rules.breaches, struck, trades, len(rules.sides), healed_s, difference, dict(rules.exits))


async def guard(here: World, engine: Engine) -> None:
    """I1: quantity without a stop on the venue, for longer than allowed, and not being closed."""
    bare_s = 0.0
    limit_s = LIVE.stop_confirm_ms / 1_000 + 1.0
    while True:
        await anyio.sleep(_LOOK_S)
        position = here.sandbox.exchange.floor.account.position(SYMBOL, 0)
        stops = here.sandbox.exchange.floor.stops(position)
        held = engine.crew.position._held
        is_leaving = held is not None and bool(held.exit_reason)
        if not position.size or stops or is_leaving or held is None:
            bare_s = 0.0
            continue
        bare_s = bare_s or anyio.current_time()
        if anyio.current_time() - bare_s > limit_s:
            here.rules.breaches.append(f"I1: {position.size} without a stop for {limit_s:g} s")
            bare_s = 0.0


async def healed(here: World, engine: Engine) -> tuple[float | None, str]:
    """When both sides agreed, and on what they do not."""
    began, agreed, difference = anyio.current_time(), 0, ""
    while anyio.current_time() - began < HEAL_S:
        await anyio.sleep(_LOOK_S)
        difference = _difference(here, engine) or _exact(here, engine)
        agreed = agreed + 1 if not difference else 0
        if agreed >= 3:
            return anyio.current_time() - began, ""
    return None, difference


def _difference(here: World, engine: Engine) -> str:
    floor = here.sandbox.exchange.floor
    position = floor.account.position(SYMBOL, 0)
    venue, keeper = cast("LiveVenue", engine.crew.venue), engine.crew.position
    session = engine.crew.session.state
    down = {name: each.view()["state"] for name, each in engine.crew.connections.items()}
    if session != "trading" or set(down.values()) != {"live"}:
        return f"the session is {session}, streams {down}: {engine.crew.session.view()['why']}"
    if venue._stake.net != position.size:
        return f"{position.size} held, {venue._stake.net} believed"
    held = keeper._held
    ours = held.remaining * held.side if held is not None and held.filled else 0
    if ours != position.size:
        return f"{position.size} held, the position says {ours}"
    stops = floor.stop_prices(position)
    chart = keeper._chart
    if position.size and held is not None and chart is not None and not held.exit_reason:
        ours_stop = Decimal(str(held.stop)) if chart.is_in("confirmed") else None
        if ours_stop != stops.stop_loss:
            return f"the position's stop is {held.stop} and {chart.configuration[-1]}, the venue's {stops}"
    theirs = {order.link_id for order in floor.orders.open() if not order.is_stop}
    if theirs != set(venue._desk.orders):
        return f"open orders {theirs}, ours {set(venue._desk.orders)}"
    return ""


def _exact(here: World, engine: Engine) -> str:
    """Fees and executions of both sides, to the last digit."""
    floor = here.sandbox.exchange.floor
    theirs = [each for each in floor.executions if each.kind != "Funding"]
    stake = cast("LiveVenue", engine.crew.venue)._stake
    fees = sum((each.fee for each in theirs), start=stake.fees * 0)
    if fees != stake.fees or len(theirs) != stake.executions:
        return f"fees {fees} in {len(theirs)} executions, ours {stake.fees} in {stake.executions}"
    return ""
