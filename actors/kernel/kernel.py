"""Inputs in, cascades out: numbering, routing, timers and the journal's rows, shared by both runtimes."""

from collections.abc import Iterator, Sequence
from typing import Protocol, cast

from actors.kernel.actor import Decider
from actors.kernel.cascade import Cascade, Ranks
from actors.kernel.effects import CancelTimer, Effect, SetTimer
from actors.kernel.timers import Timer, Timers
from core.errors import InvariantBroken
from core.message import Json
from core.messages import TimerFired
from core.records import Cause, Record


class Scribe(Protocol):
    """Where a run's records go."""

    def admitted(self, number: int, now: int, message: object) -> None:
        """An input was admitted."""

    def recorded(self, cause: Cause, record: Record) -> None:
        """An actor recorded something."""

    def timer_set(self, cause: Cause, actor: str, now: int, effect: SetTimer) -> None:
        """An actor set a timer."""

    def timer_canceled(self, cause: Cause, actor: str, now: int, effect: CancelTimer) -> None:
        """An actor canceled a timer."""


class Kernel:
    """The deciding actors with everything around them that must be the same in every runtime.

    Args:
        deciders: In rank order; the order is part of the run's meaning.
        scribe: Takes the records.
    """

    def __init__(self, deciders: Sequence[Decider], scribe: Scribe) -> None:
        self.deciders = tuple(deciders)
        self.scribe = scribe
        self.timers = Timers()
        self.number = 0
        self.cursor = 0
        self.now = 0
        self.dirty: set[int] = set()
        self.ranks: Ranks = {decider.address: rank for rank, decider in enumerate(deciders)}
        if len(self.ranks) != len(self.deciders):
            raise InvariantBroken("two deciding actors share an address")
        self._takers: dict[type, tuple[int, ...]] = {}

    def due(self, now: int) -> Iterator[tuple[int, TimerFired]]:
        """Every timer due at or before `now`, as the inputs to admit first, with their times."""
        timer: Timer | None
        while timer := self.timers.pop_due(now):
            yield timer[0], TimerFired(timer[1], timer[2])

    def admit(self, message: object, now: int) -> list[int]:
        """Number an input; returns the ranks of the actors that would do anything with it, ascending."""
        self.number += 1
        self.now = now
        self.scribe.admitted(self.number, now, message)
        return self._first(message)

    def open(self, message: object, now: int) -> Cascade | None:
        """Admit an input; None where no actor would do anything with it."""
        first = self.admit(message, now)
        if not first:
            return None
        return Cascade(self.number, now, ranks=self.ranks, first=first, message=message)

    def close(self, cascade: Cascade) -> None:
        """Apply a finished cascade's timers and hand its records to the scribe."""
        recorded = self.scribe.recorded
        for cause, actor, effect in cascade.entries:
            if type(effect) is SetTimer or type(effect) is CancelTimer:
                self.keep(cause, actor, effect, cascade.now)
            else:
                recorded(cause, cast("Record", effect))
        self.dirty |= cascade.touched

    def keep(self, cause: Cause, actor: str, effect: Effect, now: int) -> None:
        """Apply one timer effect, or hand one record to the scribe."""
        if type(effect) is SetTimer:
            self.timers.set(actor, effect.key, effect.due_ms)
            self.scribe.timer_set(cause, actor, now, effect)
        elif type(effect) is CancelTimer:
            self.timers.cancel(actor, effect.key)
            self.scribe.timer_canceled(cause, actor, now, effect)
        else:
            self.scribe.recorded(cause, cast("Record", effect))

    def saved(self) -> dict[str, Json]:
        """The state of every actor touched since the last call, and the kernel's own, by address."""
        states = {self.deciders[rank].address: self.deciders[rank].save() for rank in sorted(self.dirty)}
        self.dirty.clear()
        states["kernel"] = {
            "number": self.number,
            "cursor": self.cursor,
            "now": self.now,
            "timers": self.timers.save(),
        }
        return states

    def restore(self, states: dict[str, Json]) -> None:
        """Take the states of an earlier run."""
        own = cast("dict[str, Json]", states["kernel"])
        self.number, self.cursor, self.now = (cast("int", own[key]) for key in ("number", "cursor", "now"))
        self.timers.restore(cast("list[Timer]", own["timers"]))
        for decider in self.deciders:
            if decider.address in states:
                decider.restore(states[decider.address])

    def _first(self, message: object) -> list[int]:
        if type(message) is TimerFired:
            return [self.ranks[message.actor]]
        takers = self._takers.get(type(message))
        if takers is None:
            takers = tuple(rank for rank, decider in enumerate(self.deciders) if type(message) in decider.inputs)
            self._takers[type(message)] = takers
        return [rank for rank in takers if self.deciders[rank].wants(message)]
