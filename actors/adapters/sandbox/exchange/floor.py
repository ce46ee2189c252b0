"""The trading floor: all that the exchange's rules act on, and the events that come of it.

The rules (`entry`, `matching`, `protection`, ...) are functions on the floor; the floor itself knows none of them.
"""

import hashlib
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from actors.adapters.sandbox.exchange.account import Account
from actors.adapters.sandbox.exchange.event import Event, Row
from actors.adapters.sandbox.exchange.execution import Execution
from actors.adapters.sandbox.exchange.market import Market
from actors.adapters.sandbox.exchange.order import POSITION_STOPS, Order
from actors.adapters.sandbox.exchange.orders import Orders
from actors.adapters.sandbox.exchange.params import ExchangeParams
from actors.adapters.sandbox.exchange.position import Position
from actors.adapters.sandbox.wire.account import Stops, streamed_position, wallet
from actors.adapters.sandbox.wire.orders import fast_execution, streamed_execution, streamed_order


class Funding(NamedTuple):
    """A funding that was due."""

    symbol: str
    rate: Decimal
    ts: int


class Floor:
    """The exchange's state.

    Args:
        markets: By symbol.
        params: Money, fees and margin.
        now: When it opens, UTC ms of market time.
    """

    def __init__(self, markets: dict[str, Market], params: ExchangeParams, now: int) -> None:
        self.markets = markets
        self.params = params
        self.now = now
        self.account = Account(params, now)
        self.orders = Orders()
        self.executions: list[Execution] = []
        self.fundings: list[Funding] = []
        self.seq = 1_000_000
        self.stops_fill = True
        """False: stops trigger and find nobody to trade with."""
        self._serial = 0
        self._events: list[Event] = []
        self._touched: dict[tuple[str, int], Position] = {}

    def mark(self, symbol: str) -> Decimal:
        """A symbol's mark price."""
        return self.markets[symbol].mark

    def new_id(self) -> str:
        """An id that looks like a UUID and depends on the seed and on how many there were."""
        self._serial += 1
        digest = hashlib.sha256(f"{self.params.seed}/{self._serial}".encode()).hexdigest()
        return f"{digest[:8]}-{digest[8:12]}-{digest[12:16]}-{digest[16:20]}-{digest[20:32]}"

    def tell(self, topic: str, symbol: str, row: Row) -> None:
        """Something happened."""
        self._events.append(Event(topic, symbol, self.now, row))

    def changed(self, order: Order, *, closed_profit: Decimal = Decimal(0)) -> None:
        """An order has a new state."""
        order.updated = self.now
        self.orders.settle(order)
        listing = self.markets[order.symbol].listing
        self.tell("order", order.symbol, streamed_order(order, listing, closed_profit=closed_profit))

    def executed(self, execution: Execution) -> None:
        """A fill, a funding, a liquidation."""
        kept = replace(execution, order=replace(execution.order))
        self.executions.append(kept)
        symbol = execution.order.symbol
        listing = self.markets[symbol].listing
        self.tell("execution", symbol, streamed_execution(kept, listing))
        if execution.kind == "Trade":
            self.tell("execution.fast", symbol, fast_execution(kept, listing))

    def touched(self, position: Position) -> None:
        """A position, or what protects it, may have changed; it is told once the current matter is over."""
        self._touched[position.symbol, position.idx] = position

    def stops(self, position: Position) -> dict[str, Order]:
        """The whole position's stops, by kind."""
        return {
            order.stop_kind: order
            for order in self.orders.open(position.symbol)
            if order.position_idx == position.idx
            and order.stop_kind in POSITION_STOPS
            and order.status == "Untriggered"
        }

    def stop_prices(self, position: Position) -> Stops:
        """The prices of those stops."""
        found = self.stops(position)
        take, loss, trail = (found.get(kind) for kind in ("TakeProfit", "StopLoss", "TrailingStop"))
        return Stops(
            take.trigger_price if take else Decimal(0),
            loss.trigger_price if loss else Decimal(0),
            trail.trail if trail else Decimal(0),
        )

    def position_row(self, position: Position) -> Row:
        """A position as the stream tells it."""
        listing = self.markets[position.symbol].listing
        return streamed_position(position, self.stop_prices(position), self.account, self.mark, listing)

    def conclude(self) -> None:
        """A matter is over: tell the positions it touched, and the wallet."""
        touched, self._touched = self._touched, {}
        for position in touched.values():
            position.updated = self.now
            self.tell("position", position.symbol, self.position_row(position))
        if touched:
            self.tell("wallet", "", wallet(self.account, self.mark, self.orders.open()))

    def drain(self) -> list[Event]:
        """What has happened since the last time."""
        self.conclude()
        events, self._events = self._events, []
        return events
