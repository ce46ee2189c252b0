"""The trade socket: orders without REST.

Source:
    Bybit v5, websocket/trade/guideline.
"""

from typing import Any, Final

import anyio
from starlette.websockets import WebSocket

from actors.adapters.sandbox.exchange.endpoints import ENDPOINTS, OPERATIONS
from actors.adapters.sandbox.exchange.exchange import Answer
from actors.adapters.sandbox.exchange.refusal import Code, Refused
from actors.adapters.sandbox.faults.requests import Delivery
from actors.adapters.sandbox.server.clock import wall_ms
from actors.adapters.sandbox.server.connection import Connection, Message
from actors.adapters.sandbox.server.credentials import check_time
from actors.adapters.sandbox.server.limits import Allowance
from actors.adapters.sandbox.server.sockets import LATENCY_S, Sockets

_ACK_S: Final = 0.005
"""Over loopback an answer would overtake the client's note of its question."""


class TradeSockets(Sockets):
    """Sockets that place, amend and cancel."""

    async def trade(self, socket: WebSocket) -> None:
        """The endpoint of the trade socket."""
        await self._serve(socket, "trade")

    async def answer(self, connection: Connection, said: Message) -> None:
        """Answer what a client said."""
        if connection.kind != "trade":
            await super().answer(connection, said)
            return
        operation = str(said.get("op"))
        if operation == "ping":
            connection.put(self._envelope(connection, operation="pong") | {"data": [str(wall_ms())]})
        elif operation == "auth":
            answer = self.authentication(connection, said)
            await anyio.sleep(LATENCY_S)
            connection.put(answer)
        else:
            await self._order(connection, said, operation)

    async def _order(self, connection: Connection, said: Message, operation: str) -> None:
        allowance: Allowance | None = None
        try:
            path = self._admit(connection, said, operation)
            allowance = self.sandbox.limits.spend(path, ENDPOINTS[path].per_second or 1, wall_ms())
            allowance.check()
            delivery = self.sandbox.request(path, _order_of(said), by_socket=True)
        except Refused as refused:
            delivery = Delivery(Answer(refused.code, refused.text))
        if delivery.status == 403:
            connection.cut()
        elif delivery.status == 200:
            message = self._acknowledgement(connection, said, operation, delivery.answer)
            message["header"] |= allowance.headers if allowance else {}
            await anyio.sleep(max(_ACK_S, delivery.delay_s))
            for _ in range(delivery.copies):
                connection.put(message)

    def _admit(self, connection: Connection, said: Message, operation: str) -> str:
        if not connection.is_authenticated:
            raise Refused(Code.PERMISSION, "Request not authorized")
        if operation not in OPERATIONS:
            raise Refused(Code.NO_SUCH_OPERATION, "op type is not found")
        header = said.get("header")
        header = header if isinstance(header, dict) else {}
        window = str(header.get("X-BAPI-RECV-WINDOW", 5_000))
        check_time(str(header.get("X-BAPI-TIMESTAMP", "")), window, self.sandbox.checked_ms)
        request_id = str(said.get("reqId", ""))
        if request_id and request_id in connection.request_ids:
            raise Refused(Code.REUSED_REQUEST_ID, "reqId is duplicated")
        connection.request_ids.add(request_id)
        return OPERATIONS[operation]

    def _acknowledgement(self, connection: Connection, said: Message, operation: str, answer: Answer) -> Message:
        return {
            "reqId": str(said.get("reqId", "")),
            **self._envelope(connection, operation=operation, code=int(answer.code), text=answer.text),
            "data": answer.result,
            "retExtInfo": {},
            "header": {"Timenow": str(wall_ms()), "Traceid": connection.conn_id},
        }

    @staticmethod
    def _envelope(connection: Connection, *, operation: str, code: int = 0, text: str = "OK") -> Message:
        return {"retCode": code, "retMsg": text, "op": operation, "connId": connection.conn_id}


def _order_of(said: Message) -> dict[str, Any]:
    arguments = said.get("args")
    first = arguments[0] if isinstance(arguments, list) and arguments else None
    if not isinstance(first, dict):
        raise Refused(Code.PARAMETER, "params error: args is a list of one order")
    return first
