import json
from pathlib import Path
from typing import Any

import pytest

from actors.adapters.book.binance import depth_snapshot, depth_update, trade
from core.book.trade import Trade
from core.errors import FeedMalformed

DEPTH = {"e": "depthUpdate", "E": 1_001, "T": 1_000, "s": "BTCUSDT", "U": 5, "u": 7, "b": [["100.5", "2"]], "a": []}


@pytest.mark.parametrize(("pu", "previous_id"), [({}, None), ({"pu": 4}, 4)])
def test_a_depth_event_is_translated_for_spot_and_futures(pu: dict[str, int], previous_id: int | None) -> None:
    update = depth_update(DEPTH | pu)
    assert (update.symbol, update.ts, update.is_snapshot) == ("BTCUSDT", 1_001, False)
    assert (update.first_id, update.last_id, update.previous_id) == (5, 7, previous_id)
    assert (update.bids, update.asks) == ([(100.5, 2.0)], [])


@pytest.mark.parametrize(("stamp", "ts"), [({}, 5_000), ({"E": 4_000}, 4_000)])
def test_a_snapshot_without_a_time_is_dated_by_its_arrival(stamp: dict[str, int], ts: int) -> None:
    update = depth_snapshot({"lastUpdateId": 9, "bids": [["1", "2"]], "asks": []} | stamp, "BTCUSDT", received_ms=5_000)
    assert (update.ts, update.is_snapshot, update.last_id, update.bids) == (ts, True, 9, [(1.0, 2.0)])


@pytest.mark.parametrize(("maker_bought", "side"), [(True, -1), (False, 1)])
def test_where_the_buyer_made_the_seller_took(*, maker_bought: bool, side: int) -> None:
    row = {"s": "BTCUSDT", "T": 1_000, "p": "100.0", "q": "0.5", "m": maker_bought}
    assert trade(row) == Trade("BTCUSDT", 1_000, 100.0, 0.5, side)


@pytest.mark.parametrize("message", [{}, DEPTH | {"b": "x"}, DEPTH | {"U": "x"}, [], DEPTH | {"a": [["1", None]]}])
def test_what_is_no_depth_event_is_refused_with_its_text(message: Any) -> None:
    with pytest.raises(FeedMalformed, match="binance depth"):
        depth_update(message)


@pytest.mark.parametrize("answer", [{}, {"code": -1003, "msg": "Too many requests"}, [], {"lastUpdateId": 1}])
def test_an_error_instead_of_a_snapshot_is_refused(answer: Any) -> None:
    with pytest.raises(FeedMalformed, match="binance depth snapshot"):
        depth_snapshot(answer, "BTCUSDT", received_ms=0)


@pytest.mark.parametrize("message", [{}, {"m": True}, {"m": True, "s": "X", "T": 1, "p": "x", "q": "1"}])
def test_what_is_no_trade_is_refused(message: dict[str, Any]) -> None:
    with pytest.raises(FeedMalformed, match="binance trade"):
        trade(message)


def test_a_refusal_is_short(shared_data: Path) -> None:
    captured = shared_data / "api" / "binance" / "captured"
    found = next(captured.glob("*ws_futures_depth_update.json"))
    message = json.loads(found.read_text())
    assert depth_update(message).previous_id == 390_497_794
    with pytest.raises(FeedMalformed) as refusal:
        depth_update({"e": "x" * 10_000})
    assert len(str(refusal.value)) < 300
