"""Amending and canceling orders.

Source:
    Bybit v5, order/amend-order, order/cancel-order, order/cancel-all.
"""

from dataclasses import replace
from decimal import Decimal

from actors.adapters.sandbox.exchange import protection
from actors.adapters.sandbox.exchange.amount import ZERO
from actors.adapters.sandbox.exchange.bracket import check_bracket
from actors.adapters.sandbox.exchange.entry import check_size
from actors.adapters.sandbox.exchange.fields import Body, bad, choice, is_linear, market_of, number, text_of
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.matching import cancel, work
from actors.adapters.sandbox.exchange.order import Order
from actors.adapters.sandbox.exchange.refusal import Code, Refused


def amend(floor: Floor, body: Body) -> dict[str, str]:
    """Change quantity, price, trigger or bracket of an open order.

    Raises:
        Refused: If there is no such open order, or nothing would change.
    """
    market = market_of(floor, body)
    order = _open_order(floor, body, "order not exists or too late to replace")
    wanted = _wanted(order, body)
    if wanted == order:
        raise bad("The order remains unchanged as the parameters entered match the existing ones.")
    if order.is_stop and wanted.qty != order.qty:
        raise Refused(Code.STOP_SIZE_IS_FIXED, "Under full TP/SL mode, it is not allowed to modify TP/SL")
    if wanted.qty <= order.filled:
        raise Refused(Code.BELOW_FILLED, "The modified contract quantity cannot be less than the filled quantity")
    check_size(market, wanted)
    check_bracket(wanted.bracket, wanted.side, wanted.price or wanted.trigger_price, market.listing)
    extra = wanted.leaves * wanted.price - order.leaves * order.price
    position = floor.account.position(order.symbol, order.position_idx)
    if order.is_resting and extra / position.leverage > floor.account.available(floor.mark, floor.orders.open()):
        raise Refused(Code.UNAFFORDABLE, "ab not enough for new order")
    order.qty, order.price, order.bracket = wanted.qty, wanted.price, wanted.bracket
    order.trigger_price, order.trigger_by = wanted.trigger_price, wanted.trigger_by
    floor.changed(order)
    if order.is_resting:
        work(floor, order)
    floor.touched(position)
    return _ids(order)


def cancel_one(floor: Floor, body: Body) -> dict[str, str]:
    """Cancel an open order.

    Raises:
        Refused: If there is none, or it is over.
    """
    market_of(floor, body)
    order = _open_order(floor, body, "order not exists or too late to cancel")
    _end(floor, order)
    return _ids(order)


def cancel_all(floor: Floor, body: Body) -> dict[str, object]:
    """Cancel many; without `orderFilter` that includes the position's stops, as on Bybit."""
    is_linear(body)
    symbol, coin = text_of(body, "symbol"), text_of(body, "settleCoin") or text_of(body, "baseCoin")
    if not symbol and not coin:
        raise bad("params error: symbol, baseCoin or settleCoin is required")
    only = choice(body, "orderFilter", ("", "Order", "StopOrder", "tpslOrder", "OpenOrder"))
    ended = [order for order in floor.orders.open(symbol or None) if _matches(order, only)]
    for order in ended:
        _end(floor, order)
    return {"list": [_ids(order) for order in ended], "success": "1"}


def _matches(order: Order, only: str) -> bool:
    if only == "":
        return True
    if only == "StopOrder":
        return bool(order.stop_kind) and order.status == "Untriggered"
    if only == "tpslOrder":
        return order.is_stop and order.status == "Untriggered"
    return order.status != "Untriggered"


def _end(floor: Floor, order: Order) -> None:
    if order.status == "Untriggered" and order.stop_kind:
        protection.remove(floor, order, "CancelByUser")
    else:
        cancel(floor, order, "CancelByUser", reject_reason="EC_PerCancelRequest")
    floor.touched(floor.account.position(order.symbol, order.position_idx))


def _open_order(floor: Floor, body: Body, missing: str) -> Order:
    order_id, link_id = text_of(body, "orderId"), text_of(body, "orderLinkId")
    if not order_id and not link_id:
        raise bad("params error: orderId or orderLinkId is required")
    order = floor.orders.find(order_id, link_id)
    if order is None or not order.is_open or order.symbol != text_of(body, "symbol"):
        raise Refused(Code.NO_SUCH_ORDER, missing)
    return order


def _wanted(order: Order, body: Body) -> Order:
    def or_old(name: str, old: Decimal) -> Decimal:
        found = number(body, name)
        return old if found is None else found

    bracket = replace(
        order.bracket,
        take_profit=or_old("takeProfit", order.bracket.take_profit),
        stop_loss=or_old("stopLoss", order.bracket.stop_loss),
        take_profit_by=text_of(body, "tpTriggerBy", order.bracket.take_profit_by),
        stop_loss_by=text_of(body, "slTriggerBy", order.bracket.stop_loss_by),
    )
    return replace(
        order,
        qty=or_old("qty", order.qty) or ZERO,
        price=or_old("price", order.price) if order.kind == "Limit" else order.price,
        trigger_price=or_old("triggerPrice", order.trigger_price) if order.trigger_price else ZERO,
        trigger_by=text_of(body, "triggerBy", order.trigger_by),
        bracket=bracket,
    )


def _ids(order: Order) -> dict[str, str]:
    return {"orderId": order.order_id, "orderLinkId": order.link_id}
