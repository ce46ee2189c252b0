"""Killed at any boundary of its journal, a daemon comes back to what the exchange has; nothing is doubled."""

import os
import signal
import sys
from pathlib import Path

import anyio
import pytest

from actors.adapters.sandbox.faults.plan import Plan
from tests.faults.story import healed
from tests.faults.test_faults import Told
from tests.faults.world import World, world

IS_FULL = os.environ.get("CHARTWRIGHT_FAULTS") == "all"
BOUNDARIES = range(60) if IS_FULL else (0, 2, 5, 9)
ROOT = Path(__file__).parents[2]
SEED = 3


@pytest.mark.timeout(120)
@pytest.mark.parametrize("phase", ["durable", "sent"])
@pytest.mark.parametrize("boundary", BOUNDARIES)
def test_a_kill_loses_nothing_doubles_nothing_and_leaves_nothing_bare(
    boundary: int, phase: str, tmp_path: Path, record_property: Told
) -> None:
    anyio.run(killed, boundary, phase, tmp_path, record_property)


async def killed(boundary: int, phase: str, folder: Path, record: Told) -> None:
    async with world(folder, Plan(), seed=SEED) as here:
        code = await _live_and_die(here, boundary, phase)
        assert code == -signal.SIGKILL, f"it ended by itself: {code}"
        for row in here.journal():
            here.rules.take(row)
        last = _last_decision(here)
        async with here.engine() as engine:
            agreed_s, difference = await healed(here, engine)
    rules = here.rules
    record("kills", [phase, last, len(rules.breaches), agreed_s])
    assert rules.breaches == []
    assert agreed_s is not None, difference
    placed = [name for name, count in rules.placed.items() if count > 1 and "entry" in name]
    assert placed == [], "an entry was sent twice"


async def _live_and_die(here: World, boundary: int, phase: str) -> int:
    command = [sys.executable, "-m", "tests.faults.victim", here.address, str(here.folder), str(boundary), phase]
    async with await anyio.open_process(command, cwd=ROOT, stdout=None, stderr=None) as process:
        return await process.wait()


def _last_decision(here: World) -> str:
    """The last thing that was durable."""
    told = [row for row in here.journal() if row.kind in ("transition", "command", "stop_moved")]
    return f"{told[-1].machine or told[-1].kind}/{told[-1].event}" if told else "nothing"
