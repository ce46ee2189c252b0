import json
from typing import Any

import pytest
import websocket

from actors.adapters.sandbox.exchange.refusal import Code, Refused
from actors.adapters.sandbox.server.books import BookTopic
from actors.adapters.sandbox.server.credentials import Credentials, check_time
from actors.adapters.sandbox.server.limits import Limits
from actors.adapters.sandbox.server.topics import private_fault, public_topic
from tests.actors.adapters.sandbox.served import served
from tests.actors.adapters.sandbox.signed import Signed, auth, sign
from tests.actors.adapters.sandbox.stall import START, stall

NOW = 1_700_000_000_000


@pytest.mark.parametrize(
    ("stamp", "is_accepted"), [(NOW - 5_000, True), (NOW - 5_001, False), (NOW + 999, True), (NOW + 1_000, False)]
)
def test_a_request_is_accepted_within_its_window_and_a_second_ahead(stamp: int, *, is_accepted: bool) -> None:
    if is_accepted:
        check_time(str(stamp), "5000", NOW)
        return
    with pytest.raises(Refused) as refused:
        check_time(str(stamp), "5000", NOW)
    assert refused.value.code is Code.CLOCK


@pytest.mark.parametrize(
    ("key", "secret", "code"), [("k", "s", None), ("other", "s", Code.KEY), ("k", "other", Code.SIGNATURE)]
)
def test_key_and_signature_are_judged_apart(key: str, secret: str, code: Code | None) -> None:
    headers = {"x-bapi-api-key": key, "x-bapi-timestamp": str(NOW), "x-bapi-recv-window": "5000"}
    headers["x-bapi-sign"] = sign(secret, f"{NOW}{key}5000a=1")
    if code is None:
        Credentials("k", "s").check(headers, "a=1", NOW)
        return
    with pytest.raises(Refused) as refused:
        Credentials("k", "s").check(headers, "a=1", NOW)
    assert refused.value.code is code


def test_a_secret_is_in_no_repr() -> None:
    assert "tulip" not in repr(Credentials("key", "tulip"))


def test_a_limit_is_per_request_and_second_and_the_address_has_its_own() -> None:
    limits = Limits()
    assert [limits.spend("/a", 2, NOW + i).left for i in range(3)] == [1, 0, -1]
    assert limits.spend("/b", 2, NOW).left == 1
    assert limits.spend("/a", 2, NOW + 1_000).headers["X-Bapi-Limit-Reset-Timestamp"] == str(NOW + 2_000)
    assert not any(limits.is_flooded(NOW) for _ in range(600))
    assert limits.is_flooded(NOW + 4_999)
    assert not limits.is_flooded(NOW + 5_000)


def test_topics_that_do_not_exist_are_named() -> None:
    assert public_topic("kline.5.BTCUSDT", ["BTCUSDT"]) == ("kline", "5", "BTCUSDT")
    for unknown in (
        "kline.7.BTCUSDT",
        "kline.5.ETHUSDT",
        "orderbook.2.BTCUSDT",
        "tickers",
        "order",
        "tickers.1.BTCUSDT",
    ):
        assert public_topic(unknown, ["BTCUSDT"]) is None
    assert private_fault(["order", "wallet"]) == ""
    assert private_fault(["order.linear", "wallet"]) == ""
    assert "Invalid topic: orders" in private_fault(["orders"])
    assert "mixed" in private_fault(["order", "execution.linear"])


def test_snapshot_and_deltas_add_up_to_the_book() -> None:
    trader = stall([(START, START + 50, START - 50, START)] * 3)
    topic = BookTopic("orderbook.50.BTCUSDT", trader.market, 50)
    first = topic.snapshot(0)["data"]
    kept: dict[str, dict[str, str]] = {side: dict(first[side]) for side in "ba"}
    updates = [first["u"]]
    for _ in range(40):
        trader.pass_minutes(0.05)
        change = topic.change(0)
        if change is None:
            continue
        assert change["type"] == "delta"
        updates.append(change["data"]["u"])
        for side in "ba":
            for price, size in change["data"][side]:
                if size == "0":
                    del kept[side][price]
                else:
                    kept[side][price] = size
    now = topic.snapshot(0)["data"]
    assert kept == {side: dict(now[side]) for side in "ba"}
    assert updates == list(range(1, len(updates) + 1))
    assert len(updates) > 20


def test_each_channel_answers_pings_in_its_own_way() -> None:
    with served() as stand:
        pongs = []
        for path in ("public/linear", "private", "trade"):
            socket = websocket.create_connection(f"ws://{stand.address}/v5/{path}", timeout=5)
            socket.send(json.dumps({"op": "ping", "req_id": "7"}))
            pongs.append(json.loads(socket.recv()))
            socket.close()
    assert [(pong["op"], pong.get("ret_msg"), pong.get("req_id")) for pong in pongs] == [
        ("ping", "pong", "7"),
        ("pong", None, "7"),
        ("pong", None, None),
    ]


def test_what_bybit_forbids_is_forbidden() -> None:
    with served() as stand:
        client = Signed(stand.url)
        unsigned = Signed(stand.url, secret="wrong")  # noqa: S106  a wrong one
        assert (
            unsigned.get("/v5/order/realtime", {"category": "linear", "symbol": "BTCUSDT"})["retCode"] == Code.SIGNATURE
        )
        assert client.raw("POST", "/v5/order/create", "[").json()["retCode"] == Code.PARAMETER
        assert client.raw("GET", "/v5/nowhere", "").status_code == 404
        assert client.raw("GET", "/v5/order/create", "").status_code == 405
        trade = websocket.create_connection(f"ws://{stand.address}/v5/trade", timeout=5)

        def ask(**said: Any) -> int:
            trade.send(json.dumps({"header": {"X-BAPI-TIMESTAMP": 1}, "args": [{}], **said}))
            return int(json.loads(trade.recv())["retCode"])

        assert ask(op="order.create", reqId="1") == Code.PERMISSION
        trade.send(json.dumps(auth()))
        trade.recv()
        assert ask(op="order.dance", reqId="1") == Code.NO_SUCH_OPERATION
        assert ask(op="order.create", reqId="1") == Code.PARAMETER
        assert ask(op="order.create", reqId="1") == Code.REUSED_REQUEST_ID
        trade.close()
