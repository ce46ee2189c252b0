"""The session keeper: starts, pauses, fails safe, heals, stops, and comes back after a restart."""

import pytest

from actors.session import SessionKeeper
from core.messages import (
    ActorFailed,
    LedgerFailed,
    LedgerRecovered,
    OperatorCommanded,
    SourceEnded,
    SystemStarted,
    SystemStopped,
)
from core.notices import Flatten, Reconciled, ReconcileRequested, SessionChanged
from core.reasons import Reason
from tests.actors.stage import events, moves, reborn, told


def keeper() -> SessionKeeper:
    return SessionKeeper(listeners=("gate",), venue="venue", positions=("a", "b"))


def trading() -> SessionKeeper:
    session = keeper()
    session.receive(SystemStarted(resumed=False), 0)
    session.receive(Reconciled({}), 1)
    assert session.state == "trading"
    return session


def command(session: SessionKeeper, word: str) -> list[str]:
    return events(session.receive(OperatorCommanded(word, "me"), 2))


def test_a_start_asks_the_venue_and_trades_once_it_agrees() -> None:
    session = keeper()
    effects = session.receive(SystemStarted(resumed=False), 0)
    assert events(effects) == ["init", "begin"]
    assert told(effects, "venue") == [ReconcileRequested()]
    assert told(effects, "gate") == [SessionChanged("reconciling")]
    effects = session.receive(Reconciled({"orders": 0}), 1)
    assert moves(effects) == [("reconcile", "trading", ("RECONCILED",))]
    assert told(effects, "gate") == [SessionChanged("trading")]
    assert session.receive(Reconciled({}), 2) == ()


def test_an_operator_pauses_and_resumes() -> None:
    session = trading()
    assert command(session, "resume") == []
    assert command(session, "pause") == ["pause"]
    assert command(session, "pause") == []
    assert command(session, "resume") == ["resume"]
    assert session.state == "trading"


def test_a_flatten_reaches_every_position_and_leaves_the_session_alone() -> None:
    session = trading()
    effects = session.receive(OperatorCommanded("flatten", "me"), 2)
    assert told(effects, "a") == told(effects, "b") == [Flatten(Reason.EXIT_OPERATOR)]
    assert session.state == "trading"


def test_an_unwritable_journal_heals_through_reconciling() -> None:
    session = trading()
    assert events(session.receive(LedgerFailed("disk full"), 2)) == ["fail"]
    assert session.view()["why"] == {"reason": "LEDGER_UNWRITABLE", "detail": "disk full"}
    effects = session.receive(LedgerRecovered(), 3)
    assert moves(effects) == [("heal", "reconciling", ("LEDGER_HEALED",))]
    assert told(effects, "venue") == [ReconcileRequested()]
    session.receive(Reconciled({}), 4)
    assert session.state == "trading"
    assert session.receive(LedgerRecovered(), 5) == ()


def test_a_failed_actor_does_not_heal_by_itself() -> None:
    session = trading()
    session.receive(ActorFailed("risk", "bug"), 2)
    assert session.receive(LedgerRecovered(), 3) == ()
    effects = session.receive(OperatorCommanded("resume", "me"), 4)
    assert events(effects) == ["resume"]
    assert told(effects, "venue") == [ReconcileRequested()]


def test_a_pause_outlives_a_failure() -> None:
    session = trading()
    command(session, "pause")
    session.receive(LedgerFailed("disk full"), 3)
    session.receive(LedgerRecovered(), 4)
    assert events(session.receive(Reconciled({}), 5)) == ["reconcile", "pause"]


@pytest.mark.parametrize("before", ["trading", "paused", "safe_mode"])
def test_a_stop_is_taken_everywhere_and_only_once(before: str) -> None:
    session = trading()
    if before == "paused":
        command(session, "pause")
    if before == "safe_mode":
        session.receive(ActorFailed("risk", "bug"), 2)
    assert session.state == before
    assert command(session, "stop") == ["stop"]
    assert command(session, "stop") == []
    assert session.receive(SourceEnded(), 3) == ()
    assert session.receive(LedgerFailed("disk full"), 3) == ()
    assert command(session, "resume") == []
    assert events(session.receive(SystemStopped(), 4)) == ["finish"]
    assert session.state == "stopped"


def test_the_end_of_the_data_stops_it_too() -> None:
    session = trading()
    assert moves(session.receive(SourceEnded(), 3)) == [("stop", "stopping", ("SOURCE_ENDED",))]


def restarted(old: SessionKeeper) -> SessionKeeper:
    session = reborn(old, keeper())
    effects = session.receive(SystemStarted(resumed=True), 10)
    assert events(effects) == ["init", "begin"]
    session.receive(Reconciled({}), 11)
    return session


def test_a_restart_is_a_new_instance_that_trades_again() -> None:
    session = restarted(trading())
    assert (session.state, session.view()["instance"]) == ("trading", "system/session/2")


def test_a_restart_keeps_an_operators_pause() -> None:
    session = trading()
    command(session, "pause")
    again = restarted(session)
    assert again.state == "paused"
    assert command(again, "resume") == ["resume"]
    assert restarted(again).state == "trading"


def test_a_restart_keeps_a_pause_that_a_crash_overtook() -> None:
    session = trading()
    command(session, "pause")
    session.receive(LedgerFailed("disk full"), 3)
    session.receive(LedgerRecovered(), 4)
    assert session.state == "reconciling"
    assert restarted(session).state == "paused"


def test_a_restart_keeps_the_safe_mode_of_a_failed_actor_but_not_of_a_journal_that_it_just_read() -> None:
    session = trading()
    session.receive(ActorFailed("risk", "bug"), 2)
    again = restarted(session)
    assert (again.state, again.view()["why"]) == ("safe_mode", {"reason": "ACTOR_FAILED"})
    session = trading()
    session.receive(LedgerFailed("disk full"), 2)
    assert restarted(session).state == "trading"
