"""A position that no order of ours opened is taken over: protected at once, booked exactly, led without a signal."""

from dataclasses import replace
from decimal import Decimal
from typing import Any, cast

import pytest

from actors.kernel.actor import Decider
from actors.risk import RiskOfficer
from actors.strategist import Strategist
from core.evaluation.evaluator import EvaluationParams
from core.flow.bias import FlowParams
from core.measure.panel import PanelParams
from core.messages import BarClosed, SystemStarted
from core.notices import NotReconciled, Reconciled, ReconcileRequested
from core.records import Transition
from core.regime.params import RegimeParams
from core.risk.params import RiskParams
from core.strategies.breakout import BreakoutParams
from core.trading.booking import BarAssessed
from core.trading.live import LiveParams
from core.trading.reports import Command, PositionReported
from tests.actors.held import EXACT
from tests.actors.live.stand import ENTRY, Stand, answer, execution, held, report, snapshot
from tests.actors.stage import SYMBOL

ADOPT = LiveParams(foreign_position="adopt")
MINUTE = 60_000
RISK = RiskParams(start_balance=10_000.0)


def judges(trend: BreakoutParams | None = None) -> tuple[Decider, Decider]:
    """A strategist that measures from the fifth bar on, and a risk officer with 10,000."""
    panel = replace(PanelParams(), atr_bars=5)
    strategist = Strategist(
        SYMBOL,
        MINUTE,
        panel=panel,
        evaluation=EvaluationParams(trend=trend or BreakoutParams()),
        flow_params=FlowParams(),
        regime_params=RegimeParams(),
    )
    return strategist, RiskOfficer(RISK, EXACT, listeners=(f"{SYMBOL}/strategist",), gate="gate")


def asked(bars: int = 0) -> Stand:
    """A session that waits for its first reconciliation; so many bars, each 4 wide, have been seen."""
    stand = Stand(ADOPT, judges)
    stand.hear(SystemStarted(resumed=False))
    for index in range(bars):
        stand.hear(BarClosed(SYMBOL, index * MINUTE, 101.0, 103.0, 99.0, 101.0, 1.0, incomplete=False))
    stand.tell("/venue", ReconcileRequested())
    return stand


def adopted(position: PositionReported, bars: int = 0) -> Stand:
    """The venue shows the same position twice."""
    return asked(bars).hear(snapshot(position), snapshot(position))


def begun(stand: Stand) -> Transition:
    """The record of the position's beginning."""
    transitions = [each for _, each in stand.recorder.records if isinstance(each, Transition)]
    (found,) = (each for each in transitions if (each.machine, each.event) == ("position", "init"))
    return found


def facts(stand: Stand) -> dict[str, Any]:
    """What that record says."""
    return dict(begun(stand).facts)


def view(stand: Stand) -> dict[str, Any]:
    """The position as the page shows it."""
    (found,) = cast("list[dict[str, Any]]", stand.position.view()["positions"])
    return found


def test_its_own_stop_is_kept_and_counts_as_confirmed() -> None:
    stand = adopted(held("3", "96"))
    assert (stand.net, stand.configuration[-1], view(stand)["stop"]) == ("3", "confirmed", 96.0)
    assert stand.commands("set_stop") == []
    assert [told.detail["positions"] for told in stand.heard(stand.session, Reconciled)] == [1]


def test_the_plan_is_journaled_before_the_position_begins() -> None:
    stand = adopted(held("3", "96"))
    records = [record for _, record in stand.recorder.records]
    plans = [each for each in records if isinstance(each, Command) and each.verb == "plan"]
    assert plans[-1].fields["steps"] == [{"what": "adopt", "subject": SYMBOL, "reason": "POSITION_ADOPTED"}]
    assert records.index(plans[-1]) < records.index(begun(stand))


