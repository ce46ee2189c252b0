"""The network between daemon and sandbox, as three lines that fall silent one by one: nothing passes or is closed.

What is on a line that falls silent is lost with it; who connects meanwhile waits. When the line is back those are cut
off, as a router's restart would.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import anyio
from anyio.abc import SocketAttribute, SocketStream

STREAMS = {"private": b"/v5/private", "market": b"/v5/public"}
"""By the path that a socket asks for first; everything else is REST."""


@dataclass
class Lines:
    """A relay to one address that knows which stream a connection belongs to."""

    to: tuple[str, int]
    address: str = ""
    _silent: set[str] = field(default_factory=set)
    _open: dict[str, set[anyio.CancelScope]] = field(default_factory=dict)

    def silence(self, stream: str) -> None:
        """From now on nothing passes on this stream's line."""
        self._silent.add(stream)

    def restore(self, stream: str) -> None:
        """It works again, for new connections."""
        self._silent.discard(stream)
        for scope in list(self._open.get(stream, ())):
            scope.cancel()

    async def relay(self, near: SocketStream) -> None:
        """Carry one connection."""
        async with near:
            try:
                first = await near.receive()
            except (anyio.EndOfStream, anyio.BrokenResourceError):
                return
            stream = next((name for name, path in STREAMS.items() if path in first.split(b"\r\n")[0]), "rest")
            scope = anyio.CancelScope()
            self._open.setdefault(stream, set()).add(scope)
            try:
                with scope:
                    await self._carry(stream, first, near)
            finally:
                self._open[stream].discard(scope)

    async def _carry(self, stream: str, first: bytes, near: SocketStream) -> None:
        async with await anyio.connect_tcp(*self.to) as far, anyio.create_task_group() as tasks:
            if stream not in self._silent:
                await far.send(first)
            tasks.start_soon(self._pump, stream, near, far, tasks.cancel_scope)
            tasks.start_soon(self._pump, stream, far, near, tasks.cancel_scope)

    async def _pump(self, stream: str, source: SocketStream, sink: SocketStream, scope: anyio.CancelScope) -> None:
        try:
            async for data in source:
                if stream not in self._silent:
                    await sink.send(data)
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass
        scope.cancel()


@asynccontextmanager
async def lines(address: str) -> AsyncIterator[Lines]:
    """Lines to an address, all of them working."""
    host, _, port = address.partition(":")
    made = Lines((host, int(port)))
    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as listener, anyio.create_task_group() as tasks:
        made.address = f"127.0.0.1:{listener.extra(SocketAttribute.local_port)}"  # noqa: S610  a socket's, not a query's
        tasks.start_soon(listener.serve, made.relay)
        yield made
        tasks.cancel_scope.cancel()
