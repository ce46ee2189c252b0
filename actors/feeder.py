"""The feeder: reads a source and posts its inputs for admission, at the pace asked for."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import islice

import anyio

from actors.kernel.live import Market
from actors.market import Item
from core.messages import BarClosed

SLICE = 48
"""Inputs in one post at full speed: enough that the channel costs little, few enough that commands do not wait."""
MAX_PAUSE_S = 5.0
"""A gap in the data is not waited out."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a source is fed, and how far."""

    speed: float | None
    """Market time over wall time; None: as fast as inputs are taken."""
    limit_bars: int | None = None
    """Closed bars after which the source counts as ended; None: never."""


async def feed(items: Iterator[Item], post: Callable[[Market], Awaitable[None]], *, speed: float | None) -> None:
    """Post every input.

    Args:
        items: Inputs with their times.
        post: Hands them to admission, and returns when more may follow.
        speed: Market time over wall time; None: as fast as they are taken.
    """
    if speed is None:
        while batch := tuple(islice(items, SLICE)):
            await post(Market(batch))
        return
    await _paced(items, post, speed)


async def _paced(items: Iterator[Item], post: Callable[[Market], Awaitable[None]], speed: float) -> None:
    """Each bar when its time has come; a bar's range and close are known together."""
    waiting: list[Item] = []
    market_ms: int | None = None
    due_s = anyio.current_time()
    for item in items:
        now, message = item
        if market_ms is not None and now > market_ms:
            if waiting:
                await post(Market(tuple(waiting)))
                waiting.clear()
            due_s = max(due_s + min(MAX_PAUSE_S, (now - market_ms) / 1000 / speed), anyio.current_time() - MAX_PAUSE_S)
            await anyio.sleep(max(0.0, due_s - anyio.current_time()))
        market_ms = now
        waiting.append(item)
        if isinstance(message, BarClosed):
            await post(Market(tuple(waiting)))
            waiting.clear()
    if waiting:
        await post(Market(tuple(waiting)))
