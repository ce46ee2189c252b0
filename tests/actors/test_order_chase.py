"""The order keeper where entries are chased: what it sends, moves and takes back, and what it tells the position."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from actors.kernel.effects import CancelTimer, Effects, SetTimer
from actors.order import OrderKeeper
from core.book.sample import FeatureSample
from core.message import revised
from core.messages import TimerFired
from core.notices import OrderLeft, OrderLost
from core.reasons import Reason
from core.trading.chase import Chase
from core.trading.entry import EntryParams
from core.trading.orders import (
    AmendOrder,
    CancelOrder,
    LegEnded,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderReplaced,
    PlaceOrder,
    ReplaceRefused,
)
from tests.actors.held import EXACT
from tests.actors.stage import SYMBOL, moves, only, reborn, request, told

ENTRY, NEXT = "cw-entry-1", "cw-entry-2"
POSITION = f"{SYMBOL}/position"
PARAMS = EntryParams(kind="chase", chase_tries=2, chase_budget_bps=100)
CROSSING = replace(PARAMS, chase_then="cross")
QUOTED = ("ORDER_SUBMITTED", "CHASE_QUOTED")


def sample(bid: float, ts: int) -> FeatureSample:
    return FeatureSample(SYMBOL, ts, at_close=False, book="", bid=bid, ask=bid + 0.1)


def chased(number: int = 1) -> Any:
    """A market entry; of one that follows, only the chase knows what it was decided at."""
    return request(number=number, reference_price=100.0 if number == 1 else None)


def keeper(params: EntryParams = PARAMS) -> OrderKeeper:
    return OrderKeeper(SYMBOL, Chase(params, EXACT))


def resting(params: EntryParams = PARAMS) -> OrderKeeper:
    """An entry that rests at 100 since 0."""
    orders = keeper(params)
    orders.receive(sample(100.0, 0), 0)
    effects = orders.receive(PlaceOrder(chased()), 0)
    assert moves(effects) == [("init", "pending_new", QUOTED)]
    assert only(effects, SetTimer) == [SetTimer("chase", 60_000)]
    assert told(effects, "gate") == [PlaceOrder(revised(chased(), price=Decimal("100.0"), post_only=True))]
    orders.receive(OrderAccepted(ENTRY), 1)
    return orders


def seen(orders: OrderKeeper, bid: float, now: int) -> Effects:
    return orders.receive(sample(bid, now), now)


def replaced(orders: OrderKeeper, bid: str, now: int) -> None:
    """The touch moves there, and so does the order."""
    effects = seen(orders, float(bid), now)
    assert moves(effects) == [("request_replace", "pending_replace", ("CHASE_REQUOTED",))]
    assert told(effects, "gate") == [AmendOrder(SYMBOL, ENTRY, Decimal(bid))]
    effects = orders.receive(OrderReplaced(ENTRY, Decimal(bid)), now)
    assert moves(effects) == [("replace", "new", ("ORDER_REPLACED",))]


def test_where_entries_are_not_chased_samples_do_not_concern_it() -> None:
    assert not OrderKeeper(SYMBOL).wants(sample(100.0, 0))
    assert "chase" not in OrderKeeper(SYMBOL).save()  # type: ignore[operator]  # a mapping
    assert keeper().wants(sample(100.0, 0))
    assert not keeper().wants(replace(sample(100.0, 0), symbol="ETHUSDT"))


def test_without_a_quote_the_entry_crosses_at_once_and_says_so() -> None:
    effects = keeper().receive(PlaceOrder(chased()), 0)
    assert moves(effects) == [("init", "pending_new", ("ORDER_SUBMITTED", "CHASE_NO_QUOTE"))]
    assert told(effects, "gate") == [PlaceOrder(chased())]


def test_an_order_with_a_price_of_its_own_is_not_chased() -> None:
    fade = request(post_only=True, price=Decimal(99))
    assert told(keeper().receive(PlaceOrder(fade), 0), "gate") == [PlaceOrder(fade)]


def test_it_follows_the_touch_and_fills() -> None:
    orders = resting()
    replaced(orders, "100.1", 1_000)
    replaced(orders, "100.2", 2_000)
    assert orders.view()["orders"][0]["price"] == 100.2  # type: ignore[call-overload,index]  # a list of orders
    done = OrderFilled(ENTRY, Decimal(2), 100.2, 0.1, maker=True, complete=True, stop_price=96.2)
    assert CancelTimer("chase") in orders.receive(done, 2_500)
    assert seen(orders, 101.0, 9_000) == ()


def test_an_order_that_is_not_acknowledged_yet_is_not_moved() -> None:
    orders = keeper()
    orders.receive(sample(100.0, 0), 0)
    orders.receive(PlaceOrder(chased()), 0)
    assert seen(orders, 100.1, 1_000) == ()


def test_beyond_the_budget_the_entry_is_refused_before_it_is_sent() -> None:
    orders = keeper()
    orders.receive(sample(101.1, 0), 0)
    effects = orders.receive(PlaceOrder(chased()), 0)
    assert [event for event, *_ in moves(effects)] == ["init", "reject"]
    assert told(effects, POSITION) == [LegEnded("entry", ENTRY, Reason.CHASE_OUT_OF_BUDGET)]
    assert told(effects, "gate") == [OrderLeft(SYMBOL, ENTRY)]
    facts = effects[-4].facts  # type: ignore[union-attr]  # the refusal
    assert (facts["value"], facts["threshold"]) == (pytest.approx(110.0), 100)


def test_out_of_tries_it_is_taken_back_and_over() -> None:
    orders = resting()
    replaced(orders, "100.1", 1_000)
    replaced(orders, "100.2", 2_000)
    effects = seen(orders, 100.3, 3_000)
    assert moves(effects) == [("request_cancel", "pending_cancel", ("CHASE_OUT_OF_TRIES",))]
    assert told(effects, "gate") == [CancelOrder(SYMBOL, ENTRY, Reason.CHASE_OUT_OF_TRIES)]
    assert seen(orders, 100.4, 4_000) == ()
    effects = orders.receive(OrderCanceled(ENTRY, Reason.CHASE_OUT_OF_TRIES), 4_000)
    assert told(effects, POSITION) == [LegEnded("entry", ENTRY, Reason.CHASE_OUT_OF_TRIES)]
    assert CancelTimer("chase") in effects


@pytest.mark.parametrize("is_sent", [True, False])
def test_out_of_time_it_is_taken_back_whatever_it_waits_for(*, is_sent: bool) -> None:
    orders = resting()
    if is_sent:
        seen(orders, 100.1, 1_000)
    effects = orders.receive(TimerFired(orders.address, "chase"), 60_000)
    assert told(effects, "gate") == [CancelOrder(SYMBOL, ENTRY, Reason.CHASE_OUT_OF_TIME)]


def crossing() -> OrderKeeper:
    """Out of tries, taken back in order to cross."""
    orders = resting(replace(CROSSING, chase_tries=0))
    effects = seen(orders, 100.1, 1_000)
    assert moves(effects) == [("request_cancel", "pending_cancel", ("CHASE_OUT_OF_TRIES", "CHASE_CROSSED"))]
    return orders


def test_it_crosses_with_the_rest_once_the_cancel_is_final() -> None:
    orders = crossing()
    effects = orders.receive(OrderCanceled(ENTRY, Reason.CHASE_CROSSED), 1_100)
    assert told(effects, POSITION) == [LegEnded("entry", ENTRY, Reason.CHASE_CROSSED)]
    assert only(effects, CancelTimer) == []
    follows = revised(chased(2), quantity=Decimal("0.5"))
    effects = orders.receive(PlaceOrder(follows), 1_100)
    assert moves(effects) == [("init", "pending_new", ("ORDER_SUBMITTED", "CHASE_CROSSED"))]
    (sent,) = told(effects, "gate")
    assert (sent.request.price, sent.request.post_only, sent.request.quantity) == (None, False, Decimal("0.5"))
    assert sent.request.reference_price == pytest.approx(100.2)


def test_a_fill_that_overtakes_the_cancel_ends_the_chase() -> None:
    orders = crossing()
    done = OrderFilled(ENTRY, Decimal(2), 100.0, 0.1, maker=True, complete=True, stop_price=96.0)
    assert CancelTimer("chase") in orders.receive(done, 1_100)


def crossed_by() -> OrderKeeper:
    """The venue refused the quote because it would have taken; the order that follows waits for the next sample."""
    orders = resting()
    effects = orders.receive(OrderCanceled(ENTRY, Reason.POST_ONLY_WOULD_CROSS), 500)
    assert told(effects, POSITION) == [LegEnded("entry", ENTRY, Reason.POST_ONLY_WOULD_CROSS)]
    effects = orders.receive(PlaceOrder(chased(2)), 500)
    assert (moves(effects), told(effects, "gate")) == ([], [])
    return orders


def test_an_entry_that_would_have_crossed_is_quoted_anew_at_the_next_sample() -> None:
    effects = seen(crossed_by(), 99.9, 1_000)
    assert moves(effects) == [("init", "pending_new", ("ORDER_SUBMITTED", "CHASE_REQUOTED"))]
    (sent,) = told(effects, "gate")
    assert (sent.request.client_order_id, sent.request.price) == (NEXT, Decimal("99.9"))
    assert sent.request.reference_price == 100.0


def test_a_re_quote_that_would_have_crossed_is_followed_by_an_order_at_the_next_sample() -> None:
    orders = resting()
    seen(orders, 100.1, 1_000)
    orders.receive(OrderCanceled(ENTRY, Reason.POST_ONLY_WOULD_CROSS), 1_100)
    orders.receive(PlaceOrder(chased(2)), 1_100)
    assert [each.request.price for each in told(seen(orders, 99.9, 2_000), "gate")] == [Decimal("99.9")]


def test_one_that_waits_is_taken_back_without_asking_anyone() -> None:
    orders = crossed_by()
    effects = orders.receive(CancelOrder(SYMBOL, NEXT, Reason.OPERATOR_PAUSE), 600)
    assert told(effects, POSITION) == [LegEnded("entry", NEXT, Reason.OPERATOR_PAUSE)]
    assert told(effects, "gate") == []
    assert seen(orders, 99.9, 1_000) == ()


def test_one_that_waits_ends_when_its_time_is_over() -> None:
    effects = crossed_by().receive(TimerFired(f"{SYMBOL}/order", "chase"), 60_000)
    assert told(effects, POSITION) == [LegEnded("entry", NEXT, Reason.CHASE_OUT_OF_TIME)]


def test_a_re_quote_that_is_refused_leaves_the_order_where_it_was_and_the_chase_goes_on() -> None:
    orders = resting()
    seen(orders, 100.1, 1_000)
    refused = ReplaceRefused(ENTRY, Decimal(100), Reason.VENUE_REQUEST_REFUSED, "why")
    effects = orders.receive(refused, 1_100)
    assert moves(effects) == [("refuse_replace", "new", ("REPLACE_NOT_MADE", "VENUE_REQUEST_REFUSED"))]
    assert told(seen(orders, 100.1, 2_000), "gate") == [AmendOrder(SYMBOL, ENTRY, Decimal("100.1"))]


def test_a_re_quote_that_the_gate_refuses_takes_the_entry_back() -> None:
    orders = resting()
    seen(orders, 100.1, 1_000)
    effects = orders.receive(ReplaceRefused(ENTRY, None, Reason.ORDER_REFUSED_BY_GATE, "risk is halted_for_day"), 1_000)
    assert [event for event, *_ in moves(effects)] == ["refuse_replace", "request_cancel"]
    assert told(effects, "gate") == [CancelOrder(SYMBOL, ENTRY, Reason.ORDER_REFUSED_BY_GATE)]


def test_a_re_quote_of_unknown_outcome_is_known_again_by_where_the_order_rests() -> None:
    orders = resting()
    seen(orders, 100.1, 1_000)
    assert moves(orders.receive(OrderLost(SYMBOL, ENTRY), 1_100)) == [("lose_track", "unknown", ("OUTCOME_UNKNOWN",))]
    assert seen(orders, 100.2, 2_000) == ()
    effects = orders.receive(OrderReplaced(ENTRY, Decimal("100.1")), 2_100)
    assert moves(effects) == [("accept", "new", ("UNKNOWN_RESOLVED", "ORDER_REPLACED"))]


def test_a_part_filled_while_a_re_quote_is_under_way_waits_for_its_outcome() -> None:
    orders = resting()
    seen(orders, 100.1, 1_000)
    part = OrderFilled(ENTRY, Decimal(1), 100.0, 0.1, maker=True, complete=False, stop_price=None)
    assert moves(orders.receive(part, 1_100)) == [("fill", "partially_filled", ("ORDER_PARTIALLY_FILLED",))]
    assert seen(orders, 100.2, 2_000) == ()
    assert orders.receive(OrderLost(SYMBOL, ENTRY), 2_000) == ()
    assert moves(orders.receive(OrderReplaced(ENTRY, Decimal("100.1")), 2_100)) == []
    assert moves(seen(orders, 100.2, 3_000))[0][0] == "request_replace"


def test_a_restart_in_mid_chase_goes_on() -> None:
    orders = resting()
    seen(orders, 100.1, 1_000)
    again = reborn(orders, keeper())
    assert again.save() == orders.save()
    again.receive(OrderReplaced(ENTRY, Decimal("100.1")), 1_500)
    assert told(seen(again, 100.2, 2_000), "gate") == [AmendOrder(SYMBOL, ENTRY, Decimal("100.2"))]
    waits = reborn(crossed_by(), keeper())
    assert [each.request.client_order_id for each in told(seen(waits, 99.9, 1_000), "gate")] == [NEXT]
