"""The same instance on the library's own engine: slow, and the yardstick for the tables."""

from typing import Any

from statemachine.exceptions import TransitionNotAllowed
from statemachine.orderedset import OrderedSet

from core.message import Facts
from core.reasons import Reason
from core.records import Configuration, Later, Transition
from machines.configuration import is_final
from machines.instance import Instance
from machines.record import Recorder, Step, configuration_of
from machines.restore import restored, started


class LibraryInstance(Instance):
    """An `Instance` that the library runs; nothing but its cost differs."""

    __slots__ = ("_machine", "_recorder")

    def _begin(self) -> None:
        self._recorder = Recorder()
        self._machine = started(self.chart, self.model, self._recorder)
        self._recorder.take()  # eventless transitions from the initial configuration are part of the creation
        self.configuration = configuration_of(self._machine)

    def _resume(self, configuration: Configuration) -> None:
        self._recorder = Recorder()
        self._machine = restored(self.chart, self.model, self._recorder, configuration)
        self.configuration = configuration

    def fire(
        self, event: str, ts: int, *, reasons: tuple[Reason, ...], facts: Facts | Later | None = None, **guarded: Any
    ) -> list[Transition]:
        """Likewise, without the tables' short cut."""
        return self._recorded(event, ts, reasons, facts, {"now": ts, **guarded})

    def is_in(self, state: str) -> bool:
        """Likewise."""
        return state in self.configuration

    @property
    def is_final(self) -> bool:
        """Likewise."""
        return is_final(self.chart, self.configuration)

    def _steps(self, event: str, given: dict[str, Any]) -> list[Step]:
        before = self.configuration
        try:
            self._machine.send(event, **given)
        except TransitionNotAllowed as error:
            self._put_back(before)
            raise self._refused(event, given) from error
        except BaseException:
            self._put_back(before)
            raise
        steps = self._recorder.take()
        self.configuration = steps[-1].target
        return steps

    def _put_back(self, configuration: Configuration) -> None:
        self._recorder.take()
        self._machine.configuration = OrderedSet([self._machine.states_map[state] for state in configuration])
