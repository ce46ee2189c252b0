"""Reading the venue as a whole: agreement, differences that last, what is not ours, and a restart."""

from decimal import Decimal

import pytest

from core.notices import NotReconciled, Reconciled, ReconcileRequested
from core.reasons import Reason
from core.trading.live import LiveParams
from tests.actors.live.stand import ENTRY, TARGET, Stand, answer, execution, held, report, snapshot

FLAT = held("0", None)
RESTING = report(TARGET, quantity=Decimal(1))


def asked(params: LiveParams | None = None) -> Stand:
    """A session that waits for its first reconciliation, nothing held by us."""
    stand = Stand(params).tell("/venue", ReconcileRequested())
    assert stand.command("snapshot").reasons == (Reason.RECONCILE_PLANNED,)
    return stand


def steps(stand: Stand) -> list[object]:
    """What the last plan said."""
    plans = [command.fields["steps"] for command in stand.commands("plan")]
    return plans[-1]  # type: ignore[return-value]  # a list of objects


def test_an_agreement_is_told_to_the_session_at_once() -> None:
    stand = asked().hear(snapshot(FLAT))
    assert stand.heard(stand.session, Reconciled) == [Reconciled({"positions": 0, "orders": 0, "steps": 0})]
    assert steps(stand) == []


def test_a_snapshot_nobody_asked_for_tells_the_session_nothing() -> None:
    stand = Stand().hear(snapshot(FLAT, requested=False))
    assert stand.heard(stand.session, Reconciled) == []


def test_an_unanswered_question_is_asked_again() -> None:
    assert len(asked().wait(30_000).commands("snapshot")) == 1


def test_a_failed_question_is_asked_again_soon() -> None:
    stand = Stand().tell("/venue", ReconcileRequested())
    stand.hear(answer(stand.command("snapshot"), "unreachable")).wait(1_000)
    assert len(stand.commands("snapshot")) == 1


def test_the_account_is_read_every_half_minute() -> None:
    stand = asked().hear(snapshot(FLAT))
    stand.commands()
    assert stand.wait(30_000).command("snapshot").reasons == (Reason.AUDIT_DUE,)


def test_a_difference_seen_once_only_asks_again() -> None:
    stand = asked().hear(snapshot(held("3", "96")))
    assert steps(stand) == [{"what": "ask_again", "subject": "BTCUSDT", "reason": "POSITION_DIFFERS"}]
    assert stand.session.heard == []
    stand.wait(1_500).hear(snapshot(held("0", None, 2)))
    assert len(stand.heard(stand.session, Reconciled)) == 1


def test_a_foreign_position_seen_twice_is_refused_and_not_touched() -> None:
    stand = asked().hear(snapshot(held("3", "96")), snapshot(held("3", "96")))
    (told,) = stand.heard(stand.session, NotReconciled)
    assert (told.reason, told.detail) == (Reason.POSITION_FOREIGN, {"held": "3", "believed": "0"})
    assert stand.commands("place") == []


def test_two_different_differences_are_not_one_seen_twice() -> None:
    stand = asked().hear(snapshot(held("3", "96")), snapshot(held("2", "96", 2)))
    assert stand.session.heard == []


@pytest.mark.parametrize(("quantity", "side", "closing"), [("3", 1, -1), ("3", -1, 1)])
def test_a_foreign_position_is_closed_where_a_setting_says_so(quantity: str, side: int, closing: int) -> None:
    theirs = held(quantity, None, side=side)
    stand = asked(LiveParams(foreign_position="flatten")).hear(snapshot(theirs), snapshot(theirs))
    order = stand.command("place")
    assert (order.fields["side"], order.fields["quantity"], order.fields["reduce_only"]) == (closing, "3", True)
    stand.hear(snapshot(held("0", None, 2)))
    assert len(stand.heard(stand.session, Reconciled)) == 1


