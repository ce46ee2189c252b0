from decimal import Decimal
from typing import Any

import pytest

from actors.adapters.sandbox.exchange.refusal import Code
from tests.actors.adapters.sandbox.stall import OPENS, START, Stall, stall

TICK = Decimal("0.1")


def best(trader: Stall, side: str) -> Any:
    return trader.market.depth.levels(side, 1)[0]


def test_a_market_order_walks_the_book_and_pays_the_takers_fee() -> None:
    trader = stall()
    first, second = trader.market.depth.levels("Sell", 2)
    order = trader.order("Buy", str(first.size + second.size))
    rows = trader.executions()
    assert [(Decimal(row["execPrice"]), Decimal(row["execQty"])) for row in reversed(rows)] == [first, second]
    value = first.price * first.size + second.price * second.size
    assert Decimal(trader.state(order)["cumExecValue"]) == value
    assert trader.wallet() == 100_000 - value * Decimal("0.00055")
    states = [event.row["orderStatus"] for event in trader.told if event.topic == "order"]
    assert states == ["New", "PartiallyFilled", "Filled"]


def test_a_market_order_larger_than_the_book_is_partly_canceled() -> None:
    trader = stall(balance=Decimal(10_000_000_000), level_notional=Decimal(100))
    state = trader.state(trader.order("Buy", "500"))
    assert state["orderStatus"] == "Cancelled"
    assert 0 < Decimal(state["cumExecQty"]) < 500
    assert state["leavesQty"] == "0.000"


def test_a_resting_order_is_filled_whole_when_traded_through_and_in_parts_when_touched() -> None:
    trader = stall([(START, START, START, START), (START, START, 59_990.0, 59_990.0)], volume=6.0)
    touched = trader.order("Buy", "1", price="59990")
    through = trader.order("Buy", "1", price="59995")
    trader.pass_minutes(2)
    assert trader.state(through)["orderStatus"] == "Filled"
    assert trader.state(through)["avgPrice"] == "59995"
    partial = trader.state(touched)
    assert partial["orderStatus"] == "PartiallyFilled"
    assert 0 < Decimal(partial["cumExecQty"]) < 1
    fees = {row["orderId"]: row["feeRate"] for row in trader.executions() if row["isMaker"]}
    assert set(fees.values()) == {"0.0002"}


@pytest.mark.parametrize(
    ("time_in_force", "qty", "status", "reason"),
    [
        ("PostOnly", "0.1", "Cancelled", "EC_PostOnlyWillTakeLiquidity"),
        ("FOK", "30", "Cancelled", "EC_CancelForNoFullFill"),
        ("FOK", "0.1", "Filled", "EC_NoError"),
        ("IOC", "30", "Cancelled", "EC_NoError"),
        ("GTC", "30", "PartiallyFilled", "EC_NoError"),
    ],
)
def test_the_time_in_force_decides_what_becomes_of_a_crossing_order(
    time_in_force: str, qty: str, status: str, reason: str
) -> None:
    trader = stall(balance=Decimal(10_000_000))
    price = str(best(trader, "Sell").price + 2 * TICK)
    state = trader.state(trader.order("Buy", qty, price=price, timeInForce=time_in_force))
    assert (state["orderStatus"], state["rejectReason"]) == (status, reason)


def test_an_amended_order_trades_at_its_new_price_and_a_canceled_one_no_more() -> None:
    trader = stall()
    order = trader.order("Buy", "0.01", price="59000", orderLinkId="a-1")
    trader.do("/v5/order/amend", orderLinkId="a-1", price="59500", qty="0.02")
    assert (trader.state(order)["price"], trader.state(order)["qty"]) == ("59500.00", "0.020")
    trader.do("/v5/order/amend", orderId=order, price="60100")
    assert trader.state(order)["orderStatus"] == "Filled"
    other = trader.order("Buy", "0.01", price="59000")
    trader.do("/v5/order/cancel", orderId=other)
    assert trader.ask("/v5/order/cancel", orderId=other).code == Code.NO_SUCH_ORDER
    assert trader.ask("/v5/order/amend", orderId=other, qty="1").code == Code.NO_SUCH_ORDER


