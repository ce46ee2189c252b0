"""Bybit's own client trades against the sandbox over real sockets, without being told what it is."""

import json
from decimal import Decimal
from typing import Any

import pytest
import websocket
from pybit.exceptions import InvalidRequestError

from tests.actors.adapters.sandbox.served import STILL, served, sockets, until
from tests.actors.adapters.sandbox.stall import START

LINEAR = {"category": "linear", "symbol": "BTCUSDT"}


def test_a_life_of_orders_agrees_on_both_sides_to_the_last_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = [STILL, (START, START, 59_000.0, 59_000.0), (59_000.0, 59_000.0, 58_000.0, 58_000.0)]
    heard: dict[str, list[Any]] = {"order": [], "execution": [], "position": [], "wallet": []}
    with served(drawn) as stand, sockets(stand, monkeypatch) as connect:
        private = connect("private")
        for topic in heard:
            getattr(private, f"{topic}_stream")(callback=lambda said: heard[said["topic"]].extend(said["data"]))
        until(lambda: len({topic for one in stand.sandbox.hub.connections for topic in one.topics}) == 4)
        http = stand.client()
        book = http.get_orderbook(**LINEAR, limit=1)["result"]["a"][0]
        qty = str(Decimal(book[1]) + 1)
        placed = http.place_order(
            **LINEAR, side="Buy", orderType="Limit", qty=qty, price=book[0], orderLinkId="life-1", stopLoss="58500"
        )["result"]["orderId"]
        state = http.get_open_orders(**LINEAR, orderId=placed)["result"]["list"][0]
        assert (state["orderStatus"], state["leavesQty"]) == ("PartiallyFilled", "1.000")
        assert http.get_positions(**LINEAR)["result"]["list"][0]["stopLoss"] == "58500.00"
        http.amend_order(**LINEAR, orderLinkId="life-1", price="59900")
        until(lambda: any(row["price"] == "59900.00" for row in heard["order"]))
        http.cancel_order(**LINEAR, orderLinkId="life-1")
        stand.pass_minutes(4)
        until(lambda: heard["position"] and heard["position"][-1]["side"] == "" and len(heard["execution"]) > 1)
        rows = http.get_executions(**LINEAR)["result"]["list"]
        wallet = http.get_wallet_balance(accountType="UNIFIED")["result"]["list"][0]
        until(lambda: heard["wallet"][-1]["totalWalletBalance"] == wallet["totalWalletBalance"])
    assert [row["execId"] for row in heard["execution"]] == [row["execId"] for row in reversed(rows)]
    assert rows[0]["stopOrderType"] == "StopLoss"
    bought = sum(Decimal(row["execValue"]) for row in rows if row["side"] == "Buy")
    sold = sum(Decimal(row["execValue"]) for row in rows if row["side"] == "Sell")
    fees = sum(Decimal(row["execFee"]) for row in rows)
    assert Decimal(wallet["totalWalletBalance"]) == 100_000 + sold - bought - fees
    mine = [row["orderStatus"] for row in heard["order"] if row["orderId"] == placed]
    assert mine == ["New", "PartiallyFilled", "PartiallyFilled", "Cancelled"]


