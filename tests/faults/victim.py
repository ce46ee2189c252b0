"""A daemon's engine in a process of its own, which kills itself at a journal boundary.

`python -m tests.faults.victim ADDRESS FOLDER N PHASE VERB`: counted are the commits from the first command of this verb
on, the first order or the first amend; for the second, entries are chased. PHASE is
`durable`: killed once the commit is on disk, before its commands leave; or `sent`: killed once the next request after
it was answered, before the answer is journaled.
"""

import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

import anyio

from actors.adapters.bybit.intake import BybitIntake
from actors.adapters.bybit.rest import BybitRest
from core.records import JournalRow
from core.trading.reports import Command
from tests.faults.rules import Rules
from tests.faults.world import CHASE_SPEED, SPEED, World


class _Mortal(BybitIntake):
    """Dies when its hour has come."""

    left = 0
    phase, verb = "durable", "place"
    is_begun = False
    is_due = False

    def carry_out(self, rows: Sequence[JournalRow]) -> None:
        """Count this boundary, and die at the one that is meant."""
        self.is_begun = self.is_begun or any((row.kind, row.event) == ("command", self.verb) for row in rows)
        if self.is_begun and rows:
            type(self).left -= 1
            if self.left < 0 and self.phase == "durable":
                _die()
            self.is_due = self.left < 0
        super().carry_out(rows)

    async def _answer(self, rest: BybitRest, command: Command) -> Sequence[object]:
        found = await super()._answer(rest, command)
        if self.is_due:
            _die()
        return found


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main(address: str, folder: str, left: int, phase: str, verb: str) -> None:
    """Live until killed."""
    _Mortal.left, _Mortal.phase, _Mortal.verb = left, phase, verb
    speed = SPEED if verb == "place" else CHASE_SPEED
    here = World(None, address, Path(folder), speed, Rules(), intake=_Mortal)  # type: ignore[arg-type]  # the other process has it
    if verb == "amend":
        here.chase("cross")
    async with here.engine():
        await anyio.sleep(60)


if __name__ == "__main__":
    anyio.run(main, sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4], sys.argv[5])
