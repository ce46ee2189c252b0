"""Conditional orders and stops: when a price sets them off, and what then becomes of them."""

from decimal import Decimal

from actors.adapters.sandbox.exchange import protection
from actors.adapters.sandbox.exchange.amount import ZERO
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.market import Market
from actors.adapters.sandbox.exchange.matching import cancel, work, worst_price
from actors.adapters.sandbox.exchange.order import Order

SLIPPAGE = Decimal("0.05")
"""How far from the last price a market order may fill."""


def check(floor: Floor, symbol: str) -> None:
    """Set off whatever the symbol's prices have reached."""
    market = floor.markets[symbol]
    for order in floor.orders.open(symbol):
        if order.status != "Untriggered":
            continue
        if order.trail:
            _trail(order, market)
        if order.trigger_price and _is_reached(order, price_of(market, order.trigger_by)):
            _set_off(floor, order)


def price_of(market: Market, by: str) -> Decimal:
    """The price that a trigger looks at."""
    return {"MarkPrice": market.mark, "IndexPrice": market.index}.get(by, market.last)


def _is_reached(order: Order, price: Decimal) -> bool:
    return price >= order.trigger_price if order.trigger_direction == 1 else price <= order.trigger_price


def _trail(order: Order, market: Market) -> None:
    """Move a trailing stop's trigger behind the best price since it was activated."""
    price, is_long = price_of(market, order.trigger_by), order.side == "Sell"
    if order.activation:
        if price < order.activation if is_long else price > order.activation:
            return
        order.activation = ZERO
    wanted = price - order.trail if is_long else price + order.trail
    if not order.trigger_price or (wanted > order.trigger_price if is_long else wanted < order.trigger_price):
        order.trigger_price = wanted


def _set_off(floor: Floor, order: Order) -> None:
    order.status = "Triggered"
    floor.changed(order)
    floor.orders.revive(order)
    if order.sibling and (other := floor.orders.find(order.sibling, "")) is not None and other.is_open:
        protection.remove(floor, other)
    if order.kind == "Market":
        order.price = worst_price(floor, order.symbol, order.side, SLIPPAGE)
    position = floor.account.position(order.symbol, order.position_idx)
    if order.is_stop:
        floor.touched(position)
    order.status = "New"
    if order.reduce_only and not position.closable(order.side):
        cancel(floor, order, "CancelByReduceOnly")
    elif not order.reduce_only and not _is_affordable(floor, order):
        cancel(floor, order, "CancelByCannotAffordOrderCost")
    else:
        if order.kind == "Limit":
            floor.changed(order)
        work(floor, order)


def _is_affordable(floor: Floor, order: Order) -> bool:
    """A conditional order binds no margin while it waits, so it may find none when it is set off.

    Source:
        Bybit v5, order/create-order.
    """
    resting = (other for other in floor.orders.open() if other is not order)
    return floor.account.margin_for(order, order.qty) <= floor.account.available(floor.mark, resting)
