"""How orders are filled: takers walk the book, resting orders meet the tape.

A resting order is filled whole when the price trades through it, and by a share of the traded volume when it only
touches it. The account's orders do not trade with each other.
"""

from decimal import ROUND_CEILING, Decimal

from actors.adapters.sandbox.exchange import protection
from actors.adapters.sandbox.exchange.amount import ZERO
from actors.adapters.sandbox.exchange.execution import Execution
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.order import Order
from actors.adapters.sandbox.exchange.path import Tick
from actors.adapters.sandbox.wire.market import streamed_trade

_IMMEDIATE = frozenset({"IOC", "FOK"})


def work(floor: Floor, order: Order) -> None:
    """Match an order that has just become active; what remains rests or is canceled, as its time in force says."""
    if order.time_in_force == "PostOnly" and _would_take(floor, order):
        cancel(floor, order, "UNKNOWN", reject_reason="EC_PostOnlyWillTakeLiquidity")
        return
    if order.time_in_force == "FOK" and _reachable(floor, order) < order.leaves:
        cancel(floor, order, "UNKNOWN", reject_reason="EC_CancelForNoFullFill")
        return
    if order.create_type != "CreateByUser" and order.stop_kind and not floor.stops_fill:
        cancel(floor, order, "UNKNOWN", reject_reason="EC_NoImmediateQtyToFill")
        return
    _take(floor, order)
    if order.is_open and order.time_in_force in _IMMEDIATE:
        cancel(floor, order, "UNKNOWN", reject_reason="" if order.filled else "EC_NoImmediateQtyToFill")


def cancel(floor: Floor, order: Order, how: str, *, reject_reason: str = "", status: str = "Cancelled") -> None:
    """End an order."""
    order.status = status
    order.cancel_type = how
    order.reject_reason = reject_reason or "EC_NoError"
    floor.changed(order)


def meet(floor: Floor, symbol: str, tick: Tick) -> None:
    """Fill the resting orders that a price touches or trades through."""
    market = floor.markets[symbol]
    price = market.listing.price(tick.price)
    share = market.listing.whole_lots(Decimal(repr(tick.volume)) * floor.params.touch_share)
    for order in floor.orders.open(symbol):
        if not order.is_resting:
            continue
        through = price < order.price if order.side == "Buy" else price > order.price
        if through:
            fill(floor, order, order.price, order.leaves, is_maker=True)
        elif price == order.price and share:
            fill(floor, order, order.price, min(order.leaves, share), is_maker=True)


def fill(floor: Floor, order: Order, price: Decimal, quantity: Decimal, *, is_maker: bool, kind: str = "Trade") -> None:
    """Trade: the position, the balance and the order change, and all three are told."""
    position = floor.account.position(order.symbol, order.position_idx)
    if order.reduce_only:
        quantity = min(quantity, position.closable(order.side))
        if not quantity:
            cancel(floor, order, "CancelByReduceOnly")
            return
    rate = floor.params.maker_fee if is_maker else floor.params.taker_fee
    fee = price * quantity * rate
    change = position.fill(order.side, quantity, price, floor.now)
    position.book(change.realized - fee)
    floor.account.pay(change.realized - fee, floor.now)
    order.filled += quantity
    order.value += price * quantity
    order.fee += fee
    order.status = "Filled" if order.filled == order.qty else "PartiallyFilled"
    floor.seq += 1
    position.seq = floor.seq
    floor.executed(
        Execution(
            exec_id=floor.new_id(),
            order=order,
            kind=kind,
            side=order.side,
            price=price,
            quantity=quantity,
            fee=fee,
            rate=rate,
            is_maker=is_maker,
            mark=floor.mark(order.symbol),
            ts=floor.now,
            seq=floor.seq,
            closed=change.closed,
            realized=change.realized,
        )
    )
    floor.changed(order, closed_profit=change.realized)
    floor.touched(position)
    _settle(floor, order, quantity - change.closed)


def _settle(floor: Floor, order: Order, opened: Decimal) -> None:
    position = floor.account.position(order.symbol, order.position_idx)
    if not position.size:
        for other in floor.orders.open(order.symbol):
            if other.position_idx == position.idx and other.reduce_only and not other.is_stop and other is not order:
                cancel(floor, other, "CancelByReduceOnly")
        if order.reduce_only and order.is_open:
            cancel(floor, order, "CancelByReduceOnly")
    protection.follow(floor, position)
    if opened and position.size:
        protection.attach(floor, order, opened)


def _take(floor: Floor, order: Order) -> None:
    market = floor.markets[order.symbol]
    for level in market.depth.crossing(order.side, order.price):
        quantity = min(order.leaves, level.size)
        if order.reduce_only:
            quantity = min(quantity, floor.account.position(order.symbol, order.position_idx).closable(order.side))
        if not quantity:
            break
        market.depth.take(order.side, level, quantity)
        printed = market.took(floor.now, level.price, quantity, order.side)
        floor.tell("publicTrade", order.symbol, streamed_trade(printed, market.listing))
        fill(floor, order, level.price, quantity, is_maker=False)
        if not order.is_open:
            break


def _would_take(floor: Floor, order: Order) -> bool:
    return next(floor.markets[order.symbol].depth.crossing(order.side, order.price), None) is not None


def _reachable(floor: Floor, order: Order) -> Decimal:
    depth = floor.markets[order.symbol].depth
    return sum((level.size for level in depth.crossing(order.side, order.price)), ZERO)


def worst_price(floor: Floor, symbol: str, side: str, slippage: Decimal) -> Decimal:
    """The limit a market order is given: so far beyond the last price, on the tick.

    Source:
        Bybit v5, order/create-order: a market order is converted to an IOC limit order.
    """
    market = floor.markets[symbol]
    wanted = market.last * (1 + slippage if side == "Buy" else 1 - slippage)
    return (wanted / market.listing.tick).to_integral_value(ROUND_CEILING) * market.listing.tick