def test_reduce_only_never_opens_anything() -> None:
    trader = stall()
    trader.order("Buy", "0.5")
    resting = trader.order("Sell", "0.5", price="61000", reduceOnly=True)
    order = trader.order("Sell", "2", reduceOnly=True)
    assert trader.position()["side"] == ""
    assert trader.state(order)["cumExecQty"] == "0.500"
    gone = trader.state(resting)
    assert (gone["orderStatus"], gone["cancelType"]) == ("Cancelled", "CancelByReduceOnly")


def test_cancel_all_without_a_filter_takes_the_stops_and_with_one_leaves_them() -> None:
    trader = stall()
    trader.order("Buy", "0.1", stopLoss="59000")
    trader.order("Buy", "0.1", price="59500")
    assert len(trader.do("/v5/order/cancel-all", orderFilter="Order")["list"]) == 1
    assert trader.position()["stopLoss"] == "59000.00"
    assert len(trader.do("/v5/order/cancel-all")["list"]) == 1
    assert trader.position()["stopLoss"] == "0"


def test_a_conditional_order_waits_for_its_price() -> None:
    trader = stall([(START, 60_300.0, START, 60_300.0)])
    order = trader.order("Buy", "0.1", triggerPrice="60200", triggerDirection=1)
    assert trader.state(order)["orderStatus"] == "Untriggered"
    assert trader.state(order)["stopOrderType"] == "Stop"
    trader.pass_minutes(1)
    assert trader.state(order)["orderStatus"] == "Filled"
    assert float(trader.state(order)["avgPrice"]) >= 60_200


def test_a_conditional_order_that_finds_no_margin_is_canceled_when_it_triggers() -> None:
    trader = stall([(START, 60_300.0, START, 60_300.0)])
    order = trader.order("Buy", "100", triggerPrice="60200", triggerDirection=1)
    trader.pass_minutes(1)
    assert trader.state(order)["cancelType"] == "CancelByCannotAffordOrderCost"


def test_hedge_mode_holds_both_sides() -> None:
    trader = stall()
    trader.do("/v5/position/switch-mode", mode=3)
    trader.order("Buy", "0.2", positionIdx=1)
    trader.order("Sell", "0.1", positionIdx=2)
    rows = trader.do("/v5/position/list")["list"]
    assert [(row["positionIdx"], row["side"], row["size"]) for row in rows] == [
        (1, "Buy", "0.200"),
        (2, "Sell", "0.100"),
    ]
    trader.order("Sell", "0.2", positionIdx=1, reduceOnly=True)
    assert [row["size"] for row in trader.do("/v5/position/list")["list"]] == ["0", "0.100"]


