"""Bybit's executions: not each of them is a trade.

A funding carries the whole size of the position, which is held before and after it; only its amount is real.

Source:
    Bybit v5, enum#exectype, enum#stopordertype, enum#createtype, order/execution, websocket/private/execution.
"""

from decimal import Decimal
from typing import Final

from actors.adapters.bybit.fields import SIDES, Item, amount, decimal, malformed, needed, side, text, truth, whole
from actors.adapters.bybit.orders import STOPS
from core.trading.reports import ExecutionKind, ExecutionReported

_KINDS: Final[dict[str, ExecutionKind]] = {
    "Trade": "trade",
    "AdlTrade": "adl",
    "BustTrade": "liquidation",
    "Funding": "funding",
}


def execution_reported(item: Item) -> ExecutionReported:
    """One execution.

    Raises:
        FeedMalformed: If a field cannot be believed.
    """
    kind = _kind(item)
    trades = kind not in {"funding", "other"}
    quantity, price = amount(item, "execQty"), amount(item, "execPrice")
    if trades and not quantity:
        raise malformed(item, "execQty", "above 0")
    if trades and not price:
        raise malformed(item, "execPrice", "above 0")
    return ExecutionReported(
        symbol=needed(item, "symbol"),
        exec_id=needed(item, "execId"),
        client_order_id=text(item, "orderLinkId"),
        order_id=text(item, "orderId"),
        kind=kind,
        side=side(item) if trades else SIDES.get(text(item, "side"), 0),
        quantity=quantity,
        price=price,
        fee=decimal(item, "execFee") if text(item, "execFee") else Decimal(0),
        maker=truth(item, "isMaker"),
        ts=whole(item, "execTime"),
    )


def _kind(item: Item) -> ExecutionKind:
    kind = _KINDS.get(needed(item, "execType"), "other")
    if kind == "trade" and (
        text(item, "stopOrderType") in STOPS or text(item, "createType")[len("CreateBy") :] in STOPS
    ):
        return "stop"
    return kind
