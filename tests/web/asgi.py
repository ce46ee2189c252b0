"""Speaks ASGI to the application directly: an endless body can be read as it comes, on asyncio and trio alike."""

import json
import math
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import anyio
from starlette.types import ASGIApp, Message

LOCAL = {"host": "127.0.0.1:8000"}


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Event(NamedTuple):
    id: int | None
    kind: str
    data: Any


def _scope(url: str, headers: dict[str, str], method: str) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "type": "http", "asgi": {"version": "3.0", "spec_version": "2.3"}, "http_version": "1.1", "method": method,
        "scheme": "http", "path": parts.path, "raw_path": parts.path.encode(), "query_string": parts.query.encode(),
        "root_path": "", "headers": [(name.encode(), value.encode()) for name, value in (LOCAL | headers).items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 8000),
    }  # fmt: skip


async def call(app: ASGIApp, url: str, *, method: str = "GET", headers: dict[str, str] | None = None) -> Answer:
    """One whole answer."""
    messages: list[Message] = []

    asked = False

    async def receive() -> Message:
        nonlocal asked
        if asked:
            await anyio.sleep_forever()  # the client stays
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        messages.append(message)

    await app(_scope(url, headers or {}, method), receive, send)
    start, *rest = messages
    found = {name.decode(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], found, b"".join(message.get("body", b"") for message in rest))


class Reader:
    """The client's end of an event stream."""

    def __init__(self) -> None:
        self._send, self._receive = anyio.create_memory_object_stream[bytes](math.inf)
        self.gone = anyio.Event()
        self.ended = anyio.Event()
        self.stuck = anyio.Event()
        """Set: takes nothing any more."""
        self._rest = b""
        self._waiting: deque[Event] = deque()

    async def take(self, message: Message) -> None:
        """What the application sends arrives here."""
        if self.stuck.is_set():
            await anyio.sleep_forever()
        await self._send.send(message.get("body", b""))

    async def event(self) -> Event:
        """The next event; `anyio.EndOfStream` where there is none."""
        while not self._waiting:
            await self._block()
        return self._waiting.popleft()

    async def comment(self, wanted: str) -> None:
        """Return once this comment has come; events before it are kept."""
        while await self._block() != f": {wanted}":
            pass

    async def _block(self) -> str:
        while b"\n\n" not in self._rest:
            self._rest += await self._receive.receive()
        head, _, self._rest = self._rest.partition(b"\n\n")
        block = head.decode()
        if not block.startswith((":", "retry")):
            fields = dict(line.split(": ", 1) for line in block.split("\n"))
            number = int(fields["id"]) if "id" in fields else None
            self._waiting.append(Event(number, fields["event"], json.loads(fields["data"])))
        return block

    async def ids(self, count: int) -> list[int | None]:
        """The ids of the next so many events; fewer where the stream ends before."""
        found: list[int | None] = []
        with suppress(anyio.EndOfStream):
            while len(found) < count:
                found.append((await self.event()).id)
        return found

    async def ids_until(self, last: int) -> list[int | None]:
        """The ids up to this one."""
        found: list[int | None] = []
        while not found or found[-1] != last:
            found.append((await self.event()).id)
        return found

    def end(self) -> None:
        """The application has ended the stream: what it sent may still be read."""
        self._send.close()
        self.ended.set()

    def close(self) -> None:
        """Free the channel."""
        self._send.close()
        self._receive.close()


@asynccontextmanager
async def stream(app: ASGIApp, url: str = "/api/stream", **headers: str) -> AsyncIterator[Reader]:
    """An open event stream; leaving it is what closing the tab is."""
    reader = Reader()

    async def receive() -> Message:
        await reader.gone.wait()
        return {"type": "http.disconnect"}

    async def run() -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        await app(_scope(url, named, "GET"), receive, reader.take)
        reader.end()

    with anyio.fail_after(20):
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(run)
            yield reader
            reader.gone.set()
    reader.close()
