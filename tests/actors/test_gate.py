"""The order gate: each condition of an opening order (I3, I4, I10, I12), and exits always."""

from decimal import Decimal
from math import nan

import pytest

from actors.gate import OrderGate
from core.notices import ConnectionChanged, OrderLeft, OrderLost, RegimeAssessed, RiskChanged, SessionChanged
from core.reasons import Reason
from core.regime.params import RegimeParams
from core.regime.permissions import permit
from core.trading.adoption import ProtectPosition
from core.trading.orders import AmendOrder, CancelOrder, MoveStop, PlaceOrder, ReplaceRefused
from core.verdict import Approved
from tests.actors.stage import SYMBOL, reborn, request, told

ORDERS = f"{SYMBOL}/order"


def assessed(regime: str) -> RegimeAssessed:
    return RegimeAssessed(regime, nan, permit(regime, None, RegimeParams()), None)


def ready() -> OrderGate:
    gate = OrderGate(venue="venue")
    for view in (
        SessionChanged("trading"),
        ConnectionChanged("market", "live"),
        assessed("RISK_ON"),
        RiskChanged("normal", 1000.0, 0),
    ):
        assert gate.receive(view, 0) == ()
    return gate


def refusal(gate: OrderGate, **changes: object) -> str:
    effects = gate.receive(PlaceOrder(request(**changes)), 1)  # type: ignore[arg-type]  # an order's own fields
    assert told(effects, "venue") == []
    (refused,) = told(effects, ORDERS)
    assert refused.reason is Reason.ORDER_REFUSED_BY_GATE
    return str(refused.detail)


def test_an_order_for_which_all_holds_reaches_the_venue_approved() -> None:
    order = request()
    assert told(ready().receive(PlaceOrder(order), 1), "venue") == [Approved(order)]


def test_a_new_gate_lets_nothing_open() -> None:
    assert refusal(OrderGate(venue="venue")) == "the session is starting, not trading"


CONDITIONS = [
    (SessionChanged("paused"), "the session is paused, not trading"),
    (SessionChanged("stopping"), "the session is stopping, not trading"),
    (ConnectionChanged("market", "stale"), "the market stream is stale, not live"),
    (assessed("RISK_OFF"), "the regime RISK_OFF permits no entry"),
    (assessed("DECOUPLED"), "the regime DECOUPLED permits no entry"),
    (RiskChanged("halted_for_day", 1000.0, 0), "risk is halted_for_day"),
    (RiskChanged("halted_for_week", 1000.0, 0), "risk is halted_for_week"),
    (OrderLost(SYMBOL, "cw-exit-9"), "the outcome of cw-exit-9 is not known"),
]


@pytest.mark.parametrize(("view", "text"), CONDITIONS)
def test_each_condition_refuses_in_its_own_words(view: object, text: str) -> None:
    gate = ready()
    gate.receive(view, 0)
    assert refusal(gate) == text


@pytest.mark.parametrize(("view", "text"), CONDITIONS)
@pytest.mark.parametrize("role", ["partial", "target", "exit"])
def test_exits_always_pass(view: object, text: str, role: str) -> None:
    gate = ready()
    gate.receive(view, 0)
    order = request(role)
    assert told(gate.receive(PlaceOrder(order), 1), "venue") == [Approved(order)], text


def test_a_reduced_account_may_open() -> None:
    gate = ready()
    gate.receive(RiskChanged("reduced", 1000.0, 0), 0)
    assert told(gate.receive(PlaceOrder(request()), 1), "venue") != []


def test_another_streams_health_is_not_the_markets() -> None:
    gate = ready()
    gate.receive(ConnectionChanged("orders", "stale"), 0)
    assert told(gate.receive(PlaceOrder(request()), 1), "venue") != []


def test_one_opening_order_per_symbol_is_in_flight() -> None:
    gate = ready()
    gate.receive(PlaceOrder(request()), 1)
    assert refusal(gate, number=2) == "cw-entry-1 is still in flight"
    other = request(symbol="ETHUSDT", number=3)
    assert told(gate.receive(PlaceOrder(other), 2), "venue") == [Approved(other)]
    gate.receive(OrderLeft(SYMBOL, "cw-entry-0"), 3)  # an older one
    assert refusal(gate, number=2) == "cw-entry-1 is still in flight"
    gate.receive(OrderLeft(SYMBOL, "cw-entry-1"), 4)
    assert told(gate.receive(PlaceOrder(request(number=2)), 5), "venue") != []


def test_a_closing_order_is_no_opening_one_in_flight() -> None:
    gate = ready()
    gate.receive(PlaceOrder(request("exit")), 1)
    assert told(gate.receive(PlaceOrder(request()), 2), "venue") != []


def test_an_unknown_outcome_blocks_until_it_is_resolved() -> None:
    gate = ready()
    gate.receive(OrderLost(SYMBOL, "cw-entry-1"), 0)
    assert refusal(gate, number=2)
    gate.receive(OrderLeft(SYMBOL, "cw-entry-1"), 1)
    assert told(gate.receive(PlaceOrder(request(number=2)), 2), "venue") != []


@pytest.mark.parametrize(
    "message",
    [
        CancelOrder(SYMBOL, "cw-1", Reason.EXIT_TIME),
        MoveStop(SYMBOL, f"{SYMBOL}/position/1", request().quantity),
        ProtectPosition(SYMBOL, f"{SYMBOL}/position/1", 1, request().quantity),
    ],
)
def test_cancels_and_stop_moves_pass_a_gate_that_is_shut(message: object) -> None:
    assert told(OrderGate(venue="venue").receive(message, 0), "venue") == [message]


def test_what_is_in_flight_comes_back_after_a_restart() -> None:
    old = ready()
    old.receive(PlaceOrder(request()), 1)
    old.receive(OrderLost("ETHUSDT", "cw-9"), 1)
    old.receive(RiskChanged("halted_for_day", 1000.0, 0), 1)
    again = reborn(old, OrderGate(venue="venue"))
    assert again.view() == {"opening": {SYMBOL: "cw-entry-1"}, "unknown": {"cw-9": "ETHUSDT"}}
    for view in (SessionChanged("trading"), ConnectionChanged("market", "live"), assessed("RISK_ON")):
        again.receive(view, 2)
    assert refusal(again, number=2) == "risk is halted_for_day"


def test_a_re_quote_passes_while_its_own_entry_is_in_flight_and_nothing_is_shut() -> None:
    gate = ready()
    gate.receive(PlaceOrder(request()), 1)
    move = AmendOrder(SYMBOL, "cw-entry-1", Decimal(100))
    assert told(gate.receive(move, 2), "venue") == [move]


def test_a_re_quote_is_refused_where_its_entry_would_be() -> None:
    gate = ready()
    gate.receive(RiskChanged("halted_for_day", 1000.0, 0), 1)
    effects = gate.receive(AmendOrder(SYMBOL, "cw-entry-1", Decimal(100)), 2)
    refused = ReplaceRefused("cw-entry-1", None, Reason.ORDER_REFUSED_BY_GATE, "risk is halted_for_day")
    assert (told(effects, ORDERS), told(effects, "venue")) == ([refused], [])
