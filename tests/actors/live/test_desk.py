"""The order desk of a real venue: every way that an order's news may come, or not come."""

from decimal import Decimal

import pytest

from core.notices import Flatten
from core.reasons import Reason
from core.trading.reports import OrderMissing
from tests.actors.live.stand import ENTRY, EXIT, TARGET, Stand, answer, execution, held, report, stop_order


def leaving() -> Stand:
    """A position whose target was taken back so that all of it can be closed at the market; the exit is sent."""
    stand = Stand().entered().tell("/position", Flatten(Reason.EXIT_OPERATOR))
    stand.hear(answer(stand.command("cancel")), report(TARGET, "canceled"))
    return stand


@pytest.mark.parametrize("is_late", [False, True])
def test_an_acknowledgment_may_come_before_or_after_the_report(*, is_late: bool) -> None:
    stand = Stand().entering()
    news = [answer(stand.command("place")), report(ENTRY)]
    stand.hear(*(reversed(news) if is_late else news))
    assert stand.order_states() == {ENTRY: "new"}
    assert stand.reasons("order", "accept") == [("ORDER_ACCEPTED",)]


def test_a_fill_may_overtake_every_word_of_the_order() -> None:
    stand = Stand().entering()
    sent = stand.command("place")
    stand.hear(execution("e1", ENTRY, "2", "100"), answer(sent), report(ENTRY), report(ENTRY, "filled", "2"))
    assert (stand.order_states()[ENTRY], stand.net, stand.fills()) == ("filled", "2", [(2.0, 100.0)])


def test_an_order_told_filled_twice_is_filled_once() -> None:
    stand = Stand().entering().hear(execution("e1", ENTRY, "2", "100"))
    stand.hear(report(ENTRY, "filled", "2"), report(ENTRY, "filled", "2"), execution("e1", ENTRY, "2", "100"))
    assert (stand.net, stand.fills()) == ("2", [(2.0, 100.0)])


def test_a_part_is_kept_when_the_rest_is_canceled() -> None:
    stand = Stand().entering()
    stand.hear(answer(stand.command("place")), report(ENTRY), execution("e1", ENTRY, "0.5", "100"))
    stand.hear(report(ENTRY, "canceled", "0.5"))
    assert (stand.order_states()[ENTRY], stand.net) == ("canceled", "0.5")
    assert stand.reasons("position", "finish_entry") == [("ORDER_CANCELED_BY_VENUE",)]


def test_an_order_does_not_end_before_the_executions_its_venue_counts() -> None:
    stand = Stand().entering()
    stand.hear(answer(stand.command("place")), report(ENTRY, "canceled", "0.5"))
    assert stand.order_states()[ENTRY] == "pending_new"
    (question,) = stand.wait(200).commands("find_order")
    assert question.reasons == (Reason.SETTLING,)
    stand.hear(execution("e1", ENTRY, "0.5", "100"))
    assert (stand.order_states()[ENTRY], stand.net) == ("canceled", "0.5")


def test_an_old_report_does_not_end_the_search_for_a_missing_execution() -> None:
    stand = Stand().entering()
    stand.hear(answer(stand.command("place")), report(ENTRY, "filled", "2"), report(ENTRY))
    assert len(stand.wait(1_000).commands("find_order")) >= 2
    stand.hear(execution("e1", ENTRY, "2", "100"))
    assert stand.order_states()[ENTRY] == "filled"


def test_a_cancel_waits_until_the_venue_is_known_to_have_the_order() -> None:
    stand = Stand().entering()
    sent = stand.command("place")
    stand.tell("/position", Flatten(Reason.EXIT_OPERATOR))
    assert stand.commands() == []
    stand.hear(answer(sent))
    stand.hear(answer(stand.command("cancel")), report(ENTRY, "canceled"))
    assert stand.order_states() == {ENTRY: "canceled"}
    assert stand.configuration == ()


