"""The websocket side: public and private streams.

A subscription is acknowledged a moment later, as over a real network: Bybit's own client sends it before it remembers
it, and dies of an answer that comes at once.

Source:
    Bybit v5, websocket/wss-authentication (connect): pings, authentication, subscriptions, 10 idle minutes.
"""

import json
from collections.abc import Sequence
from json import JSONDecodeError
from typing import Any, Final

import anyio
from starlette.websockets import WebSocket, WebSocketDisconnect

from actors.adapters.sandbox.exchange.refusal import Code, Refused
from actors.adapters.sandbox.server.connection import Connection, Message
from actors.adapters.sandbox.server.sandbox import Sandbox
from actors.adapters.sandbox.server.topics import private_fault, public_topic

LATENCY_S: Final = 0.05
_IDLE_S: Final = 600.0


class Sockets:
    """Accepts sockets and speaks with them until they leave.

    Args:
        sandbox: What they are told about.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def public(self, socket: WebSocket) -> None:
        """The endpoint of public linear streams."""
        await self._serve(socket, "public")

    async def private(self, socket: WebSocket) -> None:
        """The endpoint of the account's streams."""
        await self._serve(socket, "private")

    async def answer(self, connection: Connection, said: Message) -> None:
        """Answer what a client said."""
        operation = said.get("op")
        if operation == "ping":
            connection.put(self.pong(connection, said))
        elif operation == "auth" and connection.kind != "public":
            await self._authenticate(connection, said)
        elif operation in {"subscribe", "unsubscribe"}:
            await self._subscribe(connection, said, str(operation))
        else:
            connection.put(_reply(connection, said, success=False, text="Params Error", operation=str(operation)))

    def pong(self, connection: Connection, said: Message) -> Message:
        """The answer to a ping, which each channel spells in its own way."""
        if connection.kind == "public":
            return _reply(connection, said, success=True, text="pong", operation="ping")
        stamp = str(self.sandbox.exchange.floor.now)
        return {"req_id": said.get("req_id", ""), "op": "pong", "args": [stamp], "conn_id": connection.conn_id}

    def authentication(self, connection: Connection, said: Message) -> Message:
        """Judge an `auth`, and say how it went."""
        code, text = Code.OK, ""
        try:
            self._judge(connection, said.get("args"))
        except Refused as refused:
            code, text = refused.code, refused.text
        connection.is_authenticated = code is Code.OK
        spelled = {"success": code is Code.OK, "ret_msg": text, "conn_id": connection.conn_id}
        return {"op": "auth", "retCode": int(code), "retMsg": text, "connId": connection.conn_id, **spelled}

    def _judge(self, connection: Connection, arguments: object) -> None:
        if not isinstance(arguments, list) or len(arguments) != 3:
            raise Refused(Code.PARAMETER, "Params Error")
        key, expires, signature = map(str, arguments)
        self.sandbox.credentials.check_socket(key, expires, signature, self.sandbox.checked_ms)
        if self.sandbox.stream_faults.refuses(connection.conn_id):
            raise Refused(Code.KEY, "Invalid apikey")

    async def _serve(self, socket: WebSocket, kind: str) -> None:
        if self.sandbox.request_faults.is_banned():
            await socket.close(1008)
            return
        await socket.accept()
        connection = Connection(socket, self.sandbox.new_conn_id(), kind)
        self.sandbox.hub.connections.add(connection)
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(connection.deliver)
                with connection.scope:
                    await self._listen(socket, connection)
                tasks.cancel_scope.cancel()
        finally:
            connection.close()
            self.sandbox.hub.connections.discard(connection)
        if connection.scope.cancelled_caught:
            await socket.close(1001)

    async def _listen(self, socket: WebSocket, connection: Connection) -> None:
        while True:
            try:
                with anyio.fail_after(_IDLE_S):
                    text = await socket.receive_text()
            except (WebSocketDisconnect, TimeoutError):
                return
            if connection.is_deaf:
                continue
            try:
                said = json.loads(text)
            except JSONDecodeError:
                said = {}
            await self.answer(connection, said if isinstance(said, dict) else {})

    async def _authenticate(self, connection: Connection, said: Message) -> None:
        answer = self.authentication(connection, said)
        await anyio.sleep(LATENCY_S)
        connection.put(answer)
        if not connection.is_authenticated:
            await anyio.sleep(LATENCY_S)
            connection.cut()

    async def _subscribe(self, connection: Connection, said: Message, operation: str) -> None:
        arguments = said.get("args")
        topics = [str(topic) for topic in arguments] if isinstance(arguments, list) else []
        fault = self._fault(connection, topics)
        await anyio.sleep(LATENCY_S)
        connection.put(_reply(connection, said, success=not fault, text=fault, operation=operation))
        if fault or (operation == "subscribe" and self.sandbox.stream_faults.loses(topics)):
            return
        if operation == "unsubscribe":
            connection.topics.difference_update(topics)
            return
        connection.topics.update(topics)
        if connection.kind == "public":
            self.sandbox.hub.welcome(connection, topics)

    def _fault(self, connection: Connection, topics: Sequence[str]) -> str:
        if not topics:
            return "Params Error"
        if connection.kind == "private":
            return private_fault(topics) if connection.is_authenticated else "Request not authorized"
        markets = self.sandbox.exchange.floor.markets
        unknown = [name for name in topics if not self._exists(name, list(markets))]
        return f"Invalid topic: {unknown[0]}" if unknown else ""

    def _exists(self, name: str, symbols: list[str]) -> bool:
        topic = public_topic(name, symbols)
        if topic is None:
            return False
        return topic.kind != "kline" or self.sandbox.exchange.floor.markets[topic.symbol].candles.serves(topic.detail)


def _reply(connection: Connection, said: Message, *, success: bool, text: str, operation: str) -> Message:
    answer: dict[str, Any] = {"success": success, "ret_msg": text, "conn_id": connection.conn_id, "op": operation}
    return answer | {"req_id": str(said.get("req_id", ""))}
