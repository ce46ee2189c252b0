"""What a daemon shows of the news outlives the process that read them."""

from pathlib import Path
from typing import Any

import anyio
import pytest

from actors.daemon import Daemon
from tests.actors.made import House, market, until

pytestmark = pytest.mark.anyio


def headlines(daemon: Daemon) -> list[Any]:
    """What its board shows of the news, the newest first."""
    view: Any = daemon._board.view()
    return list(view["feeds"]["news"]["classified"])


async def test_a_resumed_run_shows_the_headlines_it_has_read(tmp_path: Path) -> None:
    house = House(tmp_path, market())
    first = house.daemon()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(first.run)
        await until(lambda: first._engine.kernel.cursor > 300, "the moment")
        await first._engine.stop("test")
    shown = headlines(first)
    assert shown[0]["source"] == "wire"
    again = house.daemon()
    assert again.resumed
    assert headlines(again) == shown
    await again.run()
    assert len({read["title"] for read in headlines(again)}) == 9
    assert headlines(again)[-len(shown) :] == shown