def test_quantity_and_entry_price_are_booked_to_the_last_digit() -> None:
    stand = adopted(held("0.300", "96", entry_price=Decimal("100.123456789")))
    assert (facts(stand)["held"], facts(stand)["entry_price"]) == ("0.300", "100.123456789")
    assert stand.position._held is not None
    assert stand.position._held.remaining == Decimal("0.300")


def test_its_beginning_is_recorded_as_a_fill_which_the_list_of_trades_reads() -> None:
    stand = adopted(held("3", "96")).hear(execution("s1", "", "3", "96", kind="stop"))
    transitions = [each for _, each in stand.recorder.records if isinstance(each, Transition)]
    fills = [each.facts for each in transitions if (each.machine, each.event) == ("position", "fill")]
    assert fills == [{"quantity": 3.0, "price": 100.0, "fee": 0.0}]


@pytest.mark.parametrize(("side", "stop"), [(1, "99.9"), (-1, "102.1")])
def test_without_a_stop_one_is_set_at_once_a_percent_away_while_nothing_is_measured(side: int, stop: str) -> None:
    stand = adopted(held("0.3", None, side=side))
    assert stand.configuration[-1] == "requested"
    wanted = stand.command("set_stop")
    assert wanted.fields["stop"] == stop
    stand.hear(answer(wanted), held("0.3", stop, 2, side=side))
    assert (stand.configuration[-1], view(stand)["stop"]) == ("confirmed", float(stop))


def test_with_bars_seen_the_stop_is_where_a_breakouts_would_be() -> None:
    stand = adopted(held("0.3", None), bars=30)
    assert stand.command("set_stop").fields["stop"] == "95.0"  # 101 less 1.5 ATRs of 4


def test_a_stop_that_is_not_confirmed_in_time_closes_it() -> None:
    stand = adopted(held("0.3", None))
    assert stand.wait(4_999).commands("place") == []
    (close,) = stand.wait(1).commands("place")
    assert (close.fields["quantity"], close.fields["reduce_only"]) == ("0.3", True)


@pytest.mark.parametrize(
    ("position", "reason", "value", "threshold"),
    [
        (held("200", None), "ADOPTED_TOO_LARGE", 200.0, 9_500 / 101),  # the notional cap
        (held("20", "95"), "ADOPTED_STOP_FAR", 6.0, 5.0),  # 1 % of 10,000 over 20 coins
        (held("20", "101"), "ADOPTED_STOP_WRONG_SIDE", 101.0, 101.0),
    ],
)
def test_what_risk_does_not_allow_is_said_with_its_limit_and_taken_over_all_the_same(
    position: PositionReported, reason: str, value: float, threshold: float
) -> None:
    stand = adopted(position)
    assert [each.name for each in begun(stand).reasons] == ["POSITION_ADOPTED", reason]
    (objection,) = facts(stand)["objections"]
    assert objection == {"reason": reason, "value": value, "threshold": pytest.approx(threshold)}
    assert stand.net == str(position.quantity)
    if position.stop is not None:
        assert (stand.commands("set_stop"), view(stand)["stop"]) == ([], float(position.stop))


@pytest.mark.parametrize("position", [held("20", "96"), held("94", None)])
def test_on_the_limit_nothing_is_objected_to(position: PositionReported) -> None:
    assert [each.name for each in begun(adopted(position)).reasons] == ["POSITION_ADOPTED"]


def test_seen_once_it_may_still_be_a_fill_under_way() -> None:
    stand = asked().hear(snapshot(held("3", "96")))
    assert (stand.net, stand.configuration) == ("0", ())


def test_our_live_orders_are_taken_back_before_it_is_taken_over() -> None:
    stand = Stand(ADOPT, judges).entering()
    stand.hear(answer(stand.command("place")), report(ENTRY))
    stand.hear(snapshot(held("3", "96"), report(ENTRY)), snapshot(held("3", "96"), report(ENTRY)))
    assert (stand.net, stand.command("cancel").key) == ("0", ENTRY)
    stand.hear(report(ENTRY, "canceled"), snapshot(held("3", "96")))
    assert (stand.net, stand.configuration[-1]) == ("3", "confirmed")