def test_public_streams_tell_book_tickers_trades_and_each_candle_confirmed_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: dict[str, list[Any]] = {"kline": [], "orderbook": [], "tickers": [], "publicTrade": []}

    def hear(said: Any) -> None:
        heard[said["topic"].partition(".")[0]].append(said)

    with served([(START, 60_100.0, 59_900.0, 60_050.0)] * 3) as stand, sockets(stand, monkeypatch) as connect:
        public = connect("linear")
        public.kline_stream(interval=1, symbol="BTCUSDT", callback=hear)
        public.orderbook_stream(depth=50, symbol="BTCUSDT", callback=hear)
        public.ticker_stream(symbol="BTCUSDT", callback=hear)
        public.trade_stream(symbol="BTCUSDT", callback=hear)
        until(lambda: heard["orderbook"] and heard["tickers"])
        for _ in range(40):
            stand.pass_minutes(0.1)
            until(lambda: stand.sandbox.exchange.floor.now == stand.clock.now)
        until(lambda: len([said for said in heard["kline"] if said["data"][0]["confirm"]]) == 3)
        until(lambda: stand.sandbox.exchange.floor.now == stand.clock.now)
        shown = until(lambda: heard["orderbook"][-1]["data"])
        wanted = stand.client().get_orderbook(**LINEAR, limit=50)["result"]
        until(lambda: sorted(heard["orderbook"][-1]["data"]["b"]) == sorted(wanted["b"]))
    closed = [said["data"][0] for said in heard["kline"] if said["data"][0]["confirm"]]
    assert [row["open"] + "/" + row["close"] for row in closed] == ["60000.00/60050.00"] * 3
    assert len({row["start"] for row in closed}) == 3
    assert shown
    assert heard["publicTrade"]
    assert heard["tickers"][-1]["data"]["lastPrice"] == "60050.00"


def test_the_trade_socket_places_amends_and_cancels(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: list[Any] = []
    with served() as stand, sockets(stand, monkeypatch) as connect:
        trade = connect("trade")
        until(lambda: trade.auth)
        order = {**LINEAR, "side": "Buy", "orderType": "Limit", "qty": "0.01", "price": "59000", "orderLinkId": "ws-1"}
        trade.place_order(answers.append, **order)
        until(lambda: len(answers) == 1)
        trade.amend_order(answers.append, **LINEAR, orderLinkId="ws-1", price="59500")
        until(lambda: len(answers) == 2)
        assert stand.client().get_open_orders(**LINEAR)["result"]["list"][0]["price"] == "59500.00"
        trade.cancel_order(answers.append, **LINEAR, orderLinkId="ws-1")
        until(lambda: len(answers) == 3)
        trade.place_order(answers.append, answers.append, **order)
        until(lambda: len(answers) == 4)
    assert [(said["op"], said["retCode"]) for said in answers] == [
        ("order.create", 0),
        ("order.amend", 0),
        ("order.cancel", 0),
        ("order.create", 110072),
    ]
    assert answers[0]["header"]["X-Bapi-Limit-Status"] == "9"


def test_the_client_sees_refusals_and_limits_as_on_bybit() -> None:
    with served() as stand:
        http = stand.client(retry_codes={1})
        with pytest.raises(InvalidRequestError, match="110043"):
            http.set_leverage(**LINEAR, buyLeverage="10", sellLeverage="10")
        with pytest.raises(InvalidRequestError, match="zero position"):
            http.set_trading_stop(**LINEAR, stopLoss="59000", positionIdx=0, tpslMode="Full")
        wrong = stand.client()
        wrong.api_secret = "another"  # noqa: S105  a wrong one
        with pytest.raises(InvalidRequestError, match="10004"):
            wrong.get_account_info()
        codes = []
        for _ in range(12):
            try:
                http.cancel_all_orders(category="linear", symbol="BTCUSDT")
                codes.append(0)
            except InvalidRequestError as error:
                codes.append(int(error.status_code))
        assert codes[:10] == [0] * 10
        assert 10006 in codes[10:]
        assert http.get_api_key_information()["result"]["permissions"]["ContractTrade"] == ["Order", "Position"]


def test_a_private_socket_hears_nothing_without_the_right_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    with served() as stand, sockets(stand, monkeypatch):
        connections = stand.sandbox.hub.connections
        raw = websocket.create_connection(f"ws://{stand.address}/v5/private", timeout=5)
        raw.send(json.dumps({"op": "subscribe", "args": ["order"], "req_id": "1"}))
        assert json.loads(raw.recv())["success"] is False
        raw.send(json.dumps({"op": "auth", "args": ["sandbox", 9_999_999_999_999, "wrong"]}))
        refused = json.loads(raw.recv())
        assert (refused["op"], refused["success"], refused["retCode"]) == ("auth", False, 10004)
        raw.close()
        until(lambda: not connections)
