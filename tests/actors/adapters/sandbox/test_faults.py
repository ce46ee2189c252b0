import json
from typing import Any

import httpx
import pytest
import websocket

from actors.adapters.sandbox.exchange.refusal import Code
from actors.adapters.sandbox.faults.faults import Faults
from actors.adapters.sandbox.faults.plan import Plan
from actors.adapters.sandbox.faults.requests import RequestFaults
from actors.adapters.sandbox.faults.streams import StreamFaults
from actors.adapters.sandbox.faults.world import WorldFaults
from tests.actors.adapters.sandbox.served import STILL, Stand, served, until
from tests.actors.adapters.sandbox.signed import Signed, auth
from tests.actors.adapters.sandbox.stall import START, Stall, stall

LINEAR = {"category": "linear", "symbol": "BTCUSDT"}
ORDER = {**LINEAR, "side": "Buy", "orderType": "Limit", "qty": "0.1", "price": "59000", "orderLinkId": "f-1"}


def armed(*names: str) -> Faults:
    faults = Faults(Plan())
    for name in names:
        faults.arm(name)
    return faults


def placed(stand: Stand) -> int:
    return len(stand.sandbox.exchange.floor.orders.open())


@pytest.mark.parametrize(
    ("fault", "status", "code", "orders"),
    [
        ("bad_gateway", 502, None, 1),
        ("timeout_applied", 200, Code.TIMEOUT, 1),
        ("timeout_lost", 200, Code.TIMEOUT, 0),
        ("server_error", 200, Code.SERVER_ERROR, 0),
        ("clock_skew", 200, Code.CLOCK, 0),
        ("rate_burst", 200, Code.TOO_MANY, 0),
        ("duplicate_link", 200, Code.DUPLICATE_LINK_ID, 1),
        ("fill_first", 200, Code.OK, 1),
        ("partial_canceled", 200, Code.OK, 0),
    ],
)
def test_a_fault_of_a_request_shows_in_the_answer_and_on_the_exchange(
    fault: str, status: int, code: Code | None, orders: int
) -> None:
    with served() as stand:
        stand.sandbox.faults.arm(fault)
        answer = Signed(stand.url).raw("POST", "/v5/order/create", json.dumps(ORDER))
        assert answer.status_code == status
        assert code is None or answer.json()["retCode"] == code
        assert placed(stand) == orders
        assert [strike.fault for strike in stand.sandbox.faults.struck] == [fault]


def test_a_lost_acknowledgement_leaves_an_order_that_can_be_found() -> None:
    with served() as stand:
        stand.sandbox.faults.arm("ack_lost")
        client = Signed(stand.url)
        with pytest.raises(httpx.ReadTimeout):
            client.raw("POST", "/v5/order/create", json.dumps(ORDER), timeout=0.3)
        found = client.get("/v5/order/realtime", {**LINEAR, "orderLinkId": "f-1"})["result"]["list"]
        assert [row["orderStatus"] for row in found] == ["New"]
        assert client.post("/v5/order/create", ORDER)["retCode"] == Code.DUPLICATE_LINK_ID


def test_a_ban_answers_everything_with_403_until_it_is_over() -> None:
    with served() as stand:
        client = Signed(stand.url)
        stand.sandbox.faults.arm("ban")
        assert client.raw("POST", "/v5/order/create", json.dumps(ORDER)).status_code == 403
        assert client.raw("GET", "/v5/market/time", "").status_code == 403
        httpx.delete(f"{stand.url}/sandbox/faults")
        assert client.raw("GET", "/v5/market/time", "").status_code == 200


