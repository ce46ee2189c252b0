"""Faults of the streams: what is said twice, late, wrongly or not at all."""

from typing import Any, Final

from actors.adapters.sandbox.exchange.event import Row
from actors.adapters.sandbox.faults.faults import Faults
from actors.adapters.sandbox.server.connection import Connection

STALL_S: Final = 3.0


class StreamFaults:
    """What may happen to messages and sockets.

    Args:
        faults: The dice.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._held: dict[str, Row] = {}

    def private(self, topic: str, row: Row) -> list[Row]:
        """The rows to send for one that happened, in order."""
        if topic == "order":
            return self._order(row)
        return self._position(row) if topic == "position" else [row]

    def confirmed(self, row: Row, tick: str) -> list[Row]:
        """The confirmations to send for a closed candle.

        Args:
            row: The right one.
            tick: A price to be wrong with.
        """
        on = str(row["start"])
        if self._faults.strikes("confirm_missing", on):
            return []
        if self._faults.strikes("confirm_twice", on):
            return [row, row]
        if self._faults.strikes("confirm_corrected", on):
            return [row | {"close": tick}, row]
        return [row]

    def book(self, topic: str) -> str:
        """How a change of the book is told: `delta`, `snapshot`, or `restart`."""
        if self._faults.strikes("book_restart", topic):
            return "restart"
        return "snapshot" if self._faults.strikes("book_snapshot", topic) else "delta"

    def afflict(self, connection: Connection) -> None:
        """What becomes of a socket in this second."""
        on = f"{connection.kind} {connection.conn_id}"
        if connection.is_silent:
            return
        if self._faults.strikes("ws_cut", on):
            connection.cut()
        elif self._faults.strikes("ws_half_open", on):
            connection.is_silent = connection.is_deaf = True
        elif self._faults.strikes("ws_silent", on):
            connection.is_silent = True
        elif self._faults.strikes("ws_stall", on):
            connection.stall(STALL_S)

    def refuses(self, on: str) -> bool:
        """Whether an authentication that is right is refused all the same."""
        return self._faults.strikes("auth_refused", on)

    def loses(self, topics: list[Any]) -> bool:
        """Whether a subscription is acknowledged and forgotten."""
        return self._faults.strikes("subscription_lost", ",".join(map(str, topics)))

    def _order(self, row: Row) -> list[Row]:
        if row["orderStatus"] == "Filled" and self._faults.strikes("filled_twice", row["orderId"]):
            return [row, row | {"rejectReason": "EC_OrigClOrdIDDoesNotExist"}]
        return [row]

    def _position(self, row: Row) -> list[Row]:
        symbol = f"{row['symbol']}/{row['positionIdx']}"
        held = self._held.pop(symbol, None)
        if held is not None:
            return [row, held]
        if self._faults.strikes("position_stale", symbol):
            self._held[symbol] = row
            return []
        return [row]
