from decimal import Decimal

import pytest

from actors.adapters.sandbox.exchange.refusal import Code
from core.durations import MINUTE_MS
from tests.actors.adapters.sandbox.stall import START, Stall, stall

FALL = [(START, START, START, START), (START, START, 59_000.0, 59_000.0)]


def stops(trader: Stall) -> dict[str, str]:
    rows = trader.do("/v5/order/realtime", orderFilter="StopOrder")["list"]
    return {row["stopOrderType"]: row["qty"] for row in rows}


def test_a_stop_on_the_entry_order_protects_the_position_and_follows_its_size() -> None:
    trader = stall()
    trader.order("Buy", "0.3", stopLoss="59500", takeProfit="61000")
    assert stops(trader) == {"StopLoss": "0.300", "TakeProfit": "0.300"}
    trader.order("Sell", "0.1", reduceOnly=True)
    assert stops(trader) == {"StopLoss": "0.200", "TakeProfit": "0.200"}
    trader.order("Buy", "0.2")
    assert stops(trader) == {"StopLoss": "0.400", "TakeProfit": "0.400"}
    trader.order("Sell", "0.4", reduceOnly=True)
    assert stops(trader) == {}


def test_a_stop_loss_closes_the_position_at_the_market_and_takes_the_target_with_it() -> None:
    trader = stall(FALL)
    trader.order("Buy", "0.3", stopLoss="59500", takeProfit="61000")
    trader.pass_minutes(2)
    assert trader.position()["size"] == "0"
    assert stops(trader) == {}
    last = trader.executions()[0]
    assert (last["stopOrderType"], last["createType"], last["closedSize"]) == ("StopLoss", "CreateByStopLoss", "0.300")
    assert float(last["execPrice"]) <= 59_500
    ended = {event.row["stopOrderType"]: event.row["orderStatus"] for event in trader.told if event.topic == "order"}
    assert ended == {"": "Filled", "StopLoss": "Filled", "TakeProfit": "Deactivated"}


def test_a_short_position_is_stopped_above_and_takes_profit_below() -> None:
    trader = stall(FALL)
    trader.order("Sell", "0.3", stopLoss="60500", takeProfit="59500")
    trader.pass_minutes(2)
    assert trader.executions()[0]["stopOrderType"] == "TakeProfit"
    assert trader.wallet() > 100_000


def test_trading_stop_moves_and_removes_and_says_when_nothing_changed() -> None:
    trader = stall()
    trader.order("Buy", "0.3")
    trader.do("/v5/position/trading-stop", stopLoss="59000", takeProfit="61000")
    trader.do("/v5/position/trading-stop", stopLoss="59500")
    row = trader.position()
    assert (row["stopLoss"], row["takeProfit"]) == ("59500.00", "61000.00")
    assert trader.ask("/v5/position/trading-stop", stopLoss="59500").code == Code.NOT_MODIFIED
    assert trader.ask("/v5/position/trading-stop").code == Code.NOT_MODIFIED
    assert trader.ask("/v5/position/trading-stop", stopLoss="60500").code == Code.PARAMETER
    trader.do("/v5/position/trading-stop", stopLoss="0")
    row = trader.position()
    assert (row["stopLoss"], row["takeProfit"]) == ("0", "61000.00")


def test_a_trailing_stop_follows_the_best_price_and_never_steps_back() -> None:
    up_and_back = [
        (START, START, START, START),
        (START, 60_500.0, START, 60_500.0),
        (60_500.0, 60_500.0, 60_250.0, 60_250.0),
    ]
    trader = stall(up_and_back)
    trader.order("Buy", "0.3")
    trader.do("/v5/position/trading-stop", trailingStop="200")
    assert trader.position()["trailingStop"] == "200.00"
    trader.pass_minutes(2)
    assert trader.position()["size"] == "0.300"
    trader.pass_minutes(1)
    last = trader.executions()[0]
    assert last["stopOrderType"] == "TrailingStop"
    assert 60_250 < float(last["execPrice"]) <= 60_300