@pytest.mark.parametrize(
    ("fault", "path", "body", "code"),
    [
        (
            "reduce_only",
            "/v5/order/create",
            {"side": "Sell", "orderType": "Market", "qty": "0.1", "reduceOnly": True},
            110017,
        ),
        ("not_modified", "/v5/position/set-leverage", {"buyLeverage": "5", "sellLeverage": "5"}, 110043),
        ("not_modified", "/v5/position/trading-stop", {"stopLoss": "59000"}, 34040),
    ],
)
def test_a_refusal_that_is_not_true_changes_nothing(fault: str, path: str, body: dict[str, Any], code: int) -> None:
    struck = RequestFaults(armed(fault)).instead(path, {**LINEAR, **body})
    assert struck is not None
    assert struck.answer.code == code
    assert RequestFaults(armed()).instead(path, {**LINEAR, **body}) is None


def test_an_order_that_fills_just_before_its_cancel_cannot_be_canceled() -> None:
    trader = stall()
    order = trader.order("Buy", "0.1", price="59000")
    RequestFaults(armed("cancel_race")).before(trader.exchange.floor, "/v5/order/cancel", {"orderId": order})
    assert trader.ask("/v5/order/cancel", orderId=order).code == Code.NO_SUCH_ORDER
    assert trader.state(order)["orderStatus"] == "Filled"


def test_a_lagging_answer_is_the_one_before() -> None:
    trader, faults = stall(), armed()
    requests = RequestFaults(faults)
    empty = requests.lagging("/v5/position/list", "q", trader.ask("/v5/position/list"))
    trader.order("Buy", "0.1")
    faults.arm("rest_lag")
    assert requests.lagging("/v5/position/list", "q", trader.ask("/v5/position/list")) == empty
    assert requests.lagging("/v5/position/list", "q", trader.ask("/v5/position/list")) != empty


@pytest.mark.parametrize(
    ("fault", "kind", "left"),
    [("adl", "AdlTrade", "0.200"), ("external_close", "Trade", "0"), ("liquidation", "BustTrade", "0")],
)
def test_the_world_takes_positions_by_orders_nobody_placed(fault: str, kind: str, left: str) -> None:
    trader = stall([STILL] * 5)
    trader.order("Buy", "0.4", stopLoss="59000", orderLinkId="mine")
    strike(trader, fault)
    row = trader.executions()[0]
    assert (row["execType"], row["orderLinkId"], trader.position()["size"]) == (kind, "", left)
    assert (trader.position()["stopLoss"] == "0") == (left == "0")


def test_a_stop_can_vanish_and_one_can_trigger_without_filling() -> None:
    trader = stall([STILL, STILL, (START, START, 58_000.0, 58_000.0)])
    trader.order("Buy", "0.4", stopLoss="59000")
    strike(trader, "stop_removed")
    assert trader.position()["stopLoss"] == "0"
    trader.do("/v5/position/trading-stop", stopLoss="58900")
    strike(trader, "stop_unfilled")
    trader.pass_minutes(0.95)
    assert trader.position()["size"] == "0.400"
    ended = [event.row for event in trader.told if event.topic == "order" and event.row["stopOrderType"] == "StopLoss"]
    assert (ended[-1]["orderStatus"], ended[-1]["rejectReason"]) == ("Cancelled", "EC_NoImmediateQtyToFill")


def test_an_unscheduled_funding_carries_the_whole_size() -> None:
    trader = stall([STILL] * 3)
    trader.order("Sell", "0.4")
    strike(trader, "funding")
    row = trader.executions()[0]
    assert (row["execType"], row["execQty"], trader.position()["size"]) == ("Funding", "0.400", "0.400")


def strike(trader: Stall, fault: str) -> None:
    """Let a market minute begin in which the fault strikes."""
    world = WorldFaults(armed(fault), trader.now)
    trader.pass_minutes(1)
    assert not world.pass_time(trader.exchange.floor)
    trader.told += trader.exchange.floor.drain()


