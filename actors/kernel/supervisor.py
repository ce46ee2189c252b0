"""Supervision in OTP's words: children described by data, restarted by strategy, within an intensity per period.

Children start in order and stop in reverse. A child that fails more often than `intensity` times in `period_s` is not
this supervisor's to mend any more: it stops everything and raises `Escalated`, and who started it decides.
"""

import math
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import anyio
import structlog
from anyio.abc import TaskGroup, TaskStatus
from anyio.streams.memory import MemoryObjectSendStream

from core.errors import ChartwrightError

log = structlog.get_logger()

Strategy = Literal["one_for_one", "rest_for_one", "one_for_all"]
Restart = Literal["permanent", "transient", "temporary"]
MAX_BACKOFF_S = 5.0
_MOST_DOUBLINGS = 64  # floats end where intensity need not


class Escalated(ChartwrightError):
    """A child failed too often; `child` names it and the cause is its last failure."""

    def __init__(self, child: str, failures: int, period_s: float, cause: BaseException) -> None:
        super().__init__(f"{child} failed {failures} times in {period_s:g} s, the last time with: {_told(cause)}")
        self.child = child
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Child:
    """One supervised task: `permanent` is always restarted, `transient` after a failure, `temporary` never."""

    name: str
    run: Callable[[], Awaitable[None]]
    restart: Restart = "permanent"
    on_failure: Callable[[Exception], None] = lambda _: None
    """Told of each failure, before the restart."""


@dataclass(slots=True)
class _Running:
    child: Child
    scope: anyio.CancelScope
    ended: anyio.Event


@dataclass(frozen=True, slots=True)
class _Exit:
    running: _Running
    failure: BaseException | None


class Supervisor:
    """Keeps its children running.

    Args:
        children: In the order they start.
        strategy: Who is restarted when one fails: it alone, it and those started after it, or all.
        intensity: Restarts tolerated within the period; infinite: no failure is ever raised.
        period_s: That period.
        backoff_s: Wait before the first restart; doubles with every one in the period.
    """

    def __init__(
        self,
        children: tuple[Child, ...],
        *,
        strategy: Strategy = "one_for_one",
        intensity: float = 3,
        period_s: float = 60.0,
        backoff_s: float = 0.05,
    ) -> None:
        self._children = children
        self._strategy = strategy
        self._intensity = intensity
        self._period_s = period_s
        self._backoff_s = backoff_s
        self._failures: deque[float] = deque()
        self._running: dict[str, _Running] = {}
        self.restarts: dict[str, int] = {child.name: 0 for child in children}

    async def run(self) -> None:
        """Run until every child has ended for good.

        Raises:
            Escalated: If one failed too often; all others are stopped by then.
        """
        exits_send, exits = anyio.create_memory_object_stream[_Exit](math.inf)
        escalated: Escalated | None = None
        async with exits_send, exits, anyio.create_task_group() as tasks:
            for child in self._children:
                await self._start(child, tasks, exits_send)
            try:
                while self._running:
                    await self._handle(await exits.receive(), tasks, exits_send)
            except Escalated as error:  # kept until the task group is left, which would wrap it
                escalated = error
            finally:
                with anyio.CancelScope(shield=True):
                    await self._stop(tuple(self._running.values()))
        if escalated is not None:
            raise escalated

    def states(self) -> dict[str, str]:
        """Each child's state: `running` or `ended`."""
        return {child.name: "running" if child.name in self._running else "ended" for child in self._children}

    async def _start(self, child: Child, tasks: TaskGroup, exits: MemoryObjectSendStream[_Exit]) -> None:
        scope = anyio.CancelScope(shield=True)  # only this supervisor cancels it: in its turn, never all at once
        running = _Running(child, scope, anyio.Event())
        self._running[child.name] = running
        with anyio.CancelScope(shield=True):  # one that never began would be waited for in vain
            await tasks.start(_watch, running, exits, name=child.name)

    async def _handle(self, left: _Exit, tasks: TaskGroup, exits: MemoryObjectSendStream[_Exit]) -> None:
        child = left.running.child
        if self._running.get(child.name) is not left.running:
            return
        del self._running[child.name]
        if child.restart == "temporary" or (left.failure is None and child.restart == "transient"):
            return
        await self._count(child, left.failure)
        await self._restart(child, tasks, exits)

    async def _count(self, child: Child, failure: BaseException | None) -> None:
        now = anyio.current_time()
        self._failures.append(now)
        while self._failures[0] <= now - self._period_s:
            self._failures.popleft()
        if len(self._failures) > self._intensity:
            cause = failure or RuntimeError("it ended, and is meant to run for ever")
            raise Escalated(child.name, len(self._failures), self._period_s, cause) from failure
        doublings = min(len(self._failures) - 1, _MOST_DOUBLINGS)
        await anyio.sleep(min(MAX_BACKOFF_S, self._backoff_s * 2**doublings))

    async def _restart(self, child: Child, tasks: TaskGroup, exits: MemoryObjectSendStream[_Exit]) -> None:
        place = self._children.index(child)
        first = {"one_for_one": place, "rest_for_one": place, "one_for_all": 0}[self._strategy]
        last = place + 1 if self._strategy == "one_for_one" else len(self._children)
        affected = self._children[first:last]
        alive = [self._running[other.name] for other in affected if other.name in self._running]
        await self._stop(tuple(alive))
        stopped = {running.child.name for running in alive}
        for other in affected:
            if other is child or (other.restart != "temporary" and other.name in stopped):
                self.restarts[other.name] += 1
                await self._start(other, tasks, exits)

    async def _stop(self, running: tuple[_Running, ...]) -> None:
        """Stop children in reverse order, each before the one that was started earlier."""
        for one in reversed(running):
            self._running.pop(one.child.name, None)
            one.scope.cancel()
            await one.ended.wait()


async def _watch(running: _Running, exits: MemoryObjectSendStream[_Exit], *, task_status: TaskStatus[None]) -> None:
    """Run a child and report how it ended; its failure is a value from here on."""
    failure: BaseException | None = None
    task_status.started()
    try:
        with running.scope:
            await running.child.run()
    except Exception as error:
        failure = error
        log.exception("child failed", child=running.child.name, error=_told(error))
        running.child.on_failure(error)
    finally:
        running.ended.set()
    if not running.scope.cancel_called:
        exits.send_nowait(_Exit(running, failure))


def _told(error: BaseException) -> str:
    """A failure in one line; a group is told by its first member."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return f"{type(error).__name__}: {error}"