def test_a_fill_that_wins_against_the_cancel_is_closed_again() -> None:
    stand = Stand().entering()
    stand.hear(answer(stand.command("place")), report(ENTRY)).tell("/position", Flatten(Reason.EXIT_OPERATOR))
    stand.hear(execution("e1", ENTRY, "2", "100"), answer(stand.command("cancel"), "refused", "VENUE_ORDER_REFUSED"))
    (exit_,) = stand.commands("place")
    assert (exit_.fields["reduce_only"], exit_.fields["quantity"]) == (True, "2")


def test_a_refused_entry_is_over() -> None:
    stand = Stand().entering()
    stand.hear(answer(stand.command("place"), "refused", "VENUE_MARGIN_SHORT", 110007))
    assert (stand.order_states(), stand.configuration) == ({ENTRY: "rejected"}, ())
    assert stand.wait(60_000).commands("place") == []


def test_an_entry_rejected_after_its_acknowledgment_is_over() -> None:
    stand = Stand().entering()
    stand.hear(answer(stand.command("place")), report(ENTRY, "rejected", detail="EC_Other"))
    assert stand.order_states() == {ENTRY: "rejected"}


def test_a_refused_close_is_sent_again_under_its_id_with_growing_pauses() -> None:
    stand, pauses, refused_at = leaving(), [], 0
    for _ in range(4):
        sent = stand.command("place")
        pauses.append(sent.ts - refused_at)
        assert (sent.key, sent.fields["reduce_only"]) == (EXIT, True)
        refused_at = stand.now
        stand.hear(answer(sent, "refused", "VENUE_RATE_LIMITED")).wait(5_000)
    assert pauses[1:] == [500, 1_000, 2_000]


def test_a_close_that_waits_is_given_up_when_its_position_is_gone() -> None:
    stand = leaving()
    stand.hear(answer(stand.command("place"), "refused", "VENUE_RATE_LIMITED"), stop_order("triggered"))
    stand.hear(execution("s1", "", "2", "96", kind="stop"))
    assert (stand.order_states()[EXIT], stand.net, stand.configuration) == ("canceled", "0", ())
    assert stand.wait(60_000).commands("place") == []


def lost() -> Stand:
    """An entry whose answer never came."""
    stand = Stand().entering()
    stand.hear(answer(stand.command("place"), "unknown"))
    assert stand.order_states() == {ENTRY: "unknown"}
    return stand


def test_an_unknown_order_is_asked_for_with_growing_pauses() -> None:
    questions = lost().wait(3_000).commands("find_order")
    assert [each.ts for each in questions] == [200, 600, 1_400, 3_000]


def test_an_unknown_order_found_resting_is_known_again() -> None:
    stand = lost().hear(report(ENTRY))
    assert stand.order_states() == {ENTRY: "new"}
    assert stand.reasons("order", "accept") == [("ORDER_ACCEPTED", "UNKNOWN_RESOLVED")]
    assert stand.gate.view()["unknown"] == {}


def test_an_unknown_order_found_filled_is_a_position_with_a_stop() -> None:
    stand = lost().hear(report(ENTRY, "filled", "2"), execution("e1", ENTRY, "2", "100"), held("2", "96"))
    assert (stand.order_states()[ENTRY], stand.net) == ("filled", "2")
    assert "confirmed" in stand.configuration


def test_an_entry_is_abandoned_after_three_looks_and_half_a_minute_and_never_sent_twice() -> None:
    stand = lost()
    missing = OrderMissing(ENTRY, 0)
    stand.hear(missing, missing, missing, missing).wait(29_999).hear(missing)
    assert stand.order_states() == {ENTRY: "unknown"}
    stand.wait(1).hear(missing)
    assert stand.order_states() == {ENTRY: "canceled"}
    assert stand.reasons("order", "cancel") == [("ENTRY_UNKNOWN_ABANDONED",)]
    assert (stand.commands("place"), stand.gate.view()["unknown"]) == ([], {})


def test_two_looks_are_not_enough_however_long_it_takes() -> None:
    missing = OrderMissing(ENTRY, 0)
    stand = lost().wait(40_000).hear(missing, missing)
    assert stand.order_states() == {ENTRY: "unknown"}
    assert stand.hear(missing).order_states() == {ENTRY: "canceled"}


