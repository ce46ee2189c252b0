"""The order keeper: every path of an order until it is final."""

from decimal import Decimal

import pytest

from actors.order import OrderKeeper
from core.notices import OrderLeft
from core.reasons import Reason
from core.trading.orders import (
    CancelOrder,
    LegEnded,
    LegFilled,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderRefused,
    PlaceOrder,
    StopFilled,
)
from machines.instance import ChartRefused
from tests.actors.stage import SYMBOL, events, moves, reborn, request, told

ENTRY = "cw-entry-1"
POSITION = f"{SYMBOL}/position"


def placed(role: str = "entry") -> OrderKeeper:
    keeper = OrderKeeper(SYMBOL)
    order = request(role)
    effects = keeper.receive(PlaceOrder(order), 0)
    assert moves(effects) == [("init", "pending_new", ("ORDER_SUBMITTED",))]
    assert told(effects, "gate") == [PlaceOrder(order)]
    return keeper


def accepted(role: str = "entry") -> OrderKeeper:
    keeper = placed(role)
    effects = keeper.receive(OrderAccepted(f"cw-{role}-1"), 1)
    assert moves(effects) == [("accept", "new", ("ORDER_ACCEPTED",))]
    return keeper


def fill(quantity: str, *, complete: bool, role: str = "entry") -> OrderFilled:
    return OrderFilled(f"cw-{role}-1", Decimal(quantity), 100.0, 0.1, maker=False, complete=complete, stop_price=96.0)


def cancel(client_order_id: str = ENTRY) -> CancelOrder:
    return CancelOrder(SYMBOL, client_order_id, Reason.ORDER_EXPIRED)


def test_a_filled_entry_reaches_its_position_and_clears_the_way() -> None:
    keeper = accepted()
    done = fill("2", complete=True)
    effects = keeper.receive(done, 2)
    assert moves(effects) == [("fill", "filled", ("ORDER_FILLED",))]
    assert told(effects, POSITION) == [LegFilled("entry", done)]
    assert told(effects, "gate") == [OrderLeft(SYMBOL, ENTRY)]
    assert keeper.view() == {"orders": []}


def test_a_part_filled_entry_stays_in_the_way() -> None:
    keeper = accepted()
    effects = keeper.receive(fill("1", complete=False), 2)
    assert moves(effects) == [("fill", "partially_filled", ("ORDER_PARTIALLY_FILLED",))]
    assert told(effects, "gate") == []
    assert events(keeper.receive(fill("1", complete=True), 3)) == ["fill"]


def test_a_closing_order_is_not_in_anyones_way() -> None:
    effects = accepted("target").receive(fill("2", complete=True, role="target"), 2)
    assert told(effects, "gate") == []


def test_a_fill_may_overtake_the_acceptance() -> None:
    assert events(placed().receive(fill("2", complete=True), 1)) == ["fill"]


def test_a_cancel_goes_by_the_gate_and_ends_the_leg() -> None:
    keeper = accepted()
    effects = keeper.receive(cancel(), 2)
    assert moves(effects) == [("request_cancel", "pending_cancel", ("ORDER_EXPIRED",))]
    assert told(effects, "gate") == [cancel()]
    effects = keeper.receive(OrderCanceled(ENTRY, Reason.ORDER_EXPIRED), 3)
    assert moves(effects) == [("cancel", "canceled", ("ORDER_EXPIRED",))]
    assert told(effects, POSITION) == [LegEnded("entry", ENTRY, Reason.ORDER_EXPIRED)]
    assert told(effects, "gate") == [OrderLeft(SYMBOL, ENTRY)]


def test_a_cancel_is_asked_for_once() -> None:
    keeper = accepted()
    keeper.receive(cancel(), 2)
    assert keeper.receive(cancel(), 3) == ()


def test_a_cancel_before_the_acceptance_is_sent_and_whatever_is_answered_first_is_taken() -> None:
    keeper = placed()
    effects = keeper.receive(cancel(), 1)
    assert events(effects) == []
    assert told(effects, "gate") == [cancel()]
    assert events(keeper.receive(OrderAccepted(ENTRY), 2)) == ["accept"]
    assert events(keeper.receive(OrderCanceled(ENTRY, Reason.ORDER_EXPIRED), 3)) == ["cancel"]


def test_a_fill_may_overtake_a_cancel() -> None:
    keeper = accepted()
    keeper.receive(cancel(), 2)
    assert events(keeper.receive(fill("1", complete=False), 3)) == ["fill"]
    assert moves(keeper.receive(fill("1", complete=True), 4)) == [("fill", "filled", ("ORDER_FILLED",))]


def test_a_cancel_of_what_is_gone_is_nothing() -> None:
    keeper = accepted()
    keeper.receive(fill("2", complete=True), 2)
    assert keeper.receive(cancel(), 3) == ()


def test_a_refusal_ends_the_leg_with_its_reason_and_value() -> None:
    keeper = placed()
    refused = OrderRefused(ENTRY, Reason.ORDER_REFUSED_BY_GATE, "risk is halted_for_day", 5.0, 4.0)
    effects = keeper.receive(refused, 1)
    assert moves(effects) == [("reject", "rejected", ("ORDER_REFUSED_BY_GATE",))]
    facts = effects[0].facts  # type: ignore[union-attr]  # a transition
    assert facts == {"detail": "risk is halted_for_day", "value": 5.0, "threshold": 4.0}
    assert told(effects, POSITION) == [LegEnded("entry", ENTRY, Reason.ORDER_REFUSED_BY_GATE)]


def test_an_accepted_order_cannot_be_refused() -> None:
    keeper = accepted()
    with pytest.raises(ChartRefused):
        keeper.receive(OrderRefused(ENTRY, Reason.ORDER_REFUSED_BY_VENUE, "", None, None), 2)


def test_a_stop_passes_through_so_that_it_cannot_overtake_the_entry() -> None:
    stopped = StopFilled(f"{SYMBOL}/position/1", Decimal(2), 96.0, 0.1)
    assert told(accepted().receive(stopped, 2), POSITION) == [stopped]


def test_live_orders_come_back_after_a_restart() -> None:
    old = accepted()
    old.receive(PlaceOrder(request("target", price=Decimal("104.10"))), 2)
    again = reborn(old, OrderKeeper(SYMBOL))
    assert again.save() == old.save()
    assert again.view() == old.view()
    assert events(again.receive(fill("2", complete=True), 3)) == ["fill"]
    created = again.receive(PlaceOrder(request("exit")), 4)[0]
    assert created.instance == f"{SYMBOL}/order/3"  # type: ignore[union-attr]  # a transition
