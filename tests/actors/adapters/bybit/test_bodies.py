"""What we ask for, in Bybit's words, or not at all."""

import pytest

from actors.adapters.bybit.translate import cancel_body, place_body, set_stop_body
from core.errors import InvariantBroken
from core.message import Facts

PLACE: Facts = {
    "symbol": "BTCUSDT",
    "side": 1,
    "quantity": "0.010",
    "price": None,
    "post_only": False,
    "reduce_only": False,
    "stop": None,
    "ioc": False,
}


def test_a_market_entry_carries_its_stop_and_says_what_triggers_it() -> None:
    assert place_body("e-1", {**PLACE, "stop": "58000.0"}) == {
        "category": "linear",
        "symbol": "BTCUSDT",
        "side": "Buy",
        "orderType": "Market",
        "qty": "0.010",
        "positionIdx": 0,
        "orderLinkId": "e-1",
        "reduceOnly": False,
        "stopLoss": "58000.0",
        "slTriggerBy": "LastPrice",
        "tpslMode": "Full",
    }


@pytest.mark.parametrize(("change", "wanted"), [({}, "GTC"), ({"post_only": True}, "PostOnly"), ({"ioc": True}, "IOC")])
def test_a_limit_order_says_how_long_it_stays(change: Facts, wanted: str) -> None:
    body = place_body("e-1", {**PLACE, "price": "60000.5", "side": -1, **change}, trigger_by="MarkPrice")
    assert (body["orderType"], body["price"], body["timeInForce"], body["side"]) == ("Limit", "60000.5", wanted, "Sell")
    assert "slTriggerBy" not in body


@pytest.mark.parametrize(
    "change",
    [
        {"quantity": "1e-5"},
        {"quantity": "0.000"},
        {"quantity": 0.01},
        {"quantity": "-1"},
        {"price": "NaN"},
        {"stop": "0"},
        {"side": 0},
        {"post_only": True},
        {"reduce_only": True, "stop": "58000"},
    ],
)
def test_an_order_that_cannot_be_meant_is_never_put_into_words(change: Facts) -> None:
    with pytest.raises(InvariantBroken):
        place_body("e-1", {**PLACE, **change})


def test_a_cancel_names_the_order_and_a_stop_the_position() -> None:
    assert cancel_body("e-1", {"symbol": "BTCUSDT"})["orderLinkId"] == "e-1"
    body = set_stop_body({"symbol": "BTCUSDT", "stop": "58000.0"})
    assert (body["stopLoss"], body["tpslMode"], body["positionIdx"]) == ("58000.0", "Full", 0)
