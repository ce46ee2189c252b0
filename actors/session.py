"""The session keeper: owns the whole system's mode."""

from typing import ClassVar, cast

from actors.kernel.effects import NOTHING, Effect, Effects, Tell
from core.message import Facts, Json
from core.messages import (
    ActorFailed,
    LedgerFailed,
    LedgerRecovered,
    OperatorCommanded,
    SourceEnded,
    SystemStarted,
    SystemStopped,
)
from core.notices import Flatten, NotReconciled, Reconciled, ReconcileRequested, SessionChanged
from core.reasons import Reason
from machines.instance import Instance
from machines.session import SessionChart

_COMMANDS = {
    "pause": (Reason.OPERATOR_PAUSE, ("trading",)),
    "resume": (Reason.OPERATOR_RESUME, ("paused", "safe_mode")),
    "stop": (Reason.OPERATOR_STOP, ("starting", "reconciling", "trading", "paused", "safe_mode")),
}
"""Each command with its reason and the states that take it; elsewhere it changes nothing."""


class SessionKeeper:
    """Starts, reconciles, pauses, fails safe and stops.

    Args:
        listeners: Addresses told of every change of state.
        venue: Address asked to reconcile.
        positions: Addresses of every position keeper, told to flatten.
    """

    address = "session"
    inputs: ClassVar[tuple[type, ...]] = (
        SystemStarted,
        OperatorCommanded,
        SourceEnded,
        SystemStopped,
        LedgerFailed,
        LedgerRecovered,
        ActorFailed,
    )

    def __init__(self, *, listeners: tuple[str, ...], venue: str, positions: tuple[str, ...]) -> None:
        self._listeners = listeners
        self._venue = venue
        self._positions = positions
        self._number = 0
        self._chart = self._new()
        self._resume_in = "trading"
        self._why: Facts = {}

    def wants(self, message: object) -> bool:
        """Every input it takes matters."""
        return True

    def receive(self, message: object, now: int) -> Effects:
        """Move the session chart, and tell who depends on it."""
        match message:
            case SystemStarted():
                return self._start(now)
            case Reconciled(detail):
                return self._reconciled(detail, now)
            case NotReconciled(reason, detail):
                return self._fail(reason, detail, now)
            case OperatorCommanded("flatten", author):
                return [Tell(position, Flatten(Reason.EXIT_OPERATOR)) for position in self._positions]
            case OperatorCommanded(command, author):
                return self._command(command, author, now)
            case SourceEnded():
                return NOTHING if self._is_ending else self._fire("stop", now, Reason.SOURCE_ENDED, {})
            case SystemStopped():
                return self._fire("finish", now, Reason.SESSION_STOPPED, {})
            case LedgerFailed(detail):
                return self._fail(Reason.LEDGER_UNWRITABLE, {"detail": detail}, now)
            case ActorFailed(actor, detail):
                return self._fail(Reason.ACTOR_FAILED, {"actor": actor, "detail": detail}, now)
            case LedgerRecovered():
                return self._heal(now)
            case _:
                return NOTHING

    def save(self) -> Json:
        """The chart and what to return to."""
        return {"number": self._number, "chart": self._chart.save(), "resume_in": self._resume_in, "why": self._why}

    def restore(self, saved: Json) -> None:
        """Keep the numbering, an operator's pause and a safe mode; the session itself starts anew."""
        values = cast("dict[str, Json]", saved)
        self._number = cast("int", values["number"])
        self._why = cast("Facts", values["why"])
        self._resume_in = cast("str", values["resume_in"])
        (state,) = cast("dict[str, list[str]]", values["chart"])["configuration"]
        if state == "paused" or (state == "safe_mode" and not self._is_looked_at_anew):
            self._resume_in = state

    def view(self) -> dict[str, Json]:
        """State and why."""
        return {"state": self.state, "instance": self._chart.instance, "why": self._why}

    @property
    def state(self) -> str:
        """The chart's state."""
        return self._chart.configuration[0]

    @property
    def _is_ending(self) -> bool:
        return self.state in ("stopping", "stopped")

    @property
    def _is_looked_at_anew(self) -> bool:
        """Whether every start finds out by itself if the cause holds: it writes the journal, and it reconciles."""
        return self._why.get("reason") in (Reason.LEDGER_UNWRITABLE.name, Reason.POSITION_FOREIGN.name)

    def _new(self) -> Instance:
        return Instance(SessionChart, instance=f"system/session/{self._number}", actor=self.address)

    def _start(self, now: int) -> Effects:
        self._number += 1
        self._chart = self._new()
        created = self._chart.create(now, reasons=(Reason.SESSION_STARTED,))
        begun = self._fire("begin", now, Reason.SESSION_STARTED, {})
        return [created, *begun, Tell(self._venue, ReconcileRequested())]

    def _reconciled(self, detail: Facts, now: int) -> Effects:
        if not self._chart.is_in("reconciling"):
            return NOTHING
        effects = self._fire("reconcile", now, Reason.RECONCILED, detail)
        resume_in, self._resume_in = self._resume_in, "trading"
        if resume_in == "paused":
            effects += self._fire("pause", now, Reason.OPERATOR_PAUSE, {})
        elif resume_in == "safe_mode":
            effects += self._fire("fail", now, Reason.ACTOR_FAILED, {})
        return effects

    def _command(self, command: str, author: str, now: int) -> Effects:
        reason, states = _COMMANDS[command]
        if self.state not in states:
            return NOTHING
        effects = self._fire(command, now, reason, {"author": author})
        return [*effects, Tell(self._venue, ReconcileRequested())] if self._chart.is_in("reconciling") else effects

    def _fail(self, reason: Reason, facts: Facts, now: int) -> Effects:
        if self._is_ending:
            return NOTHING
        if self._chart.is_in("paused"):
            self._resume_in = "paused"
        return self._fire("fail", now, reason, facts)

    def _keep_for_the_next_start(self) -> None:
        """A pause and a safe mode outlive a clean stop as they outlive a crash."""
        if self.state == "paused" or (self.state == "safe_mode" and not self._is_looked_at_anew):
            self._resume_in = self.state

    def _heal(self, now: int) -> Effects:
        if not self._chart.is_in("safe_mode") or self._why.get("reason") != Reason.LEDGER_UNWRITABLE.name:
            return NOTHING
        effects = self._fire("heal", now, Reason.LEDGER_HEALED, {})
        return [*effects, Tell(self._venue, ReconcileRequested())]

    def _fire(self, event: str, now: int, reason: Reason, facts: Facts) -> list[Effect]:
        if event == "stop":
            self._keep_for_the_next_start()
        self._why = {"reason": reason.name, **facts}
        effects: list[Effect] = list(self._chart.fire(event, now, reasons=(reason,), facts=facts))
        effects.extend(Tell(listener, SessionChanged(self.state)) for listener in self._listeners)
        return effects
