"""What the sandbox says has the fields of what Bybit says, by captured and documented messages.

A message of ours must have every field of every example of its kind, each of a type that some example shows, and no
field that no example has.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import websocket

from tests.actors.adapters.sandbox.served import STILL, Stand, served
from tests.actors.adapters.sandbox.signed import Signed, auth

NOT_LINEAR = {"isRPITrade": "spot", "usdIndexPrice": "spot"}
ODD = {
    "mmrSysUpdateTime": "mmrSysUpdatedTime everywhere else",
    "totalPerpUpl": "totalPerpUPL everywhere else",
    "cts": "inside data over REST, beside it on the stream",
    "MNT": "whichever coin the fee was paid in; here USDT",
    "USDT": "likewise",
    "subFeeType": "a tax of some countries",
    "feeCoin": "likewise",
    "feeType": "likewise",
    "fee": "likewise",
}
LINEAR = {"category": "linear", "symbol": "BTCUSDT"}

REST: dict[str, tuple[str, dict[str, str], list[str]]] = {
    "time": ("/v5/market/time", {}, ["market__time"]),
    "instruments": (
        "/v5/market/instruments-info",
        LINEAR,
        ["http_get_instruments_linear", "http_get_instruments_linear_symbol_type"],
    ),
    "kline": ("/v5/market/kline", {**LINEAR, "interval": "5"}, ["http_get_klines_linear", "market__kline"]),
    "mark kline": ("/v5/market/mark-price-kline", {**LINEAR, "interval": "5"}, ["market__mark-kline"]),
    "book": ("/v5/market/orderbook", LINEAR, ["http_get_orderbook", "market__orderbook"]),
    "tickers": ("/v5/market/tickers", LINEAR, ["market__tickers"]),
    "trades": ("/v5/market/recent-trade", LINEAR, ["http_get_trades_recent", "market__recent-trade"]),
    "funding": ("/v5/market/funding/history", LINEAR, ["http_get_funding_history", "market__history-fund-rate"]),
    "index kline": ("/v5/market/index-price-kline", {**LINEAR, "interval": "5"}, ["market__index-kline"]),
    "open interest": ("/v5/market/open-interest", {**LINEAR, "intervalTime": "5min"}, ["market__open-interest"]),
    "open orders": (
        "/v5/order/realtime",
        LINEAR,
        ["http_get_orders_realtime", "order__open-order", "order__order-list"],
    ),
    "history": ("/v5/order/history", LINEAR, ["http_get_orders_history", "order__order-list"]),
    "executions": ("/v5/execution/list", LINEAR, ["http_get_executions", "order__execution"]),
    "positions": ("/v5/position/list", LINEAR, ["http_get_positions", "position__position"]),
    "wallet": (
        "/v5/account/wallet-balance",
        {"accountType": "UNIFIED"},
        ["http_get_wallet_balance", "account__wallet-balance"],
    ),
    "account": ("/v5/account/info", {}, ["http_get_account_info", "account__account-info"]),
    "fee rate": ("/v5/account/fee-rate", LINEAR, ["http_get_fee_rate", "account__fee-rate"]),
    "key": ("/v5/user/query-api", {}, ["http_get_user_query_api", "user__apikey-info"]),
}
ONE_ORDER = {**LINEAR, "orderLinkId": "m-3"}
WRITES: dict[str, tuple[str, dict[str, Any], str]] = {
    "create": (
        "/v5/order/create",
        {**ONE_ORDER, "side": "Buy", "orderType": "Limit", "qty": "0.1", "price": "50000"},
        "order__create-order",
    ),
    "amend": ("/v5/order/amend", {**ONE_ORDER, "price": "50100"}, "order__amend-order"),
    "cancel": ("/v5/order/cancel", ONE_ORDER, "order__cancel-order"),
    "cancel all": ("/v5/order/cancel-all", {**LINEAR, "orderFilter": "Order"}, "order__cancel-all"),
    "trading stop": (
        "/v5/position/trading-stop",
        {**LINEAR, "positionIdx": 0, "tpslMode": "Full", "stopLoss": "51000"},
        "position__trading-stop",
    ),
    "leverage": (
        "/v5/position/set-leverage",
        {**LINEAR, "buyLeverage": "7", "sellLeverage": "7"},
        "position__leverage",
    ),
    "mode": ("/v5/position/switch-mode", {**LINEAR, "mode": 3}, "position__position-mode"),
    "margin mode": (
        "/v5/account/set-margin-mode",
        {"setMarginMode": "PORTFOLIO_MARGIN"},
        "account__set-margin-mode",
    ),
}
"""Requests that change something, in an order in which each finds what it needs."""
STREAMS: dict[str, list[str]] = {
    "order": [
        "ws_account_order",
        "ws_account_order_filled",
        "ws_account_order_buy_stop_market",
        "ws_account_order_limit_if_touched",
        "ws_account_order_market_if_touched",
        "ws_account_order_sell_market_if_touched",
        "ws_account_order_stop_limit",
        "websocket__private__order__1",
    ],
    "execution": ["ws_account_execution", "websocket__private__execution__1"],
    "execution.fast": ["ws_account_execution_fast", "websocket__private__fast-execution__1"],
    "position": ["ws_account_position", "ws_account_position_with_open_time", "websocket__private__position__1"],
    "wallet": ["ws_account_wallet", "websocket__private__wallet__1"],
    "kline.5.BTCUSDT": ["ws_kline", "websocket__public__kline"],
    "publicTrade.BTCUSDT": ["ws_public_trade", "websocket__public__trade"],
    "tickers.BTCUSDT": ["ws_ticker_linear"],
    "orderbook.50.BTCUSDT": ["ws_orderbook_snapshot", "ws_orderbook_delta", "websocket__public__orderbook__1"],
    "auth": ["ws_auth_success", "websocket__wss-authentication__1__Authenticate_with_API_"],
    "subscribe": ["ws_subscription_ack", "websocket__wss-authentication__9"],
    "order.create": ["ws_order_response", "websocket__trade__guideline__3"],
}


@pytest.fixture(scope="module")
def examples(shared_data: Path) -> dict[str, Any]:
    found = {}
    for path in [*shared_data.glob("api/bybit/captured/*.json"), *shared_data.glob("api/bybit/docs_examples/*.json")]:
        name = path.stem.removesuffix("__response").removesuffix("__Stream_Example")
        try:
            found[name] = json.loads(path.read_text("utf-8"))
        except ValueError:
            continue
    opened = "ws_account_position_with_open_time"  # a row alone
    found[opened] = {"data": [found[opened]]}
    return found


@pytest.fixture(scope="module")
def stand() -> Iterator[Stand]:
    with served([STILL] * 6) as found:
        yield found


@pytest.fixture(scope="module")
def said(stand: Stand) -> dict[str, Any]:
    """One message of each kind, heard while an account lives a little."""
    heard: dict[str, Any] = {}
    private, public, trade = (
        websocket.create_connection(f"ws://{stand.address}/v5/{path}", timeout=5)
        for path in ("private", "public/linear", "trade")
    )
    for socket, topics in (
        (private, ["order", "execution", "execution.fast", "position", "wallet"]),
        (public, [topic for topic in STREAMS if topic.endswith("BTCUSDT")]),
    ):
        if socket is private:
            socket.send(json.dumps(auth()))
            heard["auth"] = json.loads(socket.recv())
        socket.send(json.dumps({"op": "subscribe", "req_id": "1", "args": topics}))
        heard["subscribe"] = json.loads(socket.recv())
    trade.send(json.dumps(auth()))
    assert json.loads(trade.recv())["retCode"] == 0
    order = {**LINEAR, "side": "Buy", "orderType": "Market", "qty": "0.1", "stopLoss": "59000", "orderLinkId": "m-1"}
    header = {"X-BAPI-TIMESTAMP": "1"}
    trade.send(json.dumps({"op": "order.create", "reqId": "1", "header": header, "args": [order]}))
    heard["order.create"] = json.loads(trade.recv())
    Signed(stand.url).post("/v5/order/create", {**order, "orderType": "Limit", "price": "59500", "orderLinkId": "m-2"})
    stand.pass_minutes(5.1)
    while not {"order", "execution", "execution.fast", "position", "wallet"} <= heard.keys():
        message = json.loads(private.recv())
        heard[message["topic"]] = message
    while not {topic for topic in STREAMS if topic.endswith("BTCUSDT")} <= heard.keys():
        message = json.loads(public.recv())
        heard[message["topic"]] = message
    for socket in (private, public, trade):
        socket.close()
    return heard


def fields(message: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """Each field's path and the type of its value; list entries share one path."""
    if isinstance(message, dict):
        for name, value in message.items():
            if name in ODD or name in NOT_LINEAR:
                continue
            yield f"{at}.{name}", kind(value)
            yield from fields(value, f"{at}.{name}")
    elif isinstance(message, list):
        for value in message:
            yield f"{at}[]", kind(value)
            yield from fields(value, f"{at}[]")


