"""What protects a position: take profit, stop loss and trailing stop, and how they follow its size.

Source:
    Bybit v5, position/trading-stop: the system cancels them when the position closes, and adjusts their quantity.
"""

from dataclasses import dataclass
from decimal import Decimal

from actors.adapters.sandbox.exchange.amount import ZERO
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.order import Bracket, Order
from actors.adapters.sandbox.exchange.position import Position

_MADE_BY = {
    "TakeProfit": "CreateByTakeProfit",
    "StopLoss": "CreateByStopLoss",
    "TrailingStop": "CreateByTrailingStop",
    "PartialTakeProfit": "CreateByPartialTakeProfit",
    "PartialStopLoss": "CreateByPartialStopLoss",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """A stop to place."""

    kind: str
    trigger: Decimal
    by: str
    quantity: Decimal
    """Base coin."""
    limit: Decimal = ZERO
    """0: it closes at the market."""
    trail: Decimal = ZERO
    """Distance of a trailing stop; 0: none."""
    activation: Decimal = ZERO
    """Where it begins to trail; 0: at once."""


def place(floor: Floor, position: Position, stop: Stop) -> Order:
    """A new stop for a position."""
    is_profit = stop.kind.endswith("TakeProfit")
    rises = (position.sign > 0) == is_profit
    order = Order(
        order_id=floor.new_id(),
        symbol=position.symbol,
        side="Sell" if position.sign > 0 else "Buy",
        kind="Limit" if stop.limit else "Market",
        qty=stop.quantity,
        price=stop.limit,
        created=floor.now,
        time_in_force="GTC" if stop.limit else "IOC",
        position_idx=position.idx,
        reduce_only=True,
        close_on_trigger=True,
        trigger_price=stop.trigger,
        trigger_direction=1 if rises else 2,
        trigger_by=stop.by,
        stop_kind=stop.kind,
        create_type=_MADE_BY[stop.kind],
        last_on_created=floor.markets[position.symbol].last,
        status="Untriggered",
        trail=stop.trail,
        activation=stop.activation,
    )
    floor.orders.add(order)
    floor.changed(order)
    floor.touched(position)
    return order


def remove(floor: Floor, order: Order, how: str = "CancelByTpSlTsClear") -> None:
    """A stop goes."""
    order.status = "Deactivated"
    order.cancel_type = how
    floor.changed(order)
    floor.touched(floor.account.position(order.symbol, order.position_idx))


def follow(floor: Floor, position: Position) -> None:
    """After a fill: a closed or turned position loses its stops, a smaller or larger one keeps them at its size."""
    size, side = abs(position.size), "Sell" if position.sign > 0 else "Buy"
    for stop in _stops(floor, position):
        if not position.size or stop.side != side:
            remove(floor, stop)
        elif stop.stop_kind.startswith("Partial"):
            stop.qty = min(stop.qty, size)
        elif stop.qty != size:
            stop.qty = size
            floor.changed(stop)


def attach(floor: Floor, order: Order, opened: Decimal) -> None:
    """The bracket an order brings along takes effect with its fill."""
    bracket = order.bracket
    if bracket.is_empty:
        return
    position = floor.account.position(order.symbol, order.position_idx)
    if bracket.mode == "Partial":
        set_partial(floor, position, bracket, opened)
        return
    present = floor.stops(position)
    for kind, price, by in (
        ("TakeProfit", bracket.take_profit, bracket.take_profit_by),
        ("StopLoss", bracket.stop_loss, bracket.stop_loss_by),
    ):
        old = present.get(kind)
        if not price or (old is not None and old.trigger_price == price):
            continue
        if old is not None:
            remove(floor, old)
        place(floor, position, Stop(kind, price, by, abs(position.size)))


def set_partial(floor: Floor, position: Position, bracket: Bracket, quantity: Decimal) -> None:
    """Add stops for a part of a position; of a pair the one goes when the other triggers."""
    made = []
    if bracket.take_profit:
        take = Stop(
            "PartialTakeProfit", bracket.take_profit, bracket.take_profit_by, quantity, bracket.take_profit_limit
        )
        made.append(place(floor, position, take))
    if bracket.stop_loss:
        loss = Stop("PartialStopLoss", bracket.stop_loss, bracket.stop_loss_by, quantity, bracket.stop_loss_limit)
        made.append(place(floor, position, loss))
    if len(made) == 2:
        made[0].sibling, made[1].sibling = made[1].order_id, made[0].order_id


def _stops(floor: Floor, position: Position) -> list[Order]:
    return [
        order
        for order in floor.orders.open(position.symbol)
        if order.position_idx == position.idx and order.is_stop and order.status == "Untriggered"
    ]
