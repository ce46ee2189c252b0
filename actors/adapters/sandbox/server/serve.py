"""The sandbox on a listening socket, until canceled."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import uvicorn

from actors.adapters.sandbox.server.app import build
from actors.adapters.sandbox.server.sandbox import Sandbox


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to whoever runs this."""
        yield


async def serve(sandbox: Sandbox, listening: socket.socket) -> None:
    """Serve REST and websockets, and let market time pass, until canceled; every socket is then closed."""
    # Accepted sockets inherit it; without it an answer's body waits 40 ms for the acknowledgement of its headers.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(
        build(sandbox),
        log_config=None,
        lifespan="off",
        access_log=False,
        timeout_graceful_shutdown=1,
        ws="websockets-sansio",  # the other one is built on an interface that its library gave up
    )
    server = _Server(config)

    async def until_told() -> None:
        with anyio.CancelScope(shield=True):  # it closes its sockets itself, once it sees should_exit
            await server.serve(sockets=[listening])

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(until_told)
        try:
            await sandbox.run()
        finally:
            sandbox.hub.restart()
            server.should_exit = True
