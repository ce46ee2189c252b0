"""httpx-ws's session without its reading task: whoever wants the next message reads it.

That task would take each message off the socket and pass it on through a channel, which is a tenth of the way from a
candle to its order.
"""

from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import httpcore
from httpx_ws import AsyncWebSocketSession, WebSocketDisconnect, WebSocketNetworkError
from wsproto.events import CloseConnection, Event, Message, Ping

_CHUNK = 65_536


class Session(AsyncWebSocketSession):
    """A socket whose messages one task reads; a ping is answered while it does."""

    def __init__(self, *about: Any, **more: Any) -> None:
        super().__init__(*about, **more)
        self._waiting: deque[Event] = deque()
        self._begun: list[Any] = []

    @asynccontextmanager
    async def __asynccontextmanager__(self) -> AsyncGenerator["Session", None]:
        try:
            yield self
        finally:
            with anyio.CancelScope(shield=True):
                await self.close()

    async def receive(self, timeout: float | None = None) -> Event:  # noqa: ASYNC109  the library's own
        """The next whole message.

        Raises:
            TimeoutError: If none comes in time.
            WebSocketDisconnect: If the venue has said farewell.
            WebSocketNetworkError: If the connection is lost.
        """
        if not self._waiting:
            with anyio.fail_after(timeout):
                await self._until_event()
        event = self._waiting.popleft()
        if isinstance(event, CloseConnection):
            raise WebSocketDisconnect(event.code, event.reason)
        return event

    async def _until_event(self) -> None:
        while not self._waiting:
            try:
                data = await self.stream.read(_CHUNK)
            except httpcore.ReadError as error:
                raise WebSocketNetworkError from error
            if not data:
                raise WebSocketNetworkError
            self.connection.receive_data(data)
            for event in self.connection.events():
                await self._take(event)

    async def _take(self, event: Event) -> None:
        if isinstance(event, Message):
            self._begun.append(event.data)
            if event.message_finished:
                parts, self._begun = self._begun, []
                self._waiting.append(event if len(parts) == 1 else type(event)(event.data[:0].join(parts)))
        elif isinstance(event, Ping):
            await self.send(event.response())
        elif isinstance(event, CloseConnection):
            self._waiting.append(event)  # told in its turn: what was said before it may be why
