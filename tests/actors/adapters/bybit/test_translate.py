"""Bybit's words become ours, and ours Bybit's, or the field at fault is named."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from actors.adapters.bybit.translate import (
    candle,
    contract,
    execution_reported,
    interval,
    order_reported,
    position_reported,
    venue_time,
    wallet_reported,
)
from core.durations import DAY_MS, MINUTE_MS
from core.errors import ConfigurationError, FeedMalformed

ORDER: dict[str, Any] = {
    "symbol": "BTCUSDT",
    "orderId": "o-1",
    "orderLinkId": "e-1",
    "side": "Sell",
    "orderStatus": "Filled",
    "stopOrderType": "",
    "reduceOnly": False,
    "qty": "0.100",
    "cumExecQty": "0.100",
    "price": "60000.50",
    "updatedTime": "1672364262457",
    "rejectReason": "EC_NoError",
    "cancelType": "UNKNOWN",
}
EXECUTION: dict[str, Any] = {
    "symbol": "BTCUSDT",
    "execId": "x-1",
    "orderId": "o-1",
    "orderLinkId": "e-1",
    "execType": "Trade",
    "stopOrderType": "UNKNOWN",
    "side": "Buy",
    "execQty": "0.5",
    "execPrice": "95900.1",
    "execFee": "26.3725275",
    "isMaker": False,
    "execTime": "1746270400353",
}
POSITION: dict[str, Any] = {
    "positionIdx": 0,
    "symbol": "BTCUSDT",
    "side": "Sell",
    "size": "0.01",
    "entryPrice": "3641.075",
    "markPrice": "3641.33",
    "stopLoss": "0",
    "seq": 325852190774,
    "updatedTime": "1762199125472",
}


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("New", "new"),
        ("PartiallyFilled", "partially_filled"),
        ("Filled", "filled"),
        ("Cancelled", "canceled"),
        ("PartiallyFilledCanceled", "canceled"),
        ("Deactivated", "canceled"),
        ("Rejected", "rejected"),
        ("Untriggered", "untriggered"),
        ("Triggered", "triggered"),
    ],
)
def test_every_order_status_has_our_word(said: str, wanted: str) -> None:
    assert order_reported({**ORDER, "orderStatus": said}).status == wanted


def test_a_fill_stays_a_fill_when_a_late_cancel_is_rejected() -> None:
    told = order_reported({**ORDER, "rejectReason": "EC_OrigClOrdIDDoesNotExist"})
    assert (told.status, told.detail, told.filled) == ("filled", "", Decimal("0.100"))


def test_a_canceled_order_says_why() -> None:
    told = order_reported({**ORDER, "orderStatus": "Cancelled", "rejectReason": "EC_PerCancelRequest"})
    assert told.detail == "EC_PerCancelRequest"


@pytest.mark.parametrize(
    ("kind", "is_stop"),
    [("StopLoss", True), ("PartialStopLoss", True), ("TrailingStop", True), ("Stop", False), ("TakeProfit", False)],
)
def test_only_the_venues_own_protection_is_a_stop(kind: str, is_stop: bool) -> None:  # noqa: FBT001  a table's column
    assert order_reported({**ORDER, "stopOrderType": kind}).is_stop is is_stop
    assert (execution_reported({**EXECUTION, "stopOrderType": kind}).kind == "stop") is is_stop


@pytest.mark.parametrize("price", ["", "0", "0.00", None])
def test_an_order_without_a_price_has_none(price: str | None) -> None:
    assert order_reported({**ORDER, "price": price}).price is None


@pytest.mark.parametrize(
    ("item", "name"),
    [
        ({**ORDER, "orderStatus": "Dreaming"}, "orderStatus"),
        ({**ORDER, "side": "None"}, "side"),
        ({**ORDER, "qty": "many"}, "qty"),
        ({**ORDER, "cumExecQty": "NaN"}, "cumExecQty"),
        ({**ORDER, "cumExecQty": "-1"}, "cumExecQty"),
        ({**ORDER, "updatedTime": "1.5"}, "updatedTime"),
        ({**ORDER, "orderId": ""}, "orderId"),
        ({**ORDER, "symbol": ["BTCUSDT"]}, "symbol"),
        ({**ORDER, "reduceOnly": "yes"}, "reduceOnly"),
        ([], "orderStatus"),
    ],
)
def test_a_malformed_order_is_refused_with_the_fields_name(item: Any, name: str) -> None:
    with pytest.raises(FeedMalformed, match=name):
        order_reported(item)


def test_a_funding_is_its_amount_and_not_a_fill() -> None:
    told = execution_reported({**EXECUTION, "execType": "Funding", "execFee": "-0.31", "side": ""})
    assert (told.kind, told.fee, told.side) == ("funding", Decimal("-0.31"), 0)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Trade", "trade"),
        ("AdlTrade", "adl"),
        ("BustTrade", "liquidation"),
        ("Funding", "funding"),
        ("Settle", "other"),
        ("Delivery", "other"),
        ("MovePosition", "other"),
        ("Unheard", "other"),
    ],
)
def test_every_kind_of_execution_has_our_word(said: str, wanted: str) -> None:
    assert execution_reported({**EXECUTION, "execType": said}).kind == wanted


def test_an_execution_of_a_stop_is_known_by_what_created_it_too() -> None:
    assert execution_reported({**EXECUTION, "createType": "CreateByStopLoss"}).kind == "stop"


@pytest.mark.parametrize("name", ["execType", "execId", "execQty", "execPrice", "execTime", "side", "symbol"])
def test_an_execution_that_lacks_a_field_is_refused_with_its_name(name: str) -> None:
    with pytest.raises(FeedMalformed, match=name):
        execution_reported({key: value for key, value in EXECUTION.items() if key != name})


def test_a_position_is_told_alike_by_lists_and_streams() -> None:
    streamed = position_reported(POSITION)
    listed = position_reported({**POSITION, "entryPrice": "", "avgPrice": "3641.075"})
    assert streamed == listed
    assert (streamed.side, streamed.quantity, streamed.stop) == (-1, Decimal("0.01"), None)


def test_a_flat_position_has_no_side_and_no_price() -> None:
    told = position_reported(
        {"positionIdx": 0, "symbol": "BTCUSDT", "side": "", "size": "0", "avgPrice": "", "seq": -1}
    )
    assert (told.side, told.seq, told.ts) == (0, -1, 0)
    assert told.quantity == told.entry_price == Decimal(0)


@pytest.mark.parametrize(
    ("change", "name"),
    [({"positionIdx": 1}, "one-way"), ({"side": ""}, "side"), ({"size": "-1"}, "size"), ({"seq": None}, "seq")],
)
def test_a_position_that_cannot_be_believed_is_refused(change: dict[str, Any], name: str) -> None:
    with pytest.raises(FeedMalformed, match=name):
        position_reported({**POSITION, **change})


def test_the_wallet_is_the_settlement_coins_and_absent_where_that_is() -> None:
    item = {"coin": [{"coin": "BTC", "equity": "1", "walletBalance": "1"}]}
    usdt = {"coin": "USDT", "equity": "10226.2", "walletBalance": "9647.7"}
    assert wallet_reported(item, 5) is None
    told = wallet_reported({"coin": [*item["coin"], usdt]}, 5)
    assert told is not None
    assert (told.equity, told.balance, told.ts) == (Decimal("10226.2"), Decimal("9647.7"), 5)


def test_candles_of_lists_and_streams_are_the_same() -> None:
    row = ["60000", "1.0", "2.0", "0.5", "1.5", "7", "9"]
    item = {"start": 60000, "open": "1.0", "high": "2.0", "low": "0.5", "close": "1.5", "volume": "7", "confirm": True}
    assert candle(row) == candle(item) == (60_000, 1.0, 2.0, 0.5, 1.5, 7.0)


@pytest.mark.parametrize(
    ("row", "name"),
    [
        (["60000", "1.0", "0.9", "0.5", "1.5", "7"], "high"),
        (["60000", "1.0", "2.0", "1.2", "1.5", "7"], "high"),
        (["60000", "0", "2.0", "0", "1.5", "7"], "open"),
        (["x", "1.0", "2.0", "0.5", "1.5", "7"], "start"),
        (["60000", "1.0"], "candle"),
        ("60000", "candle"),
    ],
)
def test_a_candle_that_cannot_be_is_refused(row: Any, name: str) -> None:
    with pytest.raises(FeedMalformed, match=name):
        candle(row)


def test_intervals_are_spelled_and_others_refused() -> None:
    assert [interval(each * MINUTE_MS) for each in (1, 15, 240)] == ["1", "15", "240"]
    assert interval(DAY_MS) == "D"
    with pytest.raises(ConfigurationError, match="no candles"):
        interval(7 * MINUTE_MS)


def test_the_venues_time_is_read_to_the_ms() -> None:
    assert venue_time({"timeSecond": "1688639403", "timeNano": "1688639403423213947"}) == 1_688_639_403_423


def test_every_captured_message_of_a_linear_account_is_understood(shared_data: Path) -> None:
    folder = shared_data / "api" / "bybit" / "captured"
    if not folder.is_dir():
        pytest.skip(f"captured messages are absent: {folder}")
    readers: dict[str, Any] = {
        "http_get_orders_*": order_reported,
        "ws_account_order*": order_reported,
        "http_get_executions*": execution_reported,
        "ws_account_execution.json": execution_reported,
        "http_get_positions*": position_reported,
        "ws_account_position.json": position_reported,  # the other was cut to a few fields
        "ws_account_wallet*": lambda item: wallet_reported(item, 0),
        "http_get_wallet_balance*": lambda item: wallet_reported(item, 0),
        "http_get_klines_linear*": candle,
        "ws_kline*": candle,
        "http_get_instruments_linear*": contract,
    }
    understood = 0
    for pattern, read in readers.items():
        for path in sorted(folder.glob(pattern)):
            said = json.loads(path.read_text("utf-8"))
            items = said["data"] if "data" in said else said.get("result", {}).get("list", [said])
            for item in items:
                if not isinstance(item, dict) or item.get("category", "linear") == "linear":
                    read(item)
                    understood += 1
    assert understood > 20
