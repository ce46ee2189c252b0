"""Placing an order: what it must look like, what it needs, and its first match.

Source:
    Bybit v5, order/create-order.
"""

import re
from decimal import Decimal
from typing import Final

from actors.adapters.sandbox.exchange.account import HEDGE
from actors.adapters.sandbox.exchange.amount import ZERO
from actors.adapters.sandbox.exchange.bracket import bracket_of, check_bracket
from actors.adapters.sandbox.exchange.fields import Body, amount, bad, choice, flag, market_of, text_of, whole
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.market import Market
from actors.adapters.sandbox.exchange.matching import work, worst_price
from actors.adapters.sandbox.exchange.order import Order
from actors.adapters.sandbox.exchange.refusal import Code, Refused
from actors.adapters.sandbox.exchange.triggers import SLIPPAGE, price_of

SIDES: Final = ("Buy", "Sell")
TRIGGERS_BY: Final = ("LastPrice", "MarkPrice", "IndexPrice")
_TIMES_IN_FORCE: Final = ("GTC", "IOC", "FOK", "PostOnly")
_LINK_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,36}")
_MOST_OPEN, _MOST_CONDITIONAL = 500, 10
_PRICE_RANGE: Final = Decimal("0.10")
"""How far beyond the mark price a limit may be placed on the side that trades."""


def create(floor: Floor, body: Body) -> dict[str, str]:
    """Take an order.

    Raises:
        Refused: If it cannot be taken.
    """
    market = market_of(floor, body)
    order = _read(floor, body, market)
    check_link_id(floor, order.link_id)
    check_size(market, order)
    check_bracket(order.bracket, order.side, _base(market, order), market.listing)
    _check_counts(floor, order)
    if order.trigger_price:
        _check_trigger(market, order)
    else:
        _check_range(market, order)
        _check_reduction(floor, order)
        _check_margin(floor, order)
    floor.orders.add(order)
    floor.changed(order)
    if order.status == "New":
        work(floor, order)
    # A position message comes with every order, changed or not (websocket/private/position).
    floor.touched(floor.account.position(order.symbol, order.position_idx))
    return {"orderId": order.order_id, "orderLinkId": order.link_id}


def check_link_id(floor: Floor, link_id: str) -> None:
    """A client id is well formed and new."""
    if link_id and not _LINK_ID.fullmatch(link_id):
        raise bad("params error: OrderLinkId invalid")
    if link_id and floor.orders.knows(link_id):
        raise Refused(Code.DUPLICATE_LINK_ID, "OrderLinkedID is duplicate")


def check_size(market: Market, order: Order) -> None:
    """Quantity and price are in steps and within limits."""
    listing = market.listing
    if not listing.is_on_lot(order.qty):
        raise bad("Qty invalid")
    if order.qty > (listing.max_market if order.kind == "Market" else listing.max_limit):
        raise bad("The number of contracts exceeds maximum limit allowed: too large")
    if order.kind == "Limit" and not listing.is_on_tick(order.price):
        raise bad("price invalid")
    if not order.reduce_only and order.qty * (order.price or market.last) < listing.min_notional:
        raise Refused(Code.NOTIONAL_TOO_SMALL, "Order does not meet minimum order value 5USDT")