def test_while_the_position_moves_no_order_counts_as_absent() -> None:
    missing = OrderMissing(ENTRY, 0)
    stand = lost().hear(held("0", None, 1), missing, missing).wait(30_000).hear(held("0", None, 2), missing)
    assert stand.order_states() == {ENTRY: "unknown"}
    stand.hear(missing, missing).wait(29_999).hear(held("0", None, 2), missing)
    assert stand.order_states() == {ENTRY: "unknown"}
    assert stand.wait(1).hear(missing).order_states() == {ENTRY: "canceled"}


def test_a_close_that_never_arrived_is_sent_again_under_its_id() -> None:
    stand = leaving()
    stand.hear(answer(stand.command("place"), "unknown")).wait(30_000)
    missing = OrderMissing(EXIT, 0)
    stand.commands()
    sent = stand.hear(missing, missing, missing).command("place")
    assert (sent.key, sent.reasons) == (EXIT, (Reason.CLOSE_NOT_PLACED,))
    stand.hear(answer(sent), execution("x1", EXIT, "2", "101"))
    assert (stand.order_states()[EXIT], stand.net) == ("filled", "0")


def vanished_target() -> Stand:
    """A resting close that was acknowledged, and that the venue does not know any more."""
    stand = Stand().entered().wait(40_000)
    stand.commands()
    missing = OrderMissing(TARGET, 0)
    return stand.hear(missing, missing, missing)


@pytest.mark.parametrize("outcome", ["refused", "unknown", "accepted"])
def test_an_acknowledged_close_that_is_sent_again_may_end_in_every_way(outcome: str) -> None:
    stand = vanished_target()
    stand.hear(answer(stand.command("place"), outcome, "VENUE_RATE_LIMITED"))
    if outcome != "refused":
        stand.hear(report(TARGET), execution("t1", TARGET, "1", "104"))
    assert stand.order_states()[TARGET] == ("canceled" if outcome == "refused" else "filled")


def test_an_answer_that_is_lost_within_the_process_makes_an_order_unknown() -> None:
    stand = Stand().entering().wait(30_000)
    assert stand.order_states() == {ENTRY: "unknown"}


def test_an_order_whose_report_stays_away_is_asked_for() -> None:
    stand = Stand().entering()
    stand.hear(answer(stand.command("place")))
    assert stand.wait(1_999).commands() == []
    assert stand.wait(1).command("find_order").key == ENTRY


def test_a_close_of_unknown_outcome_keeps_the_gate_shut_until_it_is_found() -> None:
    stand = leaving()
    stand.hear(answer(stand.command("place"), "unknown"))
    assert stand.gate.view()["unknown"] == {EXIT: "BTCUSDT"}
    stand.hear(report(EXIT))
    assert stand.gate.view()["unknown"] == {}


def test_a_restart_at_every_step_of_an_order_changes_nothing_of_its_end() -> None:
    for cut in range(5):
        stand = Stand().entering()
        sent = stand.command("place")
        story = [
            answer(sent),
            report(ENTRY),
            execution("e1", ENTRY, "0.5", "100"),
            execution("e2", ENTRY, "1.5", "101"),
            report(ENTRY, "filled", "2"),
        ]
        again = stand.hear(*story[:cut]).reborn().hear(*story[cut:])
        assert (again.order_states()[ENTRY], float(again.net)) == ("filled", 2.0), cut
        assert again.fills() == [(0.5, 100.0), (1.5, 101.0)]


def test_an_order_sent_before_a_restart_is_unknown_after_it() -> None:
    stand = Stand().entering().restarted()
    assert stand.order_states() == {ENTRY: "unknown"}
    assert {each.key for each in stand.wait(500).commands("find_order")} == {ENTRY}


def test_a_rejection_before_any_other_word_gives_the_venues_reason() -> None:
    stand = Stand().entering().hear(report(ENTRY, "rejected", quantity=Decimal(2), detail="EC_NoEnoughQtyToFill"))
    assert stand.reasons("order", "reject") == [("ORDER_REFUSED_BY_VENUE",)]