def kind(value: Any) -> str:
    return "none" if value is None else "number" if type(value) in {int, float} else type(value).__name__


def compare(ours: Any, examples: list[Any]) -> list[str]:
    mine = dict(fields(ours))
    shown: dict[str, set[str]] = {}
    for example in examples:
        for path, its_kind in fields(example):
            shown.setdefault(path, set()).add(its_kind)
    missing = [path for path in shown if path not in mine and not path.endswith("[]") and "[].extraFees[]" not in path]
    extra = [path for path in mine if path not in shown and not path.endswith("[]")]
    odd = [
        f"{path}: {mine[path]}, not {shown[path]}"
        for path in mine
        if path in shown and not fits(mine[path], shown[path])
    ]
    return [f"missing {path}" for path in missing] + [f"extra {path}" for path in extra] + odd


def fits(mine: str, shown: set[str]) -> bool:
    return mine in shown or (mine == "str" and shown == {"none"})


@pytest.mark.parametrize("name", REST)
def test_an_answer_has_the_fields_of_bybits(name: str, stand: Stand, said: Any, examples: dict[str, Any]) -> None:
    assert said
    path, query, names = REST[name]
    ours = Signed(stand.url).get(path, query)
    assert ours["retCode"] == 0
    assert compare(ours, [envelope(examples[found]) for found in names]) == []


