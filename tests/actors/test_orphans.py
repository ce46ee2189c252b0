"""The late fill of an order of ours that had been given up: never taken for a stranger's, never left alone."""

from core.notices import NotReconciled
from core.reasons import Reason
from core.trading.live import LiveParams
from core.trading.reports import OrderMissing
from tests.actors.live.stand import ENTRY, Stand, answer, execution, held, report, snapshot
from tests.actors.stage import SYMBOL
from tests.actors.test_adoption import judges, view


def given_up(params: LiveParams | None = None) -> Stand:
    """An entry of 2 whose answer never came, and that the venue did not know; the session trades."""
    stand = Stand(params, judges).entering()
    stand.hear(answer(stand.command("place"), "unknown")).wait(30_000)
    stand.hear(*[OrderMissing(ENTRY, 0)] * 3)
    assert (stand.order_states()[ENTRY], stand.configuration) == ("canceled", ())
    stand.commands()
    return stand


LATE = execution("e1", ENTRY, "2", "100")


def test_the_late_fill_of_an_entry_that_was_given_up_is_taken_over_with_the_stop_it_brought() -> None:
    stand = given_up().hear(LATE)
    assert stand.command("snapshot").reasons == (Reason.ORPHAN_FILL,)
    stand.hear(held("2", "96"), *[snapshot(held("2", "96"), executions=(LATE,))] * 2)
    assert (stand.net, stand.configuration[-1], view(stand)["mode"]) == ("2", "confirmed", "ADOPTED")
    planned = [step for command in stand.commands("plan") for step in command.fields["steps"]]  # type: ignore[union-attr]
    assert planned == [{"what": what, "subject": SYMBOL, "reason": "ORPHAN_FILL"} for what in ("ask_again", "adopt")]
    assert stand.reasons("position", "init")[-1] == ("ORPHAN_FILL",)
    assert stand.heard(stand.session, NotReconciled) == []


def test_a_late_fill_that_only_a_reading_tells_is_taken_over_as_well_and_gets_a_stop() -> None:
    stand = given_up().hear(*[snapshot(held("2", None), executions=(LATE,))] * 2)
    assert (stand.net, stand.command("set_stop").fields["stop"]) == ("2", "99.9")
    (close,) = stand.wait(5_000).commands("place")  # never confirmed
    assert (close.fields["quantity"], close.fields["reduce_only"]) == ("2", True)


def test_a_reading_older_than_a_late_fill_does_not_make_it_foreign() -> None:
    stand = given_up().hear(LATE, snapshot(held("0", None)), *[snapshot(held("2", "96", 2))] * 2)
    assert (stand.net, stand.heard(stand.session, NotReconciled)) == ("2", [])


def test_a_late_fill_is_known_as_ours_over_a_restart() -> None:
    stand = given_up().hear(LATE).restarted().hear(*[snapshot(held("2", "96"))] * 2)
    assert (stand.net, stand.reasons("position", "init")[-1]) == ("2", ("ORPHAN_FILL",))


def test_a_late_fill_is_closed_where_a_setting_says_so() -> None:
    stand = given_up(LiveParams(orphan_fill="flatten")).hear(LATE, *[snapshot(held("2", "96"))] * 2)
    order = stand.command("place")
    assert (order.fields["side"], order.fields["quantity"], order.reasons) == (-1, "2", (Reason.ORPHAN_FILL,))


def test_what_exceeds_a_late_fill_is_foreign() -> None:
    stand = given_up().hear(LATE, *[snapshot(held("2.1", "96"))] * 2)
    assert [told.reason for told in stand.heard(stand.session, NotReconciled)] == [Reason.POSITION_FOREIGN]


def test_a_late_fill_that_was_closed_again_explains_nothing_later() -> None:
    stand = given_up().hear(LATE, *[snapshot(held("0", None, 2))] * 2, *[snapshot(held("2", "96", 3))] * 2)
    assert [told.reason for told in stand.heard(stand.session, NotReconciled)] == [Reason.POSITION_FOREIGN]


def test_a_late_fill_on_top_of_our_own_is_closed_and_that_close_is_not_taken_for_ours() -> None:
    stand = Stand().entered()
    late = execution("o1", "cwtest-0-1-entry", "0.5", "100", side=1)
    stand.commands()
    stand.hear(late, *[snapshot(held("2.5", "96", 2))] * 2)
    order = stand.command("place")
    assert (order.fields["side"], order.fields["quantity"]) == (-1, "0.5")
    stand.hear(execution("o2", order.key, "0.5", "100"), snapshot(held("2", "96", 3)))
    assert (stand.net, stand.configuration[-1], stand.session.heard) == ("2", "confirmed", [])


def test_a_late_fill_that_closes_some_of_ours_is_booked_with_its_reason() -> None:
    stand = Stand().entered().hear(execution("o1", "cwtest-0-3-exit", "2", "100"), held("0", None, 2))
    assert (stand.net, stand.reasons("position", "close")) == ("0", [("ORPHAN_FILL",)])


def test_an_entry_that_was_given_up_and_rests_after_all_is_taken_back() -> None:
    assert given_up().hear(snapshot(held("0", None), report(ENTRY))).command("cancel").key == ENTRY
