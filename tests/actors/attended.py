"""A daemon in this process while something is done to it."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import anyio

from actors.control import ask
from actors.daemon import Daemon
from core.errors import ConfigurationError
from core.message import Json
from core.records import JournalRow
from tests.actors.made import House

Result = dict[str, Json]
SLOW = 30_000.0
"""Market over wall time at which an operator gets a word in: a hundred bars a second."""


async def during(daemon: Daemon, act: Callable[[], Any]) -> Result:
    """Run a daemon while something is done to it."""
    results: list[Result] = []

    async def run() -> None:
        results.append(await daemon.run())

    with anyio.fail_after(60):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(run)
            await act()
    return results[0]


async def listens(house: House) -> None:
    """Return once the daemon takes commands."""
    with anyio.fail_after(30):
        while True:
            with suppress(ConfigurationError):
                await ask(house.folder, "status")
                return


def trades(rows: list[JournalRow]) -> int:
    """Positions begun."""
    return sum(row.machine == "position" and row.event == "init" for row in rows)