def test_an_answer_to_what_changes_something_has_the_fields_of_bybits(said: Any, examples: dict[str, Any]) -> None:
    assert said
    found = {}
    with served([STILL] * 6) as another:
        bought = {**LINEAR, "side": "Buy", "orderType": "Market", "qty": "0.1"}
        for body in (bought, {**bought, "orderType": "Limit", "price": "49000"}):  # to protect, and for cancel-all
            assert Signed(another.url).post("/v5/order/create", body)["retCode"] == 0
        for name, (path, body, example) in WRITES.items():
            ours = Signed(another.url).post(path, body)
            assert name in {"mode", "margin mode"} or ours["retCode"] == 0
            found[name] = compare(ours, [envelope(examples[example])])
    assert {name: differing for name, differing in found.items() if differing} == {}


def test_refusals_of_sockets_have_the_fields_of_bybits(stand: Stand, examples: dict[str, Any]) -> None:
    asked = {
        "auth": ("private", {"op": "auth", "args": ["another", 9_999_999_999_999, "wrong"]}, "ws_auth_failure"),
        "subscribe": ("public/linear", {"op": "subscribe", "args": ["invalid.BTCUSDT"]}, "ws_subscription_failure"),
    }
    found = {}
    for name, (path, request, example) in asked.items():
        socket = websocket.create_connection(f"ws://{stand.address}/v5/{path}", timeout=5)
        socket.send(json.dumps(request))
        ours = json.loads(socket.recv())
        assert ours["success"] is False
        found[name] = compare(ours, [examples[one] for one in (example, *STREAMS[name])])
        socket.close()
    assert {name: differing for name, differing in found.items() if differing} == {}


@pytest.mark.parametrize("topic", STREAMS)
def test_a_streamed_message_has_the_fields_of_bybits(topic: str, said: Any, examples: dict[str, Any]) -> None:
    assert compare(said[topic], [examples[found] for found in STREAMS[topic]]) == []


def envelope(message: Any) -> Any:
    """Some captures lack parts of the envelope that every answer has."""
    return {"retExtInfo": {}, "time": 0, **message}


def test_a_difference_is_found() -> None:
    assert compare({"a": "1"}, [{"a": "2"}]) == []
    assert compare({"a": 1}, [{"a": "2"}]) == [".a: number, not {'str'}"]
    assert compare({"a": "1", "b": "1"}, [{"a": "2", "c": "3"}]) == ["missing .c", "extra .b"]
