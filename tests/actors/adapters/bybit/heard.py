"""What a stream posts, with the real connection keepers following it, and a line to the sandbox that can be cut."""

from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import Any, TypeVar

import anyio
from anyio.abc import SocketAttribute, SocketStream, TaskStatus
from anyio.from_thread import start_blocking_portal

from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.params import BybitParams
from actors.adapters.sandbox.faults.plan import Plan
from actors.adapters.sandbox.server.clock import MarketClock
from actors.adapters.sandbox.server.credentials import Credentials
from actors.adapters.sandbox.server.serve import serve
from actors.connection import ConnectionKeeper
from actors.server import bound
from core.messages import BarClosed, StreamChanged, SystemStarted
from tests.actors.adapters.sandbox.served import Stand, sandbox_of
from tests.actors.adapters.sandbox.stall import START, Four

_T = TypeVar("_T")


def params_for(address: str, **changes: Any) -> BybitParams:
    """Little patience, so that a test need not have much."""
    quick = {"heartbeat_ms": 200, "heartbeat_timeout_ms": 400, "first_backoff_ms": 50, "last_backoff_ms": 500}
    brief = {"connect_timeout_ms": 3_000, "ban_ms": 300, "refused_ms": 300, "clock_every_ms": 1_000}
    places = {"rest_url": f"http://{address}", "ws_url": f"ws://{address}"}
    return BybitParams(**{**places, **quick, **brief, **changes})


def driven(stand: Stand) -> VenueClock:
    """The venue's clock where a test drives it."""
    return VenueClock(elapsed_ms=lambda: float(stand.clock.now), wall_ms=lambda: stand.clock.now)


class Log:
    """Takes posts as admission does; an event that its connection chart does not know raises in whoever posted it."""

    def __init__(self) -> None:
        self.told: list[object] = []
        self.at_s: list[float] = []
        self._bell = anyio.Event()
        self._keepers = {
            stream: ConnectionKeeper(stream, private=stream == "private", listeners=())
            for stream in ("market", "private", "rest", "book")
        }
        for keeper in self._keepers.values():
            keeper.receive(SystemStarted(resumed=False), 0)

    async def post(self, inputs: Sequence[object]) -> None:
        for each in inputs:
            if isinstance(each, StreamChanged):
                self._keepers[each.stream].receive(each, 0)
            self.told.append(each)
            self.at_s.append(anyio.current_time())
        self._bell.set()
        self._bell = anyio.Event()

    def of(self, kind: type[_T]) -> list[_T]:
        return [each for each in self.told if isinstance(each, kind)]

    def events(self, after: int = 0) -> list[str]:
        """The streams' events from a place in the log on."""
        return [each.event for each in self.told[after:] if isinstance(each, StreamChanged)]

    def detail(self, event: str) -> str:
        """What was said with the newest event of a name."""
        return next(each.detail for each in reversed(self.of(StreamChanged)) if each.event == event)

    async def until(self, holds: Callable[[], object], *, within_s: float = 20.0) -> None:
        """Return once a post has made it true."""
        with anyio.fail_after(within_s):
            while not holds():
                await self._bell.wait()

    async def until_told(self, *events: str, after: int = 0) -> None:
        """Return once these events have happened in this order, whatever else did between them."""

        def holds() -> bool:
            left = iter(self.events(after))
            return all(event in left for event in events)

        await self.until(holds)

    async def until_bar(self, open_ms: int) -> None:
        await self.until(lambda: any(bar.open_ms >= open_ms for bar in self.of(BarClosed)))


@asynccontextmanager
async def running(*forever: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """With these running; what one of them raises is raised here."""
    async with anyio.create_task_group() as tasks:
        for each in forever:
            tasks.start_soon(each)
        yield
        tasks.cancel_scope.cancel()


def walk(bars: int) -> list[Four]:
    """Bars of which no two are alike."""
    opens = [START + 10 * number for number in range(bars)]
    return [(opened, opened + 20 + number, opened - 20, opened + 10) for number, opened in enumerate(opens)]


@contextmanager
def timed(
    clock: MarketClock, drawn: Sequence[Four], plan: Plan | None = None, credentials: Credentials | None = None
) -> Iterator[str]:
    """The address of a sandbox on a clock that runs by itself."""
    sandbox = sandbox_of(drawn, clock, plan or Plan())
    sandbox.credentials = credentials or sandbox.credentials
    with bound("127.0.0.1", 0) as listening, start_blocking_portal() as portal:
        task = portal.start_task_soon(serve, sandbox, listening)
        try:
            yield f"127.0.0.1:{listening.getsockname()[1]}"
        finally:
            task.cancel()


class Line:
    """A network line to an address, which can be cut: who talks is cut off, and nobody gets through.

    Args:
        address: Where it leads.
    """

    def __init__(self, address: str) -> None:
        host, _, port = address.partition(":")
        self._to = (host, int(port))
        self._port = 0
        self._scope = anyio.CancelScope()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self._port}"

    def cut(self) -> None:
        self._scope.cancel()

    async def up(self, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED) -> None:
        """Let everyone through until it is cut."""
        self._scope = anyio.CancelScope()
        with self._scope:
            async with await anyio.create_tcp_listener(local_host="127.0.0.1", local_port=self._port) as listener:
                self._port = listener.extra(SocketAttribute.local_port)  # noqa: S610  a socket's, not a query's
                task_status.started()
                await listener.serve(self._relay)

    async def _relay(self, near: SocketStream) -> None:
        async with near, await anyio.connect_tcp(*self._to) as far, anyio.create_task_group() as tasks:
            tasks.start_soon(_pump, near, far, tasks.cancel_scope)
            tasks.start_soon(_pump, far, near, tasks.cancel_scope)


async def _pump(source: SocketStream, sink: SocketStream, scope: anyio.CancelScope) -> None:
    try:
        async for data in source:
            await sink.send(data)
    except (anyio.BrokenResourceError, anyio.ClosedResourceError):
        pass
    scope.cancel()
