"""Private questions: orders, executions, position, wallet, and all of them at one time.

A question that is not answered raises: it is never taken for "none" or "flat".

Source:
    Bybit v5, order/open-order (open orders, and the last 500 final ones by id until the service restarts),
    order/order-list, order/execution (windows of seven days), position/position, account/wallet-balance.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from actors.adapters.bybit.client import Client, Reply
from actors.adapters.bybit.translate import (
    COIN,
    Item,
    execution_reported,
    order_reported,
    position_reported,
    rows,
    wallet_reported,
)
from core.durations import DAY_MS
from core.errors import FeedMalformed
from core.trading.reports import (
    ExecutionReported,
    OrderReported,
    PositionReported,
    VenueSnapshot,
    WalletReported,
)

_WINDOW_MS: Final = 7 * DAY_MS
_REACH_MS: Final = 8 * _WINDOW_MS
"""How far back executions are read at most; who was away longer sees the position, not how it came about."""
_PAGES: Final = 200
_LOOKS: Final = 3


class Found(NamedTuple):
    """What the venue knows of a client order id."""

    order: OrderReported | None
    executions: tuple[ExecutionReported, ...]
    looked_ms: int
    """The venue's time of the last look."""


class Account:
    """Reads the account; every method raises NotAnswered or FeedMalformed.

    Args:
        client: Whom to ask.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def find(self, symbol: str, client_order_id: str) -> Found:
        """An order by its client order id: among the open and recent, else in history, and its executions."""
        named = {"category": "linear", "symbol": symbol, "orderLinkId": client_order_id}
        order: OrderReported | None = None
        for method in ("get_open_orders", "get_order_history"):
            reply = self._client.ask(method, **named)
            reports = [order_reported(row) for row in rows(reply.result)]
            order = next((report for report in reports if report.client_order_id == client_order_id), None)
            if order is not None:
                break
        if order is not None and not order.filled:
            return Found(order, (), reply.time_ms)
        found, looked_ms = self._executions(named)
        ours = tuple(each for each in found if each.client_order_id == client_order_id)
        return Found(order, ours, looked_ms)

    def open_orders(self, symbol: str) -> tuple[OrderReported, ...]:
        """Open orders, the position's stops among them."""
        pages = self._pages("get_open_orders", {"category": "linear", "symbol": symbol, "limit": 50})
        return tuple(order_reported(row) for reply in pages for row in rows(reply.result))

    def executions(self, symbol: str, since_ms: int) -> tuple[ExecutionReported, ...]:
        """Executions since a moment, UTC ms, oldest first, each once."""
        now = self._time()
        start = max(since_ms, now - _REACH_MS)
        found: dict[str, ExecutionReported] = {}
        while start <= now:
            end = start + _WINDOW_MS - 1
            query = {"category": "linear", "symbol": symbol, "startTime": start, "endTime": end}
            found |= {each.exec_id: each for each in self._executions(query)[0]}
            start = end + 1
        return tuple(found.values())

    def position(self, symbol: str) -> PositionReported:
        """What is held; in hedge mode it raises FeedMalformed that says so."""
        return position_reported(self.position_row(symbol))

    def position_row(self, symbol: str) -> Item:
        """The same as it is spelled, with what only checks look at."""
        for row in rows(self._client.ask("get_positions", category="linear", symbol=symbol).result):
            if isinstance(row, dict) and row.get("symbol") == symbol:
                return row
        raise FeedMalformed(f"Bybit told no position of {symbol}, not even a flat one")

    def wallet(self) -> WalletReported | None:
        """The settlement coin's money; None where the account never held any."""
        reply = self._client.ask("get_wallet_balance", accountType="UNIFIED", coin=COIN)
        accounts = rows(reply.result)
        return wallet_reported(accounts[0], reply.time_ms) if accounts else None

    def snapshot(self, symbol: str, since_ms: int, *, requested: bool) -> VenueSnapshot:
        """Everything at one time: read again where the position moved meanwhile, up to three times."""
        position = self.position(symbol)
        for _ in range(_LOOKS):
            before = position
            orders = self.open_orders(symbol)
            executions = self.executions(symbol, since_ms)
            wallet = self.wallet()
            position = self.position(symbol)
            if (position.seq, position.quantity, position.side) == (before.seq, before.quantity, before.side):
                break
        return VenueSnapshot(symbol, position, orders, executions, wallet, requested)

    def _time(self) -> int:
        reply = self._client.ask("get_server_time")
        return reply.time_ms or int(reply.result["timeSecond"]) * 1_000

    def _executions(self, query: Item) -> tuple[list[ExecutionReported], int]:
        looked_ms = 0
        found: list[ExecutionReported] = []
        for reply in self._pages("get_executions", {**query, "limit": 100}):
            looked_ms = reply.time_ms
            found += [execution_reported(row) for row in rows(reply.result)]
        found.reverse()  # newest first, so that what happened in one ms keeps its order
        found.sort(key=lambda each: each.ts)
        return found, looked_ms

    def _pages(self, method: str, query: Item) -> Iterator[Reply]:
        cursor = ""
        for _ in range(_PAGES):
            reply = self._client.ask(method, **query, **({"cursor": cursor} if cursor else {}))
            yield reply
            cursor = reply.result.get("nextPageCursor") or ""
            if not cursor:
                return
        raise FeedMalformed(f"Bybit: the list of {method} does not end after {_PAGES} pages")