def test_faults_of_messages_repeat_delay_and_drop_rows() -> None:
    faults = armed("filled_twice", "position_stale", "confirm_missing")
    streams = StreamFaults(faults)
    filled = {"orderStatus": "Filled", "orderId": "1", "rejectReason": "EC_NoError"}
    assert [row["rejectReason"] for row in streams.private("order", filled)] == [
        "EC_NoError",
        "EC_OrigClOrdIDDoesNotExist",
    ]
    first, second = ({"symbol": "BTCUSDT", "positionIdx": 0, "seq": seq} for seq in (1, 2))
    assert streams.private("position", first) == []
    assert streams.private("position", second) == [second, first]
    candle = {"start": 0, "open": "1", "close": "2"}
    assert streams.confirmed(candle, "1") == []
    faults.arm("confirm_twice")
    assert streams.confirmed(candle, "1") == [candle, candle]
    faults.arm("confirm_corrected")
    assert [row["close"] for row in streams.confirmed(candle, "1")] == ["1", "2"]
    assert streams.confirmed(candle, "1") == [candle]
    faults.arm("book_restart")
    assert [streams.book("orderbook.50.BTCUSDT") for _ in range(2)] == ["restart", "delta"]


def test_faults_of_sockets_silence_cut_refuse_and_forget() -> None:
    with served([STILL] * 30) as stand:

        def connect(path: str = "public/linear") -> Any:
            return websocket.create_connection(f"ws://{stand.address}/v5/{path}", timeout=3)

        def subscribe(socket: Any) -> Any:
            socket.send(json.dumps({"op": "subscribe", "args": ["orderbook.50.BTCUSDT"], "req_id": "1"}))
            return json.loads(socket.recv())

        stand.sandbox.faults.arm("auth_refused")
        refused = connect("private")
        refused.send(json.dumps(auth()))
        assert json.loads(refused.recv())["success"] is False
        refused.close()
        stand.sandbox.faults.arm("subscription_lost")
        socket = connect()
        assert subscribe(socket)["success"] is True
        until(lambda: stand.sandbox.faults.struck[-1].fault == "subscription_lost")
        assert [one.topics for one in stand.sandbox.hub.connections if one.kind == "public"] == [set()]
        subscribe(socket)
        stand.sandbox.faults.arm("ws_half_open")
        until(lambda: any(one.is_deaf for one in stand.sandbox.hub.connections))
        socket.settimeout(0.3)
        drain(socket)
        stand.pass_minutes(1)
        with pytest.raises(websocket.WebSocketTimeoutException):
            socket.recv()
        socket.close()
        cut = connect()
        stand.sandbox.faults.arm("ws_cut")
        assert cut.recv() == ""
        cut.shutdown()


def drain(socket: Any) -> None:
    """Read what was on its way before the silence."""
    try:
        while True:
            socket.recv()
    except websocket.WebSocketTimeoutException:
        return


def test_a_restart_cuts_everyone_off_and_forgets_final_orders() -> None:
    with served([STILL] * 30) as stand:
        client = Signed(stand.url)
        done = client.post("/v5/order/create", {**ORDER, "orderType": "Market"})["result"]["orderId"]
        socket: Any = websocket.create_connection(f"ws://{stand.address}/v5/public/linear", timeout=3)
        stand.sandbox.faults.arm("restart")
        stand.pass_minutes(1)
        assert socket.recv() == ""
        socket.shutdown()
        assert client.get("/v5/order/realtime", {**LINEAR, "orderId": done})["result"]["list"] == []


def test_the_control_door_arms_heals_and_tells() -> None:
    with served() as stand:
        assert httpx.post(f"{stand.url}/sandbox/faults", json={"fault": "nonsense"}).status_code == 422
        assert httpx.post(f"{stand.url}/sandbox/faults", content=b"x").status_code == 422
        httpx.post(f"{stand.url}/sandbox/faults", json={"fault": "server_error", "times": 2}).raise_for_status()
        client = Signed(stand.url)
        assert [client.post("/v5/order/create", ORDER)["retCode"] for _ in range(3)] == [10016, 10016, 0]
        state = httpx.get(f"{stand.url}/sandbox").json()
        assert [strike["fault"] for strike in state["faults"]["struck"]] == ["server_error"] * 2
        assert state["orders"] == 1
