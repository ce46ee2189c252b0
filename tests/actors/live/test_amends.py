"""A chased entry on a real venue: moved, lost, filled on the way, taken back in order to cross; never doubled."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from core.book.sample import FeatureSample
from core.reasons import Reason
from core.trading.entry import EntryParams
from core.trading.reports import OrderMissing, OrderReported
from tests.actors.live.stand import ENTRY, TAG, Stand, answer, execution, held, report
from tests.actors.stage import SYMBOL

PARAMS = EntryParams(kind="chase", chase_tries=3, chase_budget_bps=100)
CROSSING = replace(PARAMS, chase_tries=0, chase_then="cross")
SECOND = f"{TAG}-1-2-entry"
PART = Decimal("0.5")


def quote(stand: Stand, bid: float) -> Stand:
    """A second later, the touch is there."""
    stand.wait(1_000)
    return stand.hear(FeatureSample(SYMBOL, stand.now, at_close=False, book="", bid=bid, ask=round(bid + 0.1, 1)))


def rests(price: str, status: Any = "new", filled: str = "0", **changes: Any) -> OrderReported:
    return report(ENTRY, status, filled, price=Decimal(price), **changes)


def resting(params: EntryParams = PARAMS) -> Stand:
    """A long entry of 2 that rests at 100, its stop 4 below."""
    stand = quote(Stand(entry=params), 100.0).entering()
    sent = stand.command("place")
    assert (sent.fields["price"], sent.fields["post_only"], sent.fields["stop"]) == ("100.0", True, "96.0")
    return stand.hear(answer(sent), rests("100.0"))


def asked(params: EntryParams = PARAMS) -> Stand:
    """The same, asked to move to 100.1."""
    stand = quote(resting(params), 100.1)
    assert stand.order_states() == {ENTRY: "pending_replace"}
    return stand


def test_an_entry_is_chased_through_three_re_quotes_and_fills_as_a_maker() -> None:
    stand = resting()
    for price, stop in (("100.1", "96.1"), ("100.2", "96.2"), ("100.3", "96.3")):
        sent = quote(stand, float(price)).command("amend")
        assert (sent.key, sent.fields["price"], sent.fields["stop"]) == (ENTRY, price, stop)
        stand.hear(answer(sent), rests(price))
        assert stand.order_states() == {ENTRY: "new"}
    stand.hear(execution("e1", ENTRY, "2", "100.3", maker=True), rests("100.3", "filled", "2"), held("2", "96.3"))
    assert (stand.order_states()[ENTRY], stand.net) == ("filled", "2")
    assert "confirmed" in stand.configuration
    assert stand.commands("set_stop") == []


def test_an_acknowledged_move_counts_once_it_is_reported_and_is_asked_for_where_that_stays_away() -> None:
    stand = asked()
    stand.hear(answer(stand.command("amend")))
    assert stand.order_states() == {ENTRY: "pending_replace"}
    assert stand.wait(1_999).commands() == []
    assert stand.wait(1).command("find_order").key == ENTRY
    assert stand.hear(rests("100.1")).order_states() == {ENTRY: "new"}
    assert stand.wait(60_000).commands("find_order") == []


@pytest.mark.parametrize("outcome", ["refused", "unreachable", "fatal"])
def test_a_refused_move_is_settled_by_the_orders_own_report(outcome: str) -> None:
    stand = asked()
    stand.hear(answer(stand.command("amend"), outcome, "VENUE_REQUEST_REFUSED"))
    assert stand.command("find_order").key == ENTRY
    assert stand.order_states() == {ENTRY: "pending_replace"}
    stand.hear(rests("100.0"))
    assert stand.reasons("order", "refuse_replace") == [("REPLACE_NOT_MADE", "VENUE_REQUEST_REFUSED")]
    assert quote(stand, 100.1).command("amend").fields["price"] == "100.1"


def test_a_move_refused_as_no_change_is_found_done() -> None:
    stand = asked()
    stand.hear(answer(stand.command("amend"), "refused", "VENUE_REQUEST_REFUSED"), rests("100.1"))
    assert stand.reasons("order", "replace") == [("ORDER_REPLACED",)]


def lost() -> Stand:
    """The answer to the move never came."""
    stand = asked()
    stand.hear(answer(stand.command("amend"), "unknown", "VENUE_OUTCOME_UNKNOWN"))
    assert stand.order_states() == {ENTRY: "unknown"}
    assert stand.gate.view()["unknown"] == {ENTRY: SYMBOL}
    assert stand.command("find_order").key == ENTRY
    return stand


def test_a_move_of_unknown_outcome_is_known_by_where_the_order_rests() -> None:
    stand = lost().hear(rests("100.1"))
    assert stand.order_states() == {ENTRY: "new"}
    assert stand.reasons("order", "accept")[-1] == ("UNKNOWN_RESOLVED", "ORDER_REPLACED")
    assert stand.gate.view()["unknown"] == {}


def test_a_move_that_may_still_arrive_is_believed_lost_only_after_a_while_and_many_reports() -> None:
    stand = lost()
    sent, looks = stand.now, 0
    while stand.order_states() == {ENTRY: "unknown"} and stand.now < sent + 60_000:
        asked_for = [each.verb for each in stand.wait(100).commands()]
        assert set(asked_for) <= {"find_order"}
        if asked_for:
            looks += 1
            stand.hear(rests("100.0"))
    assert 30_000 <= stand.now - sent <= 40_000
    assert 3 <= looks <= 10
    assert stand.reasons("order", "accept")[-1][:2] == ("UNKNOWN_RESOLVED", "REPLACE_NOT_MADE")


def test_a_move_of_unknown_outcome_whose_order_is_filled_is_a_position() -> None:
    stand = lost().hear(execution("e1", ENTRY, "2", "100.1"), rests("100.1", "filled", "2"), held("2", "96.1"))
    assert (stand.order_states()[ENTRY], stand.net) == ("filled", "2")
    assert stand.commands("set_stop") == []


@pytest.mark.parametrize(("price", "stop"), [("100.0", "96.0"), ("100.1", "96.1")])
def test_a_fill_under_way_has_the_stop_of_the_price_it_was_made_at(price: str, stop: str) -> None:
    stand = asked().hear(execution("e1", ENTRY, "2", price), held("2", stop))
    assert stand.order_states()[ENTRY] == "filled"
    assert stand.venue.view()["stop"] == {"wanted": float(stop), "held": float(stop)}
    assert stand.commands("set_stop") == []


def test_once_a_part_is_filled_a_move_leaves_the_positions_stop_to_the_position() -> None:
    stand = resting().hear(execution("e1", ENTRY, "0.5", "100"), rests("100.0", "partially_filled", "0.5"))
    stand.hear(held("0.5", "96"))
    sent = quote(stand, 100.1).command("amend")
    assert sent.fields["stop"] is None
    stand.hear(answer(sent), rests("100.1", "partially_filled", "0.5"), execution("e2", ENTRY, "1.5", "100.1"))
    assert stand.order_states()[ENTRY] == "filled"
    assert stand.fills() == [(0.5, 100.0), (1.5, 100.1)]
    assert stand.commands("set_stop") == []  # 96.075 is less than a tick away


def test_a_restart_between_a_move_and_its_answer_asks_for_the_order_and_goes_on() -> None:
    stand = asked().restarted()
    stand.commands()
    assert {each.key for each in stand.wait(500).commands("find_order")} == {ENTRY}
    assert stand.order_states() == {ENTRY: "unknown"}
    stand.hear(rests("100.1"))
    assert stand.order_states() == {ENTRY: "new"}
    assert quote(stand, 100.2).command("amend").fields == {"symbol": SYMBOL, "price": "100.2", "stop": "96.2"}


def test_a_move_whose_answer_is_lost_within_the_process_is_asked_for() -> None:
    stand = asked().wait(30_000)
    assert stand.order_states()[ENTRY] == "unknown"
    assert stand.commands("find_order")


def test_out_of_budget_it_gives_up_and_the_position_never_opens() -> None:
    stand = quote(resting(), 101.1)
    taken = stand.command("cancel")
    assert taken.reasons == (Reason.CHASE_OUT_OF_BUDGET,)
    stand.hear(answer(taken), rests("100.0", "canceled"))
    assert stand.reasons("position", "abandon") == [("ENTRY_NOT_FILLED", "CHASE_OUT_OF_BUDGET")]
    assert (stand.commands("place"), stand.configuration) == ([], ())


def partly(params: EntryParams, bid: float) -> Stand:
    """A quarter is filled when a limit is met; the cancel is sent."""
    stand = resting(params).hear(execution("e1", ENTRY, "0.5", "100"), rests("100.0", "partially_filled", "0.5"))
    return quote(stand.hear(held("0.5", "96")), bid)


def test_what_is_filled_when_it_gives_up_lives_on_with_its_stop_and_a_target_of_its_size() -> None:
    stand = partly(PARAMS, 101.1)
    stand.hear(answer(stand.command("cancel")), rests("100.0", "canceled", "0.5"))
    assert stand.reasons("position", "finish_entry") == [("CHASE_OUT_OF_BUDGET",)]
    assert "confirmed" in stand.configuration
    assert (stand.net, stand.command("place").fields["quantity"]) == ("0.5", "0.250")


def test_it_crosses_with_the_rest_only_once_every_execution_of_the_first_is_known() -> None:
    stand = partly(CROSSING, 100.1)
    taken = stand.command("cancel")
    assert taken.reasons == (Reason.CHASE_CROSSED,)
    stand.hear(answer(taken), rests("100.0", "canceled", "0.7"))
    assert stand.commands("place") == []
    stand.hear(execution("e2", ENTRY, "0.2", "100"))
    sent = stand.command("place")
    assert (sent.key, sent.fields["quantity"], sent.fields["price"]) == (SECOND, "1.3", None)
    assert (sent.fields["stop"], sent.fields["reduce_only"]) == ("96.2", False)
    stand.hear(answer(sent), execution("e3", SECOND, "1.3", "100.2", side=1), held("2", "96.2", 2))
    assert (stand.net, stand.order_states()[SECOND]) == ("2.0", "filled")
    assert stand.command("place").fields["reduce_only"] is True
    assert stand.venue.view()["stop"] == {"wanted": 96.2, "held": 96.2}


def test_a_fill_of_the_rest_before_the_cancel_leaves_nothing_to_cross_with() -> None:
    stand = partly(CROSSING, 100.1)
    stand.hear(execution("e2", ENTRY, "1.5", "100"), answer(stand.command("cancel"), "done"))
    stand.hear(rests("100.0", "filled", "2"))
    assert (stand.net, [each.fields["reduce_only"] for each in stand.commands("place")]) == ("2.0", [True])


def test_an_entry_that_vanished_while_it_was_taken_back_to_cross_is_followed_by_none() -> None:
    stand = quote(resting(CROSSING), 100.1)
    stand.hear(answer(stand.command("cancel"), "unknown")).wait(30_000)
    missing = OrderMissing(ENTRY, 0)
    stand.hear(missing, missing, missing)
    assert stand.reasons("order", "cancel") == [("ENTRY_UNKNOWN_ABANDONED",)]
    assert (stand.commands("place"), stand.configuration) == ([], ())


def test_a_quote_that_would_have_crossed_is_followed_by_another_at_the_next_sample() -> None:
    stand = quote(Stand(entry=PARAMS), 100.0).entering()
    refused = rests("100.0", "canceled", detail="EC_PostOnlyWillTakeLiquidity")
    stand.hear(answer(stand.command("place")), refused)
    assert stand.commands("place") == []
    sent = quote(stand, 99.9).command("place")
    assert (sent.key, sent.fields["price"], sent.fields["stop"]) == (SECOND, "99.9", "95.9")


def test_no_step_of_a_chase_is_doubled_by_a_restart() -> None:
    story: list[Any] = [
        rests("100.1"),
        execution("e1", ENTRY, "0.5", "100.1"),
        rests("100.1", "partially_filled", "0.5"),
        execution("e2", ENTRY, "1.5", "100.1"),
        rests("100.1", "filled", "2"),
    ]
    for cut in range(len(story) + 1):
        stand = asked()
        stand.commands()
        again = stand.hear(*story[:cut]).restarted().hear(*story[cut:])
        assert (again.order_states()[ENTRY], float(again.net)) == ("filled", 2.0), cut
        assert again.fills() == [(0.5, 100.1), (1.5, 100.1)]
        assert [each.key for each in again.commands("place") if not each.fields["reduce_only"]] == []


def test_a_second_quote_never_loosens_the_stop_that_the_first_ones_fill_has() -> None:
    stand = resting().hear(execution("e1", ENTRY, "0.5", "100"), rests("100.0", "partially_filled", "0.5"))
    stand.hear(held("0.5", "96"), answer(quote(stand, 100.1).command("amend")))
    stand.hear(rests("100.1", "canceled", "0.5", detail="EC_PostOnlyWillTakeLiquidity"))
    sent = quote(stand, 99.5).command("place")
    assert (sent.key, sent.fields["price"], sent.fields["stop"]) == (SECOND, "99.5", "96.0")
