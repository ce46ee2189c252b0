"""Five actors in a row, each passing on what it is told: a message between actors and nothing else."""

from collections.abc import Callable
from typing import ClassVar, Final

import anyio

from actors.kernel.effects import NOTHING, CancelTimer, Effects, SetTimer, Tell
from actors.kernel.kernel import Kernel
from actors.kernel.live import LiveRuntime, Market, System
from actors.kernel.simulated import SimulatedRuntime
from actors.market import Item
from core.message import Json
from core.messages import NewsPublished, SystemStopped
from core.records import Cause, Record

ACTORS: Final = 5
_POST: Final = 64
"""Inputs that are posted together."""


class Link:
    """Tells the next one what it was told."""

    inputs: ClassVar[tuple[type, ...]] = (NewsPublished,)

    def __init__(self, rank: int, *, is_last: bool) -> None:
        self.address = f"link-{rank}"
        self._is_first = rank == 0
        self._to = "" if is_last else f"link-{rank + 1}"
        self.heard = 0

    def wants(self, _: object) -> bool:
        return self._is_first

    def receive(self, message: object, _: int) -> Effects:
        self.heard += 1
        return (Tell(self._to, message),) if self._to else NOTHING

    def save(self) -> Json:
        return self.heard

    def restore(self, saved: Json) -> None:
        self.heard = int(str(saved))

    def view(self) -> dict[str, Json]:
        return {}


class Silence:
    """A scribe that keeps nothing."""

    def admitted(self, number: int, now: int, message: object) -> None:
        """Not kept."""

    def recorded(self, cause: Cause, record: Record) -> None:
        """Not kept."""

    def timer_set(self, cause: Cause, actor: str, now: int, effect: SetTimer) -> None:
        """Not kept."""

    def timer_canceled(self, cause: Cause, actor: str, now: int, effect: CancelTimer) -> None:
        """Not kept."""


def chain() -> Kernel:
    """A kernel of five links."""
    return Kernel([Link(rank, is_last=rank == ACTORS - 1) for rank in range(ACTORS)], Silence())


def headlines(count: int) -> list[Item]:
    """So many inputs, one a second."""
    return [(1_000 * n, NewsPublished(1_000 * n, "wire", "")) for n in range(count)]


def simulated(items: list[Item]) -> None:
    """Every input through the chain on the runtime of backtests."""
    SimulatedRuntime(chain()).run(items)


async def live(items: list[Item]) -> None:
    """Every input through the chain on the daemon's runtime, its disk left out."""
    runtime = LiveRuntime(chain(), between=_at_once)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(runtime.run)
        for first in range(0, len(items), _POST):
            await runtime.mailbox.post(Market(items[first : first + _POST]))
        await runtime.mailbox.post(System(SystemStopped(), last=True))
    runtime.close()


async def raw_anyio(items: list[Item]) -> None:
    """The same five hops as five tasks that only send and receive: what anyio itself costs."""
    ends = [anyio.create_memory_object_stream[Item](1) for _ in range(ACTORS)]

    async def pass_on(rank: int) -> None:
        async with ends[rank][1] as told:
            if rank + 1 == ACTORS:
                async for _ in told:
                    pass
                return
            async with ends[rank + 1][0] as to:
                async for item in told:
                    await to.send(item)

    async with anyio.create_task_group() as tasks:
        for rank in range(ACTORS):
            tasks.start_soon(pass_on, rank)
        async with ends[0][0] as to:
            for item in items:
                await to.send(item)


def _at_once() -> None:
    """Nothing to wait for between two cascades."""


def on_uvloop(run: Callable[[list[Item]], object], items: list[Item]) -> None:
    """Run it as the daemon runs: asyncio on uvloop."""
    anyio.run(run, items, backend="asyncio", backend_options={"use_uvloop": True})  # type: ignore[arg-type]
