import json
from pathlib import Path
from typing import Any

import pytest

from actors.adapters.book.bybit import book_update, trades
from core.book.trade import Trade
from core.errors import FeedMalformed


def said(**changes: Any) -> dict[str, Any]:
    data = {"s": "BTCUSDT", "b": [["100.5", "2"]], "a": [["101", "0"]], "u": 7, "seq": 99}
    return {"topic": "orderbook.50.BTCUSDT", "type": "delta", "ts": 1_000, "data": data | changes}


def test_a_delta_is_translated() -> None:
    update = book_update(said())
    assert (update.symbol, update.ts, update.is_snapshot) == ("BTCUSDT", 1_000, False)
    assert (update.first_id, update.last_id, update.previous_id) == (7, 7, None)
    assert (update.bids, update.asks) == ([(100.5, 2.0)], [(101.0, 0.0)])


@pytest.mark.parametrize(("kind", "update_id", "snapshot"), [("snapshot", 7, True), ("delta", 1, True)])
def test_a_restart_of_their_service_is_a_snapshot_too(kind: str, update_id: int, *, snapshot: bool) -> None:
    assert book_update(said(u=update_id) | {"type": kind}).is_snapshot is snapshot


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"success": True, "op": "subscribe"},
        said(b=None),
        said(b=[["x", "1"]]),
        said(b=[["1"]]),
        said(u=None),
        said() | {"data": "half a b"},
    ],
)
def test_what_is_no_order_book_is_refused_with_its_text(message: dict[str, Any]) -> None:
    with pytest.raises(FeedMalformed, match="bybit order book"):
        book_update(message)


def test_captured_messages_are_understood(shared_data: Path) -> None:
    captured = shared_data / "api" / "bybit" / "captured"
    update = book_update(json.loads((captured / "ws_orderbook_snapshot.json").read_text()))
    assert update.is_snapshot
    assert update.bids == [(27_450.0, 0.5), (27_449.5, 1.0)]
    assert trades(json.loads((captured / "ws_public_trade.json").read_text())) == [
        Trade("BTCUSDT", 1_709_891_679_000, 27_451.0, 0.010, 1)
    ]


def test_block_trades_never_met_the_book() -> None:
    row = {"T": 1_000, "s": "BTCUSDT", "S": "Sell", "v": "1", "p": "100"}
    assert trades({"data": [row | {"BT": True}, row]}) == [Trade("BTCUSDT", 1_000, 100.0, 1.0, -1)]


@pytest.mark.parametrize("message", [{}, {"data": [{}]}, {"data": ["x"]}, {"data": [{"S": "Up"}]}, {"data": None}])
def test_what_is_no_trade_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(FeedMalformed, match="bybit trades"):
        trades(message)
