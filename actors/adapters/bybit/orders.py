"""Bybit's orders: how one stands, and what is said to place, amend and cancel one.

Source:
    Bybit v5, enum#orderstatus, enum#stopordertype, order/create-order, order/amend-order,
    order/cancel-order, websocket/private/order.
"""

import re
from typing import Any, Final

from actors.adapters.bybit.fields import Item, amount, malformed, moment, needed, positive, side, text, truth
from core.errors import InvariantBroken
from core.message import Facts
from core.trading.reports import OrderReported, OrderStatus

Body = dict[str, Any]
"""What a request says."""

STOPS: Final = frozenset({"StopLoss", "PartialStopLoss", "TrailingStop"})
"""Orders that Bybit makes to protect a position. `Stop` is a client's own conditional order."""

_STATUSES: Final[dict[str, OrderStatus]] = {
    "New": "new",
    "PartiallyFilled": "partially_filled",
    "Untriggered": "untriggered",
    "Triggered": "triggered",
    "Filled": "filled",
    "Rejected": "rejected",
    "Cancelled": "canceled",
    "PartiallyFilledCanceled": "canceled",
    "Deactivated": "canceled",
}
_SAYS_NOTHING: Final = frozenset({"", "EC_NoError", "UNKNOWN"})
_PLAIN: Final = re.compile(r"\d+(\.\d+)?")
_SIDES: Final = {1: "Buy", -1: "Sell"}


def order_reported(item: Item) -> OrderReported:
    """How an order stands.

    A cancel that loses its race against the last fill brings a second `Filled` with a reject reason of the cancel
    (EC_OrigClOrdIDDoesNotExist): the order is filled all the same.

    Raises:
        FeedMalformed: If a field cannot be believed.
    """
    status = _STATUSES.get(text(item, "orderStatus"))
    if status is None:
        raise malformed(item, "orderStatus", f"one of {', '.join(_STATUSES)}")
    return OrderReported(
        symbol=needed(item, "symbol"),
        client_order_id=text(item, "orderLinkId"),
        order_id=needed(item, "orderId"),
        side=side(item),
        status=status,
        is_stop=text(item, "stopOrderType") in STOPS,
        reduce_only=truth(item, "reduceOnly"),
        quantity=amount(item, "qty"),
        filled=amount(item, "cumExecQty"),
        price=positive(item, "price"),
        updated_ms=moment(item, "updatedTime"),
        detail=_detail(item) if status in {"canceled", "rejected"} else "",
    )


def place_body(key: str, fields: Facts, *, trigger_by: str = "LastPrice") -> Body:
    """What places an order.

    Args:
        key: Its client order id.
        fields: Of the command.
        trigger_by: The price at which the attached stop triggers. LastPrice, because entries, exits and fills are
            judged on the last price too; the mark price could leave a stop untouched that every chart shows hit.

    Raises:
        InvariantBroken: If no such order can be meant.
    """
    price, stop, reduces = fields.get("price"), fields.get("stop"), bool(fields.get("reduce_only"))
    body: Body = {
        "category": "linear",
        "symbol": fields["symbol"],
        "side": _side(fields),
        "orderType": "Market" if price is None else "Limit",
        "qty": plain(fields, "quantity"),
        "positionIdx": 0,
        "orderLinkId": key,
        "reduceOnly": reduces,
    }
    if price is not None:
        body |= {"price": plain(fields, "price"), "timeInForce": _time_in_force(fields)}
    elif fields.get("post_only"):
        raise InvariantBroken(f"order {key} has no price, so it cannot be post-only")
    if stop is None:
        return body
    if reduces:
        raise InvariantBroken(f"order {key} is reduce-only: Bybit takes no stop on it, the position has its own")
    return body | {"stopLoss": plain(fields, "stop"), "slTriggerBy": trigger_by, "tpslMode": "Full"}


def amend_body(key: str, fields: Facts, *, trigger_by: str = "LastPrice") -> Body:
    """What moves a resting order, and the stop it carries where one is given, by its client order id.

    Raises:
        InvariantBroken: If price or stop is no plain decimal.
    """
    body: Body = {
        "category": "linear",
        "symbol": fields["symbol"],
        "orderLinkId": key,
        "price": plain(fields, "price"),
    }
    if fields.get("stop") is None:
        return body
    return body | {"stopLoss": plain(fields, "stop"), "slTriggerBy": trigger_by}


def cancel_body(key: str, fields: Facts) -> Body:
    """What cancels an order by its client order id."""
    return {"category": "linear", "symbol": fields["symbol"], "orderLinkId": key}


def plain(fields: Facts, name: str) -> str:
    """A decimal as it was given: plain digits above 0, because Bybit takes no exponents and floats lose digits.

    Raises:
        InvariantBroken: If it is anything else.
    """
    value = fields.get(name)
    if not isinstance(value, str) or not _PLAIN.fullmatch(value) or not value.strip("0."):
        raise InvariantBroken(f"{name} must be a decimal above 0 in plain digits such as '0.010', not {value!r}")
    return value


def _side(fields: Facts) -> str:
    found = _SIDES.get(fields.get("side"))  # type: ignore[arg-type]  # whatever is no side is not found
    if found is None:
        raise InvariantBroken(f"side must be 1 or -1, not {fields.get('side')!r}")
    return found


def _time_in_force(fields: Facts) -> str:
    if fields.get("post_only"):
        return "PostOnly"
    return "IOC" if fields.get("ioc") else "GTC"


def _detail(item: Item) -> str:
    said = (text(item, "rejectReason"), text(item, "cancelType"))
    return ", ".join(part for part in said if part not in _SAYS_NOTHING)