def test_a_position_closed_outside_is_booked_at_the_mark() -> None:
    stand = Stand().entered().hear(snapshot(held("0", None, 2), RESTING), snapshot(held("0", None, 2), RESTING))
    assert (stand.net, stand.configuration) == ("0", ())
    assert stand.reasons("position", "close") == [("EXIT_OUTSIDE",)]


def test_a_part_closed_outside_leaves_the_rest_protected() -> None:
    less = held("1.5", "96", 2)
    stand = Stand().entered().hear(snapshot(less, RESTING), snapshot(less, RESTING))
    assert stand.net == "1.5"
    assert "confirmed" in stand.configuration


def test_executions_of_a_snapshot_are_taken_before_its_position_is_judged() -> None:
    closed = execution("s1", "", "2", "96", kind="stop")
    stand = Stand().entered().hear(snapshot(held("0", None, 2), RESTING, executions=(closed,)))
    assert stand.reasons("position", "close")[0][0] == "EXIT_STOP"
    assert stand.wait(1_500).commands("snapshot") == []


def test_an_old_execution_that_no_stream_told_is_a_sign_of_a_deaf_stream() -> None:
    stand = Stand().entered().wait(10_000)
    closed = execution("s1", "", "2", "96", kind="stop")
    stand.hear(snapshot(held("0", None, 2), RESTING, executions=(closed,)))
    assert stand.command("reconnect").reasons == (Reason.STREAM_DEAF,)


def test_an_execution_that_a_list_told_late_and_out_of_order_is_asked_for_again_and_taken_once() -> None:
    stand = Stand().tell("/venue", ReconcileRequested()).hear(snapshot(FLAT)).wait(100_000).entering()
    sent, newer = stand.command("place"), execution("e2", ENTRY, "1.5", "100", ts=99_000)
    stand.hear(answer(sent), report(ENTRY), newer).tell("/venue", ReconcileRequested())
    assert stand.commands("snapshot")[-1].fields["since_ms"] == 39_000
    older = execution("e1", ENTRY, "0.5", "100", ts=98_000)
    stand.hear(snapshot(held("2", "96"), executions=(older, newer)))
    assert (float(stand.net), stand.fills()) == (2.0, [(1.5, 100.0), (0.5, 100.0)])


def test_what_was_executed_before_the_first_start_is_never_asked_for() -> None:
    stand = Stand().wait(100_000).tell("/venue", ReconcileRequested())
    assert stand.command("snapshot").fields["since_ms"] == 100_000
    again = stand.hear(execution("x1", "", "1", "100", ts=130_000)).restarted()
    assert again.commands("snapshot")[-1].fields["since_ms"] == 100_000


def test_an_order_with_our_tag_that_nobody_knows_is_canceled() -> None:
    stand = asked().hear(snapshot(FLAT, report("cwtest-9-9-entry"), report("a-strangers")))
    assert stand.command("cancel").key == "cwtest-9-9-entry"


def test_an_order_that_ended_is_no_orphan_for_a_late_list() -> None:
    stand = Stand().entering()
    stand.hear(answer(stand.command("place")), report(ENTRY), report(ENTRY, "canceled"), snapshot(FLAT, report(ENTRY)))
    assert stand.commands("cancel") == []


def test_an_order_of_ours_that_is_not_listed_is_asked_for() -> None:
    stand = Stand().entered()
    assert stand.hear(snapshot(held("2", "96", 2))).command("find_order").key == TARGET


def test_an_order_sent_before_a_restart_is_found_by_the_list() -> None:
    stand = Stand().entering().restarted()
    assert stand.order_states() == {ENTRY: "unknown"}
    stand.hear(snapshot(FLAT, report(ENTRY)))
    assert stand.order_states() == {ENTRY: "new"}
    assert len(stand.heard(stand.session, Reconciled)) == 1


def test_a_stop_that_went_missing_over_a_restart_is_repaired() -> None:
    stand = Stand().entered().restarted()
    stand.commands()
    stand.hear(snapshot(held("2", None), RESTING)).wait(500)
    assert stand.commands("set_stop")[0].fields["stop"] == "96.0"
    assert len(stand.heard(stand.session, Reconciled)) == 1
