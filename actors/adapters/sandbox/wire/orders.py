"""Orders and executions as they are spelled.

Source:
    Bybit v5, order/open-order, order/order-list, order/execution, websocket/private/order, /execution, /fast-execution.
"""

from decimal import Decimal

from actors.adapters.sandbox.exchange.amount import ZERO, plain, rounded, stepped
from actors.adapters.sandbox.exchange.event import Row
from actors.adapters.sandbox.exchange.execution import Execution
from actors.adapters.sandbox.exchange.listing import Listing
from actors.adapters.sandbox.exchange.order import Order


def listed_order(order: Order, listing: Listing) -> Row:
    """An order in an answer."""
    return _order(order, listing, none=stepped(ZERO, listing.tick)) | {
        "isLeverage": "",
        "slippageToleranceType": "UNKNOWN",
        "slippageTolerance": "",
        "extraFees": "",
    }


def streamed_order(order: Order, listing: Listing, *, closed_profit: Decimal) -> Row:
    """An order on the private stream."""
    return _order(order, listing, none="") | {
        "category": "linear",
        "closedPnl": plain(closed_profit),
        "feeCurrency": "USDT",
        "createType": order.create_type,
    }


def _order(order: Order, listing: Listing, *, none: str) -> Row:
    filled = order.filled
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderLinkId": order.link_id,
        "side": order.side,
        "orderType": order.kind,
        "timeInForce": order.time_in_force,
        "positionIdx": order.position_idx,
        "price": stepped(order.price, listing.tick),
        "qty": stepped(order.qty, listing.lot),
        "leavesQty": stepped(order.leaves, listing.lot),
        "leavesValue": plain(order.leaves * order.price),
        "cumExecQty": stepped(filled, listing.lot),
        "cumExecValue": plain(order.value),
        "cumExecFee": plain(order.fee),
        "cumFeeDetail": {"USDT": plain(order.fee)} if filled else {},
        "avgPrice": plain(rounded(order.value / filled)) if filled else "",
        "orderStatus": order.status,
        "cancelType": order.cancel_type,
        "rejectReason": order.reject_reason,
        "reduceOnly": order.reduce_only,
        "closeOnTrigger": order.close_on_trigger,
        "lastPriceOnCreated": stepped(order.last_on_created, listing.tick),
        "createdTime": str(order.created),
        "updatedTime": str(order.updated),
        "blockTradeId": "",
        "orderIv": "",
        "placeType": "",
        "smpType": "None",
        "smpGroup": 0,
        "smpOrderId": "",
        "rpiTakerAccess": False,
        "rpiMatchedQty": "0",
        **_conditions(order, listing, none),
    }


def _conditions(order: Order, listing: Listing, none: str) -> Row:
    def price(value: Decimal) -> str:
        return stepped(value, listing.tick) if value else none

    bracket = order.bracket
    return {
        "stopOrderType": order.stop_kind,
        "triggerPrice": price(order.trigger_price),
        "triggerDirection": order.trigger_direction,
        "triggerBy": order.trigger_by,
        "tpslMode": "" if bracket.is_empty else bracket.mode,
        "takeProfit": price(bracket.take_profit),
        "stopLoss": price(bracket.stop_loss),
        "tpTriggerBy": bracket.take_profit_by if bracket.take_profit else "",
        "slTriggerBy": bracket.stop_loss_by if bracket.stop_loss else "",
        "tpLimitPrice": price(bracket.take_profit_limit),
        "slLimitPrice": price(bracket.stop_loss_limit),
    }


def listed_execution(execution: Execution, listing: Listing) -> Row:
    """An execution in an answer."""
    return _execution(execution, listing) | {"feeCurrency": "USDT", "extraFees": ""}


def streamed_execution(execution: Execution, listing: Listing) -> Row:
    """An execution on the private stream."""
    return _execution(execution, listing) | {
        "category": "linear",
        "isLeverage": "0",
        "marketUnit": "",
        "execPnl": plain(execution.realized),
        "extraFees": [],
        "feeCurrency": "USDT",
    }


def fast_execution(execution: Execution, listing: Listing) -> Row:
    """A trade on the fast stream."""
    row = streamed_execution(execution, listing)
    names = "category symbol execId execPrice execQty orderId isMaker orderLinkId side execTime seq"
    return {name: row[name] for name in names.split()}


def _execution(execution: Execution, listing: Listing) -> Row:
    order = execution.order
    mark = stepped(execution.mark, listing.tick)
    return {
        "symbol": order.symbol,
        "orderId": order.order_id,
        "orderLinkId": order.link_id,
        "side": execution.side,
        "orderPrice": stepped(order.price, listing.tick),
        "orderQty": stepped(order.qty, listing.lot),
        "leavesQty": stepped(order.leaves, listing.lot),
        "orderType": order.kind,
        "stopOrderType": order.stop_kind or "UNKNOWN",
        "createType": order.create_type,
        "execId": execution.exec_id,
        "execType": execution.kind,
        "execPrice": stepped(execution.price, listing.tick),
        "execQty": stepped(execution.quantity, listing.lot),
        "execValue": plain(execution.value),
        "execFee": plain(execution.fee),
        "feeRate": plain(execution.rate),
        "execTime": str(execution.ts),
        "isMaker": execution.is_maker,
        "closedSize": stepped(execution.closed, listing.lot),
        "markPrice": mark,
        "indexPrice": "",
        "underlyingPrice": "",
        "tradeIv": "",
        "markIv": "",
        "blockTradeId": "",
        "seq": execution.seq,
    }
