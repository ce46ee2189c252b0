"""Entries chased on a real book stream while answers are lost and the book begins anew in its middle.

The rules hold, and both sides end up the same.
"""

from collections import Counter
from pathlib import Path

import anyio
import pytest

from actors.adapters.sandbox.faults.plan import Plan
from tests.faults.story import healed
from tests.faults.world import CHASE_SPEED, world

CHAOS_S = 10.0


@pytest.mark.timeout(120)
@pytest.mark.parametrize("then", ["cross", "give_up"])
def test_chased_entries_break_no_rule_and_leave_no_difference(then: str, tmp_path: Path) -> None:
    anyio.run(chased, then, tmp_path)


async def chased(then: str, folder: Path) -> None:
    """Trade under these faults, then without; then compare."""
    answers = {"ack_lost": 0.03, "timeout_lost": 0.03, "timeout_applied": 0.1}
    plan = Plan({**answers, "book_snapshot": 0.03, "book_restart": 0.03}, seed=5)
    async with world(folder, plan, seed=5, speed=CHASE_SPEED) as here:
        here.chase(then)
        async with here.engine() as engine:
            await anyio.sleep(CHAOS_S)
            here.sandbox.faults.heal()
            agreed_s, difference = await healed(here, engine)
        told = Counter(reason for row in here.journal() for reason in row.reasons)
        sent = Counter(row.event for row in here.journal() if row.kind == "command")
    assert here.rules.breaches == []
    assert agreed_s is not None, difference
    assert told["CHASE_REQUOTED"] > 3
    assert sent["amend"] > 0
    struck = {strike.fault for strike in here.sandbox.faults.struck}
    assert struck >= {"book_snapshot", "book_restart"}
    assert struck & answers.keys()