CREATE, MARKET = "/v5/order/create", {"side": "Buy", "orderType": "Market", "qty": "0.1"}
LIMIT = {"side": "Buy", "orderType": "Limit", "qty": "0.1", "price": "59000"}


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        (CREATE, {**MARKET, "category": "spot"}, Code.PARAMETER),
        (CREATE, {**MARKET, "symbol": "DOGEUSDT"}, Code.PARAMETER),
        (CREATE, {**MARKET, "qty": "0.0005"}, Code.PARAMETER),
        (CREATE, {**MARKET, "qty": "NaN"}, Code.PARAMETER),
        (CREATE, {**MARKET, "qty": "501"}, Code.PARAMETER),
        (CREATE, {**MARKET, "positionIdx": 1}, Code.PARAMETER),
        (CREATE, {**MARKET, "stopLoss": "60000"}, Code.PARAMETER),
        (CREATE, {**MARKET, "takeProfit": "60000"}, Code.PARAMETER),
        (CREATE, {**MARKET, "orderLinkId": "x" * 37}, Code.PARAMETER),
        (CREATE, {**MARKET, "orderLinkId": "used"}, Code.DUPLICATE_LINK_ID),
        (CREATE, {**MARKET, "reduceOnly": True}, Code.REDUCE_ONLY),
        (CREATE, {**MARKET, "qty": "100"}, Code.UNAFFORDABLE),
        (CREATE, {**MARKET, "triggerPrice": "60000", "triggerDirection": 1}, Code.TRIGGER_NOT_RISING),
        (CREATE, {**MARKET, "triggerPrice": "60000", "triggerDirection": 2}, Code.TRIGGER_NOT_FALLING),
        (CREATE, {**LIMIT, "price": "59000.05"}, Code.PARAMETER),
        (CREATE, {**LIMIT, "price": "66000.1"}, Code.PRICE_OUT_OF_RANGE),
        (CREATE, {**LIMIT, "price": "1000", "qty": "0.004"}, Code.NOTIONAL_TOO_SMALL),
        ("/v5/order/cancel", {"orderId": "nobody"}, Code.NO_SUCH_ORDER),
        ("/v5/order/amend", {"orderLinkId": "used", "price": "59000"}, Code.PARAMETER),
        ("/v5/position/set-leverage", {"buyLeverage": "10", "sellLeverage": "10"}, Code.LEVERAGE_NOT_MODIFIED),
        ("/v5/position/set-leverage", {"buyLeverage": "10", "sellLeverage": "11"}, Code.PARAMETER),
        ("/v5/position/set-leverage", {"buyLeverage": "101", "sellLeverage": "101"}, Code.LEVERAGE_TOO_HIGH),
        ("/v5/position/switch-mode", {"mode": 0}, Code.MODE_NOT_MODIFIED),
        ("/v5/position/switch-mode", {"mode": 3}, Code.MODE_WITH_ORDERS),
        ("/v5/position/trading-stop", {"stopLoss": "59000"}, Code.PARAMETER),
        ("/v5/account/set-margin-mode", {"setMarginMode": "ISOLATED_MARGIN"}, Code.MARGIN_MODE),
        ("/v5/order/realtime", {"symbol": ""}, Code.PARAMETER),
        ("/v5/account/wallet-balance", {"accountType": "SPOT"}, Code.PARAMETER),
        ("/v5/market/kline", {"interval": "7"}, Code.PARAMETER),
    ],
)
def test_what_cannot_be_done_is_refused_with_the_documented_code(path: str, body: dict[str, Any], code: Code) -> None:
    trader = stall()
    trader.order("Buy", "0.001", price="59000", orderLinkId="used")
    before = trader.wallet()
    assert trader.ask(path, **body).code == code
    assert trader.wallet() == before
    assert len(trader.do("/v5/order/realtime")["list"]) == 1


def test_a_restart_wipes_final_orders_from_the_realtime_list_but_not_from_the_history() -> None:
    trader = stall()
    order = trader.order("Buy", "0.1")
    trader.exchange.floor.orders.wipe_recent()
    assert trader.do("/v5/order/realtime", orderId=order)["list"] == []
    assert trader.do("/v5/order/history", orderId=order)["list"][0]["orderStatus"] == "Filled"


def test_pages_together_are_the_whole_list_even_when_something_arrives_in_between() -> None:
    trader = stall()
    wanted = [trader.order("Buy", "0.001") for _ in range(7)]
    seen, cursor = [], ""
    while True:
        page = trader.do("/v5/execution/list", limit="3", cursor=cursor)
        seen += [row["orderId"] for row in page["list"]]
        cursor = page["nextPageCursor"]
        if not cursor:
            break
        trader.order("Sell", "0.001")
    assert seen == wanted[::-1]


def test_the_clock_starts_when_the_market_opens() -> None:
    assert stall().do("/v5/market/time")["timeSecond"] == str(OPENS // 1_000)
