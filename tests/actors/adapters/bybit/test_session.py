"""A socket's messages reach the task that reads them, whole and in order; its end is told in the library's words."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import anyio
import httpx
import pytest
from httpx_ws import WebSocketDisconnect, WebSocketInvalidTypeReceived, WebSocketNetworkError, aconnect_ws
from websockets.asyncio.server import ServerConnection, serve

from actors.adapters.bybit.session import Session

pytestmark = pytest.mark.anyio

Says = Callable[[ServerConnection], Awaitable[object]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"  # the server's own


@asynccontextmanager
async def opened(says: Says) -> AsyncIterator[Session]:
    """A session with a server that says what a test wants, and then waits for its farewell."""

    async def talk(connection: ServerConnection) -> None:
        await says(connection)
        await connection.wait_closed()

    async with (
        serve(talk, "127.0.0.1", 0, ping_interval=None) as server,
        httpx.AsyncClient() as client,
    ):
        port = next(iter(server.sockets)).getsockname()[1]
        session: Session
        async with aconnect_ws(
            f"http://127.0.0.1:{port}/", client, keepalive_ping_interval_seconds=None, session_class=Session
        ) as session:
            with anyio.fail_after(5):
                yield session


async def test_messages_come_in_order_though_they_came_at_once() -> None:
    async def says(connection: ServerConnection) -> None:
        for number in range(50):
            await connection.send(str(number))

    async with opened(says) as session:
        assert [await session.receive_text() for _ in range(50)] == [str(number) for number in range(50)]


async def test_a_message_in_pieces_comes_whole() -> None:
    async def says(connection: ServerConnection) -> None:
        await connection.send(["to", "geth", "er"])
        await connection.send("next")

    async with opened(says) as session:
        assert [await session.receive_text(), await session.receive_text()] == ["together", "next"]


async def test_one_larger_than_a_read_comes_whole() -> None:
    large = "x" * 300_000
    async with opened(lambda connection: connection.send(large)) as session:
        assert await session.receive_text() == large


async def test_a_ping_is_answered_while_a_message_is_waited_for() -> None:
    async def says(connection: ServerConnection) -> None:
        async with asyncio.timeout(5):
            await (await connection.ping())
        await connection.send("after the pong")

    async with opened(says) as session:
        assert await session.receive_text() == "after the pong"


async def test_what_is_said_is_heard() -> None:
    async def says(connection: ServerConnection) -> None:
        await connection.send(str(await connection.recv())[::-1])

    async with opened(says) as session:
        await session.send_text("abc")
        assert await session.receive_text() == "cba"


async def test_a_farewell_is_told_with_its_code() -> None:
    async with opened(lambda connection: connection.close(1012, "service restart")) as session:
        with pytest.raises(WebSocketDisconnect) as told:
            await session.receive_text()
        assert (told.value.code, told.value.reason) == (1012, "service restart")


async def test_messages_before_a_farewell_are_not_lost() -> None:
    async def says(connection: ServerConnection) -> None:
        await connection.send("last")
        await connection.close()

    async with opened(says) as session:
        assert await session.receive_text() == "last"
        with pytest.raises(WebSocketDisconnect):
            await session.receive_text()


async def test_a_lost_connection_is_a_network_error() -> None:
    async def says(connection: ServerConnection) -> None:
        connection.transport.abort()

    async with opened(says) as session:
        with pytest.raises(WebSocketNetworkError):
            await session.receive_text()


async def test_bytes_are_no_text() -> None:
    async with opened(lambda connection: connection.send(b"\x00\x01")) as session:
        with pytest.raises(WebSocketInvalidTypeReceived):
            await session.receive_text()


async def test_silence_lasts_no_longer_than_one_is_willing_to_wait() -> None:
    async def says(connection: ServerConnection) -> None:
        await connection.recv()
        await connection.send("at last")

    async with opened(says) as session:
        with pytest.raises(TimeoutError):
            await session.receive_text(timeout=0.05)
        await session.send_text("go on")
        assert await session.receive_text() == "at last"