def test_what_comes_on_top_of_our_own_is_refused_as_before() -> None:
    stand = Stand(ADOPT).entered()
    stand.hear(snapshot(held("3", "96", 2)), snapshot(held("3", "96", 2)))
    assert (stand.net, len(stand.heard(stand.session, NotReconciled))) == ("2", 1)


def test_it_lives_on_over_a_restart() -> None:
    stand = adopted(held("3", "96")).restarted()
    before = len(stand.recorder.records)
    stand.hear(snapshot(held("3", "96", 2)))
    assert (stand.net, stand.configuration[-1], view(stand)["mode"]) == ("3", "confirmed", "ADOPTED")
    new = [each for _, each in stand.recorder.records[before:]]
    assert [each.fields["steps"] for each in new if isinstance(each, Command) and each.verb == "plan"] == [[]]


def test_a_restart_before_its_stop_was_answered_asks_for_it_again() -> None:
    stand = adopted(held("0.3", None)).restarted()
    stand.commands()
    assert stand.wait(500).command("set_stop").fields["stop"] == "99.9"


def test_it_takes_no_partial_and_trails_once_a_close_is_one_r_ahead() -> None:
    stand = adopted(held("3", "96"))  # one R is 5, from the mark at 101
    stand.tell("/position", BarAssessed(105.9, 2.0, "RISK_ON"))
    assert stand.commands("set_stop") == []
    stand.tell("/position", BarAssessed(106.0, 2.0, "RISK_ON"))
    (moved,) = stand.commands("set_stop")
    assert moved.fields["stop"] == "102.0"  # two ATRs below the best close
    stand.hear(answer(moved), held("3", "102", 2))
    assert stand.stop_moves() == [(96.0, 102.0)]
    assert stand.commands("place") == []
    stand.hear(execution("s1", "", "3", "102", kind="stop"))
    assert stand.reasons("position", "close") == [("EXIT_TRAILING_STOP",)]


@pytest.mark.parametrize(("close", "is_closed"), [(105.9, True), (106.0, False)])
def test_without_progress_the_time_stop_closes_it(close: float, *, is_closed: bool) -> None:
    stand = Stand(ADOPT, lambda: judges(BreakoutParams(time_stop_bars=3)))
    stand.tell("/venue", ReconcileRequested()).hear(snapshot(held("3", "96")), snapshot(held("3", "96")))
    for seen in (close, 101.0):
        stand.tell("/position", BarAssessed(seen, 2.0, "RISK_ON"))
    assert stand.commands("place") == []
    stand.tell("/position", BarAssessed(101.0, 2.0, "RISK_ON"))
    assert [each.fields["quantity"] for each in stand.commands("place")] == (["3"] if is_closed else [])


def test_its_own_stop_ends_it_and_the_account_has_its_profit_from_its_own_entry_price() -> None:
    stand = adopted(held("3", "96"))
    stand.hear(execution("s1", "", "3", "96", kind="stop"), held("0", None, 2))
    assert stand.reasons("position", "close") == [("EXIT_STOP",)]
    account = stand.kernel.deciders[2]
    assert isinstance(account, RiskOfficer)
    assert account.account.balance == 10_000.0 - 3 * 4 - 0.5
    assert (account.account.opened, account.account.closed, stand.net) == (1, 1, "0")


def test_the_next_one_is_another_position() -> None:
    stand = adopted(held("3", "96")).hear(execution("s1", "", "3", "96", kind="stop"), held("0", None, 2))
    stand.hear(snapshot(held("0.5", "97", 3)), snapshot(held("0.5", "97", 3)))
    assert (stand.net, view(stand)["instance"]) == ("0.5", f"{SYMBOL}/position/2")
