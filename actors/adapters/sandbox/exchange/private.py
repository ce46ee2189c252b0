"""What the account may ask.

Source:
    Bybit v5, order/open-order, order/order-list, order/execution, position/position, account/*, user/apikey-info.
"""

from collections.abc import Iterable
from itertools import chain, islice
from typing import Final, TypeVar

from actors.adapters.sandbox.exchange.event import Row
from actors.adapters.sandbox.exchange.execution import Execution
from actors.adapters.sandbox.exchange.fields import Body, bad, is_linear, market_of, some_markets, text_of, whole
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.order import Order
from actors.adapters.sandbox.wire import account as wire
from actors.adapters.sandbox.wire.orders import listed_execution, listed_order
from core.durations import NEVER_MS

_RECENT: Final = 500
"""How many final orders the real-time list remembers."""
_T = TypeVar("_T")


def open_orders(floor: Floor, body: Body) -> Row:
    """Open orders; with `openOnly=1` or a named order recently final ones too."""
    is_linear(body)
    named = bool(text_of(body, "orderId") or text_of(body, "orderLinkId"))
    if not named and not any(text_of(body, name) for name in ("symbol", "baseCoin", "settleCoin")):
        raise bad("Missing some parameters that must be filled in, symbol or settleCoin or baseCoin")
    recent = islice(floor.orders.recent(), _RECENT)
    if named:
        found: Iterable[Order] = chain(floor.orders.open(), recent)
    else:
        found = recent if text_of(body, "openOnly") == "1" else reversed(floor.orders.open())
    return _orders(floor, body, found)


def order_history(floor: Floor, body: Body) -> Row:
    """Final orders, newest first."""
    is_linear(body)
    return _orders(floor, body, (order for order in floor.orders.newest() if not order.is_open))


def executions(floor: Floor, body: Body) -> Row:
    """Fills, fundings and liquidations, newest first."""
    is_linear(body)
    first, last = whole(body, "startTime", 0), whole(body, "endTime", NEVER_MS)
    kind = text_of(body, "execType")

    def matches(execution: Execution) -> bool:
        return (
            _is_named(execution.order, body) and first <= execution.ts <= last and (not kind or execution.kind == kind)
        )

    page, cursor = _page([execution for execution in reversed(floor.executions) if matches(execution)], body, most=100)
    rows = [listed_execution(found, floor.markets[found.order.symbol].listing) for found in page]
    return {"category": "linear", "list": rows, "nextPageCursor": cursor}


def positions(floor: Floor, body: Body) -> Row:
    """A symbol's position, flat or not, or all that are not flat."""
    is_linear(body)
    symbol = text_of(body, "symbol")
    if not symbol and not text_of(body, "settleCoin"):
        raise bad("params error: symbol or settleCoin is required")
    found = floor.account.legs(market_of(floor, body).listing.symbol) if symbol else floor.account.held
    rows = [
        wire.listed_position(
            position, floor.stop_prices(position), floor.account, floor.mark, floor.markets[position.symbol].listing
        )
        for position in found
    ]
    return {"category": "linear", "list": rows, "nextPageCursor": ""}


def wallet_balance(floor: Floor, body: Body) -> Row:
    """The unified account."""
    if text_of(body, "accountType") != "UNIFIED":
        raise bad("accountType only support UNIFIED.")
    return {"list": [wire.wallet(floor.account, floor.mark, floor.orders.open())]}


def account_info(floor: Floor, body: Body) -> Row:
    """The account's configuration."""
    del body
    return wire.account_info(floor.account)


def fee_rate(floor: Floor, body: Body) -> Row:
    """The fees of one symbol or all."""
    markets = some_markets(floor, {"category": "linear", **body})
    return {"list": [wire.fee_rate(market.listing.symbol, floor.params) for market in markets]}


def key_info(floor: Floor, body: Body) -> Row:
    """What the API key may do; the server says which key it is."""
    del floor
    return wire.key_info(text_of(body, "key"))


def _is_named(order: Order, body: Body) -> bool:
    order_id, link_id, symbol = (text_of(body, name) for name in ("orderId", "orderLinkId", "symbol"))
    if order_id:
        return order.order_id == order_id
    return (not link_id or order.link_id == link_id) and (not symbol or order.symbol == symbol)


def _orders(floor: Floor, body: Body, found: Iterable[Order]) -> Row:
    status, only = text_of(body, "orderStatus"), text_of(body, "orderFilter")
    first, last = whole(body, "startTime", 0), whole(body, "endTime", NEVER_MS)

    def matches(order: Order) -> bool:
        return (
            _is_named(order, body)
            and (not status or order.status == status)
            and (not only or (only != "Order") == bool(order.stop_kind))
            and first <= order.created <= last
        )

    page, cursor = _page([order for order in found if matches(order)], body, most=50)
    rows = [listed_order(order, floor.markets[order.symbol].listing) for order in page]
    return {"category": "linear", "list": rows, "nextPageCursor": cursor}


def _page(found: list[_T], body: Body, *, most: int) -> tuple[list[_T], str]:
    """The part of a list that the cursor and limit ask for, and the next cursor.

    The cursor counts from the oldest, so that what arrives in between shifts nothing.
    """
    end = whole(body, "cursor", len(found), most=len(found))
    rest = found[len(found) - end :]
    limit = max(1, whole(body, "limit", min(20, most), most=most))
    left = len(rest) - limit
    return rest[:limit], str(left) if left > 0 else ""
