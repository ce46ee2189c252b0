"""Killed at any boundary of its journal, a daemon comes back to what the exchange has; nothing is doubled."""

import os
import signal
import sys
from pathlib import Path

import anyio
import pytest

from actors.adapters.sandbox.faults.plan import Plan
from tests.faults.story import guard, healed
from tests.faults.test_faults import Told
from tests.faults.world import CHASE_SPEED, SPEED, SYMBOL, World, world

IS_FULL = os.environ.get("CHARTWRIGHT_FAULTS") == "all"
BOUNDARIES = range(60) if IS_FULL else (0, 2, 5, 9)
AMENDS = range(12) if IS_FULL else (0,)
ROOT = Path(__file__).parents[2]
SEED = 3


@pytest.mark.timeout(120)
@pytest.mark.parametrize("phase", ["durable", "sent"])
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_kill_loses_nothing_doubles_nothing_and_leaves_nothing_bare(
    boundary: int, phase: str, tmp_path: Path, record_property: Told
) -> None:
    anyio.run(killed, boundary, phase, tmp_path, record_property)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("phase", ["durable", "sent"])
@pytest.mark.parametrize("boundary", AMENDS)
def test_a_kill_between_a_re_quote_and_its_answer_is_no_other(
    boundary: int, phase: str, tmp_path: Path, record_property: Told
) -> None:
    anyio.run(killed, boundary, phase, tmp_path, record_property, "amend")


async def killed(boundary: int, phase: str, folder: Path, record: Told, verb: str = "place") -> None:
    seed, speed = (SEED, SPEED) if verb == "place" else (5, CHASE_SPEED)
    async with world(folder, Plan(), seed=seed, speed=speed) as here:
        if verb == "amend":
            here.chase("cross")
        code = await _live_and_die(here, boundary, phase, verb)
        assert code == -signal.SIGKILL, f"it ended by itself: {code}"
        floor = here.sandbox.exchange.floor
        position = floor.account.position(SYMBOL, 0)
        assert not position.size or floor.stops(position), "nobody is there, and the position has no stop"
        for row in here.journal():
            here.rules.take(row)
        last = _last_decision(here)
        async with here.engine() as engine, anyio.create_task_group() as tasks:
            tasks.start_soon(guard, here, engine)
            agreed_s, difference = await healed(here, engine)
            tasks.cancel_scope.cancel()
    rules = here.rules
    record("kills", [phase, last, len(rules.breaches), agreed_s])
    assert rules.breaches == []
    assert agreed_s is not None, difference
    placed = [name for name, count in rules.placed.items() if count > 1 and "entry" in name]
    assert placed == [], "an entry was sent twice"


async def _live_and_die(here: World, boundary: int, phase: str, verb: str) -> int:
    where = (here.address, str(here.folder))
    command = [sys.executable, "-m", "tests.faults.victim", *where, str(boundary), phase, verb]
    async with await anyio.open_process(command, cwd=ROOT, stdout=None, stderr=None) as process:
        return await process.wait()


def _last_decision(here: World) -> str:
    """The last thing that was durable."""
    told = [row for row in here.journal() if row.kind in ("transition", "command", "stop_moved")]
    return f"{told[-1].machine or told[-1].kind}/{told[-1].event}" if told else "nothing"