def test_a_trailing_stop_with_an_activation_price_sleeps_until_then() -> None:
    trader = stall(FALL)
    trader.order("Buy", "0.3")
    trader.do("/v5/position/trading-stop", trailingStop="200", activePrice="60500")
    trader.pass_minutes(2)
    assert trader.position()["size"] == "0.300"


def test_of_a_partial_bracket_the_one_half_goes_when_the_other_triggers() -> None:
    trader = stall(FALL)
    trader.order("Buy", "0.3")
    trader.do(
        "/v5/position/trading-stop",
        tpslMode="Partial",
        stopLoss="59500",
        takeProfit="61000",
        tpSize="0.1",
        slSize="0.1",
    )
    assert stops(trader) == {"PartialStopLoss": "0.100", "PartialTakeProfit": "0.100"}
    trader.pass_minutes(2)
    assert stops(trader) == {}
    assert trader.position()["size"] == "0.200"


def test_funding_is_paid_each_interval_and_its_execution_carries_the_whole_size() -> None:
    trader = stall([(START, START, START, START)] * 300)
    trader.order("Buy", "0.5")
    before = trader.wallet()
    trader.pass_minutes(239)
    assert trader.wallet() == before
    trader.pass_minutes(2)
    row = trader.executions()[0]
    assert (row["execType"], row["execQty"], row["closedSize"], row["orderLinkId"]) == ("Funding", "0.500", "0.000", "")
    assert int(row["execTime"]) % (480 * MINUTE_MS) == 0
    assert before - trader.wallet() == Decimal(row["execFee"]) == Decimal("0.5") * Decimal(row["markPrice"]) / 10_000
    assert trader.position()["size"] == "0.500"
    assert [event.topic for event in trader.told if event.ts == int(row["execTime"])].count("wallet") == 1


def test_a_position_that_cannot_be_maintained_is_liquidated_at_the_price_that_leaves_nothing() -> None:
    trader = stall([(START, START, START, START), (START, START, 52_000.0, 52_000.0)], mark_lag_ms=0)
    trader.do("/v5/position/set-leverage", buyLeverage="50", sellLeverage="50")
    trader.order("Buy", "15")
    resting = trader.order("Buy", "0.1", price="52500")
    told = float(trader.position()["liqPrice"])
    trader.pass_minutes(2)
    last = trader.executions()[0]
    assert (last["execType"], last["orderLinkId"], last["createType"]) == ("BustTrade", "", "CreateByLiq")
    assert trader.position()["size"] == "0"
    assert abs(trader.wallet()) < 1_000
    assert float(last["markPrice"]) == pytest.approx(told, rel=0.002)
    assert trader.state(resting)["cancelType"] == "CancelAllBeforeLiq"
    assert [event.row["S"] for event in trader.told if event.topic == "allLiquidation"] == ["Buy"]
    assert "Liq" in [event.row["positionStatus"] for event in trader.told if event.topic == "position"]


def test_wallet_and_positions_agree_with_the_executions_to_the_last_digit() -> None:
    wave = [(START, 60_400.0, 59_600.0, 60_200.0), (60_200.0, 60_300.0, 59_700.0, 59_800.0)] * 20
    trader = stall(wave)
    for number in range(12):
        trader.order(
            "Buy" if number % 3 else "Sell", f"0.{number + 7:03d}", stopLoss="50000" if number % 3 else "70000"
        )
        trader.order("Sell", "0.013", price="60350")
        trader.pass_minutes(3)
    rows = trader.executions()
    cash = sum((Decimal(row["execFee"]) for row in rows), Decimal(0))
    profits = (Decimal(event.row["execPnl"]) for event in trader.told if event.topic == "execution")
    profit = sum(profits, Decimal(0))
    assert len(rows) >= 24
    assert trader.wallet() == 100_000 + profit - cash
    row = trader.position()
    assert trader.wallet() - 100_000 == Decimal(row["cumRealisedPnl"])
