"""The web server: uvicorn as one supervised task among the others.

Left alone, uvicorn catches SIGTERM, shuts down and raises the signal again, which kills the process before the other
actors have closed the journal. So it gets no signals here; the daemon has them, and cancels this task.
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import anyio
import uvicorn
from starlette.types import ASGIApp

from core.errors import ConfigurationError
from web.stream import Hub


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the daemon."""
        yield


def bound(host: str, port: int) -> socket.socket:
    """A listening socket, taken before anything else starts, so that a taken port is a usage error.

    Raises:
        ConfigurationError: If the address cannot be bound.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named: asyncio turns Nagle's delay off only for sockets it knows to be TCP.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        found.bind((host, port))
    except OSError as error:
        found.close()
        raise ConfigurationError(
            f"cannot listen on {host}:{port} ({error.strerror}): stop what uses it, choose another --port, or --no-web"
        ) from error
    found.listen(128)
    return found


async def serve(app: ASGIApp, listening: socket.socket, hub: Hub) -> None:
    """Serve until canceled; open streams are ended first, so that nothing hangs.

    The listening socket stays its owner's and open: a restarted server goes on listening there.
    """
    config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=1, access_log=False)
    server = _Server(config)
    hub.closed = False

    async def until_told() -> None:
        with anyio.CancelScope(shield=True):  # it closes its sockets itself, once it sees should_exit
            await server.serve(sockets=[listening.dup()])

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(until_told)
        try:
            await anyio.sleep_forever()
        finally:
            hub.close()
            server.should_exit = True
