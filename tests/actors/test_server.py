"""The web server as one task among others, in this process and in a daemon's own."""

import json
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest
from anyio.abc import ByteStream
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from actors.adapters.ledger.lock import StateDirectory
from actors.adapters.ledger.reader import LedgerReader
from actors.server import bound, serve
from core.errors import ConfigurationError
from web.stream import Hub

ROOT = Path(__file__).parents[2]
HELLO = b"GET /hello HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
STREAM = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n"


def app_of(hub: Hub) -> Starlette:
    async def hello(request: Request) -> PlainTextResponse:
        del request
        return PlainTextResponse("hello")

    async def stream(request: Request) -> StreamingResponse:
        del request

        async def events() -> object:
            yield b": open\n\n"
            await hub.moved(0)

        return StreamingResponse(events(), media_type="text/event-stream")  # type: ignore[arg-type]  # it yields bytes

    return Starlette(routes=[Route("/hello", hello), Route("/stream", stream)])


@pytest.fixture
def anyio_backend() -> str:
    """Uvicorn knows asyncio alone."""
    return "asyncio"


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    with bound("127.0.0.1", 0) as found:
        yield found


async def said(client: ByteStream, word: bytes) -> bytes:
    """All that comes until a word does, or the end."""
    found = b""
    with anyio.fail_after(10):
        while word not in found:
            try:
                found += await client.receive()
            except anyio.EndOfStream:
                break
    return found


@pytest.mark.anyio
async def test_canceling_it_ends_open_streams_and_it_can_be_started_again_on_the_same_socket(
    listening: socket.socket,
) -> None:
    hub, port = Hub(), listening.getsockname()[1]
    for _ in range(2):
        with anyio.fail_after(20):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(serve, app_of(hub), listening, hub)
                async with await anyio.connect_tcp("127.0.0.1", port) as hello:
                    await hello.send(HELLO)
                    assert (await said(hello, b"hello")).endswith(b"hello")
                async with await anyio.connect_tcp("127.0.0.1", port) as client:
                    await client.send(STREAM % b"/stream")
                    assert b": open" in await said(client, b": open")
                    assert not hub.closed
                    tasks.cancel_scope.cancel()
                    with anyio.CancelScope(shield=True):
                        assert b"open" not in await said(client, b"never")
        assert hub.closed


def test_a_port_that_is_taken_is_refused_with_what_to_do(listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    with pytest.raises(ConfigurationError, match=rf"cannot listen on 127.0.0.1:{port} .*another --port, or --no-web"):
        bound("127.0.0.1", port)


def test_a_port_is_free_again_once_let_go(listening: socket.socket) -> None:
    port = listening.getsockname()[1]
    listening.close()
    bound("127.0.0.1", port).close()


def test_an_ipv6_address_is_taken_too() -> None:
    try:
        found = bound("::1", 0)
    except ConfigurationError as error:
        pytest.skip(f"no IPv6 here: {error}")
    with found:
        assert found.family == socket.AF_INET6


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_with_a_stream_open_ends_the_process_cleanly_with_its_journal_whole(
    tmp_path: Path, number: signal.Signals
) -> None:
    with bound("127.0.0.1", 0) as free:
        port = free.getsockname()[1]
    state = tmp_path / "state"
    command = [sys.executable, "-m", "actors", "run", "--port", str(port), "--speed", "100000", "--json"]
    with subprocess.Popen(
        [*command, "--state-dir", str(state)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stderr is not None
            told = next(line for line in process.stderr if "page:" in line)
            assert str(port) in told
            with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
                client.sendall(STREAM % b"/api/stream")
                head = client.recv(65_536)
                while b"data:" not in head:
                    more = client.recv(65_536)
                    assert more, head
                    head += more
                process.send_signal(number)
                out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    assert process.returncode == 0, err
    assert "Traceback" not in err
    assert json.loads(out)["bars"] > 0
    with StateDirectory(state) as directory:
        reader = LedgerReader.open(directory.database_url, owner=directory.owner)
        found, last = reader.verify(), reader.rows(machine="session", newest=True, limit=1)
        reader.close()
    assert (found.broken_at, last[0].target) == (None, ("stopped",))
