"""What a chart did, as the library reports it: one step per transition taken, whatever caused it."""

from typing import Any, NamedTuple

from core.records import Configuration
from machines.chart import Chart
from machines.configuration import in_document_order


class Step(NamedTuple):
    """One transition taken; several of one microstep share source and target."""

    event: str
    """Empty for an eventless transition."""
    source: Configuration
    target: Configuration


class Recorder:
    """A listener that keeps the steps of a chart until they are taken."""

    def __init__(self) -> None:
        self._steps: list[Step] = []
        self._source: Configuration = ()

    def take(self) -> list[Step]:
        """The steps since the last call, in the order they happened."""
        steps, self._steps = self._steps, []
        return steps

    # Called by the library, by name. `on_transition` would not do: it is called for default entries too.
    def before_transition(self, machine: Chart) -> None:
        """Remember where the microstep begins; every transition of it is announced before any state is left."""
        self._source = configuration_of(machine)

    def after_transition(self, machine: Chart, event: Any) -> None:
        """Keep one transition; the whole microstep is over by now."""
        self._steps.append(Step(str(event or ""), self._source, configuration_of(machine)))


def configuration_of(machine: Chart) -> Configuration:
    """The machine's active states in document order."""
    return in_document_order(type(machine), frozenset(machine.configuration_values))
