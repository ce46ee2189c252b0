"""One socket: what it has subscribed to, and the messages on their way to it."""

import json
from typing import Any, Final

import anyio
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

Message = dict[str, Any]
_WAITING: Final = 10_000
"""Messages that may wait for a client that does not read; then it is cut off."""


class Connection:
    """A socket's outgoing side; `put` never waits.

    Args:
        socket: An accepted websocket.
        conn_id: What it is called in messages.
        kind: `public`, `private` or `trade`.
    """

    def __init__(self, socket: WebSocket, conn_id: str, kind: str) -> None:
        self.conn_id = conn_id
        self.kind = kind
        self.topics: set[str] = set()
        self.request_ids: set[str] = set()
        """Of the trade socket, which takes each only once."""
        self.is_authenticated = kind == "public"
        self.is_silent = False
        """Nothing is delivered any more, though the socket stays open."""
        self.is_deaf = False
        """What the client sends is ignored as well."""
        self._stalled_until = 0.0
        self._socket = socket
        self._send, self._receive = anyio.create_memory_object_stream[Message](_WAITING)
        self.scope = anyio.CancelScope()

    def put(self, message: Message) -> None:
        """Send a message soon; a client too slow to take it is cut off."""
        if self.is_silent:
            return
        try:
            self._send.send_nowait(message)
        except anyio.WouldBlock:
            self.scope.cancel()
        except (anyio.BrokenResourceError, anyio.ClosedResourceError):
            return

    def stall(self, seconds: float) -> None:
        """Hold everything back for a while."""
        self._stalled_until = anyio.current_time() + seconds

    def cut(self) -> None:
        """End it from our side."""
        self.scope.cancel()

    async def deliver(self) -> None:
        """Send what was put, in order, until the socket is gone."""
        async with self._receive:
            async for message in self._receive:
                await anyio.sleep_until(self._stalled_until)
                if self._socket.application_state is not WebSocketState.CONNECTED:
                    return
                try:
                    await self._socket.send_text(json.dumps(message, separators=(",", ":")))
                except (WebSocketDisconnect, RuntimeError):  # the peer left between two messages
                    return

    def close(self) -> None:
        """Nothing more will be put."""
        self._send.close()