def _read(floor: Floor, body: Body, market: Market) -> Order:
    symbol = market.listing.symbol
    side = choice(body, "side", SIDES)
    kind = choice(body, "orderType", ("Market", "Limit"))
    trigger = amount(body, "triggerPrice")
    is_market = kind == "Market"
    price = worst_price(floor, symbol, side, SLIPPAGE) if is_market else amount(body, "price")
    return Order(
        order_id=floor.new_id(),
        link_id=text_of(body, "orderLinkId"),
        symbol=symbol,
        side=side,
        kind=kind,
        qty=amount(body, "qty"),
        price=ZERO if is_market and trigger else price,
        created=floor.now,
        time_in_force="IOC" if is_market else choice(body, "timeInForce", _TIMES_IN_FORCE, "GTC"),
        position_idx=_leg(floor, body, symbol),
        reduce_only=flag(body, "reduceOnly") or flag(body, "closeOnTrigger"),
        close_on_trigger=flag(body, "closeOnTrigger"),
        trigger_price=trigger,
        trigger_direction=whole(body, "triggerDirection", 0),
        trigger_by=choice(body, "triggerBy", TRIGGERS_BY, "LastPrice") if trigger else "",
        bracket=bracket_of(body),
        stop_kind="Stop" if trigger else "",
        last_on_created=market.last,
        status="Untriggered" if trigger else "New",
    )


def _leg(floor: Floor, body: Body, symbol: str) -> int:
    leg = whole(body, "positionIdx", 0)
    if leg not in ((1, 2) if floor.account.mode.get(symbol) == HEDGE else (0,)):
        raise bad("position idx not match position mode")
    if leg and not flag(body, "reduceOnly") and text_of(body, "side") != SIDES[leg - 1]:
        raise bad("position idx not match position mode: only a reduce-only order closes a leg")
    return leg


def _base(market: Market, order: Order) -> Decimal:
    if order.trigger_price:
        return order.price or order.trigger_price
    return order.price if order.kind == "Limit" else market.last


def _check_counts(floor: Floor, order: Order) -> None:
    opened = floor.orders.open(order.symbol)
    if sum(other.stop_kind == "" for other in opened) >= _MOST_OPEN:
        raise Refused(Code.TOO_MANY_ORDERS, "Not allowed to have more than 500 active orders")
    if order.trigger_price and sum(other.stop_kind == "Stop" for other in opened) >= _MOST_CONDITIONAL:
        raise Refused(Code.TOO_MANY_STOPS, "The number of stop orders exceeds the maximum allowable limit")
    if order.reduce_only and not order.bracket.is_empty:
        raise bad("params error: a reduceOnly order cannot carry takeProfit or stopLoss")


def _check_trigger(market: Market, order: Order) -> None:
    if order.trigger_direction not in {1, 2} or not market.listing.is_on_tick(order.trigger_price):
        raise bad("params error: triggerDirection or triggerPrice invalid")
    current = price_of(market, order.trigger_by)
    pair = f"trigger_price[{order.trigger_price}] {{}} current[{current}]??{order.trigger_by}"
    if order.trigger_direction == 1 and order.trigger_price <= current:
        raise Refused(Code.TRIGGER_NOT_RISING, f"expect Rising, but {pair.format('<=')}")
    if order.trigger_direction == 2 and order.trigger_price >= current:
        raise Refused(Code.TRIGGER_NOT_FALLING, f"expect Falling, but {pair.format('>=')}")


def _check_range(market: Market, order: Order) -> None:
    if order.kind == "Market":
        return
    limit = market.mark * (1 + _PRICE_RANGE if order.side == "Buy" else 1 - _PRICE_RANGE)
    if order.price > limit if order.side == "Buy" else order.price < limit:
        raise Refused(Code.PRICE_OUT_OF_RANGE, "Order price exceeds the allowable range.")


def _check_reduction(floor: Floor, order: Order) -> None:
    if not order.reduce_only:
        return
    position = floor.account.position(order.symbol, order.position_idx)
    if not position.size:
        raise Refused(Code.REDUCE_ONLY, "current position is zero, cannot fix reduce-only order qty")
    if not position.closable(order.side):
        raise Refused(Code.REDUCE_ONLY, "Reduce-only rule not satisfied")


def _check_margin(floor: Floor, order: Order) -> None:
    needs = ZERO if order.reduce_only else floor.account.margin_for(order, order.qty)
    if needs > floor.account.available(floor.mark, floor.orders.open()):
        raise Refused(Code.UNAFFORDABLE, "ab not enough for new order")
