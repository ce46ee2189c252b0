"""Faults of delivery: an answer late or twice, a socket that says nothing for a while, a book that is told anew."""

import json
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
import websocket

from tests.actors.adapters.sandbox.served import STILL, Stand, served, until
from tests.actors.adapters.sandbox.signed import Signed, auth
from tests.actors.adapters.sandbox.stall import START

ORDER = {"category": "linear", "symbol": "BTCUSDT", "side": "Buy", "orderType": "Limit", "qty": "0.1", "price": "59000"}
MOVING = [(START + 10 * n, START + 10 * n + 30, START + 10 * n - 30, START + 10 * n + 10) for n in range(60)]


@contextmanager
def socket_of(stand: Stand, path: str) -> Iterator[Any]:
    with closing(websocket.create_connection(f"ws://{stand.address}/v5/{path}", timeout=8)) as found:
        yield found


def ask(socket: Any, request: dict[str, Any]) -> dict[str, Any]:
    """The next message after a request."""
    socket.send(json.dumps(request))
    answer: dict[str, Any] = json.loads(socket.recv())
    return answer


def pongs(socket: Any, *, seconds: float) -> bool:
    """Whether a ping of Bybit's own kind is answered in time."""
    socket.settimeout(seconds)
    try:
        return bool(ask(socket, {"op": "ping"})["ret_msg"] == "pong")
    except websocket.WebSocketTimeoutException:
        return False


@pytest.mark.slow
def test_a_late_acknowledgement_is_one_of_an_order_that_is_there_already() -> None:
    with served() as stand:
        stand.sandbox.faults.arm("ack_late")
        client, began = Signed(stand.url), time.monotonic()
        answer = client.raw("POST", "/v5/order/create", json.dumps({**ORDER, "orderLinkId": "f-1"}), timeout=10)
        assert answer.json()["retCode"] == 0
        assert 2.9 < time.monotonic() - began < 6
        (placed,) = stand.sandbox.exchange.floor.orders.open()
        assert placed.order_id == answer.json()["result"]["orderId"]
        began = time.monotonic()
        assert client.post("/v5/order/create", ORDER)["retCode"] == 0
        assert time.monotonic() - began < 2


def test_a_doubled_acknowledgement_is_one_order() -> None:
    with served() as stand, socket_of(stand, "trade") as trade:
        assert ask(trade, auth())["retCode"] == 0
        stand.sandbox.faults.arm("ack_twice")
        header = {"X-BAPI-TIMESTAMP": str(int(time.time() * 1_000))}
        first = ask(trade, {"op": "order.create", "reqId": "r-1", "header": header, "args": [ORDER]})
        assert json.loads(trade.recv()) == first
        assert (first["reqId"], first["retCode"]) == ("r-1", 0)
        assert len(stand.sandbox.exchange.floor.orders.open()) == 1
        again = ask(trade, {"op": "order.create", "reqId": "r-2", "header": header, "args": [ORDER]})
        assert again["reqId"] == "r-2"
        trade.settimeout(0.3)
        with pytest.raises(websocket.WebSocketTimeoutException):
            trade.recv()


def test_a_silent_socket_answers_no_ping_of_bybits_and_every_one_of_the_protocol() -> None:
    with served([STILL] * 5) as stand, socket_of(stand, "public/linear") as socket:
        assert pongs(socket, seconds=3)
        stand.sandbox.faults.arm("ws_silent")
        until(lambda: any(each.is_silent for each in stand.sandbox.hub.connections))
        assert not pongs(socket, seconds=0.4)
        (connection,) = stand.sandbox.hub.connections
        assert not connection.is_deaf
        socket.settimeout(3)
        socket.ping("still there?")
        assert socket.recv_frame().data == b"still there?"


@pytest.mark.slow
def test_a_stalled_socket_says_everything_at_once_when_it_goes_on() -> None:
    with served([STILL] * 5) as stand, socket_of(stand, "public/linear") as socket:
        assert pongs(socket, seconds=3)
        stand.sandbox.faults.arm("ws_stall")
        until(lambda: stand.sandbox.faults.struck)
        began = time.monotonic()
        socket.settimeout(8)
        for number in range(3):
            socket.send(json.dumps({"op": "ping", "req_id": str(number)}))
        told = [json.loads(socket.recv())["req_id"] for _ in range(3)]
        assert told == ["0", "1", "2"]
        assert 2 < time.monotonic() - began < 5
        assert pongs(socket, seconds=1)


def test_a_snapshot_between_deltas_is_the_book_they_have_led_to() -> None:
    with served(MOVING) as stand, socket_of(stand, "public/linear") as socket:
        assert ask(socket, {"op": "subscribe", "args": ["orderbook.50.BTCUSDT"]})["success"]
        book: dict[str, dict[str, str]] = {"b": {}, "a": {}}
        updates: list[int] = []
        stand.sandbox.faults.arm("book_snapshot")
        snapshots = 0
        while snapshots < 2 or len(updates) < 6:
            message = json.loads(socket.recv())
            data, is_whole = message["data"], message["type"] == "snapshot"
            snapshots += is_whole
            for side in "ba":
                told = dict(data[side])
                kept = told if is_whole else {**book[side], **told}
                book[side] = {price: size for price, size in kept.items() if size != "0"}
            updates.append(data["u"])
            stand.pass_minutes(0.1)
        assert max(map(float, book["b"])) < min(map(float, book["a"]))
        assert updates == list(range(updates[0], updates[0] + len(updates)))
        assert [strike.fault for strike in stand.sandbox.faults.struck] == ["book_snapshot"]
