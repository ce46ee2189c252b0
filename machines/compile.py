"""Charts as tables: what each event does in each configuration, worked out once and looked up ever after.

The library decides what a transition leaves and enters; a table only remembers the answers, so a chart means the same
on both. One fire costs a microsecond here and a hundred there. Entries are made when they are first needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any, NamedTuple

from statemachine.callbacks import CallbackGroup
from statemachine.orderedset import OrderedSet

from core.records import Configuration
from machines.callback import Call, bound, check_supported
from machines.chart import Chart
from machines.configuration import in_document_order, is_final
from machines.edges import events, nodes
from machines.record import Recorder
from machines.restore import restored


class Action(NamedTuple):
    """Something to call within a transition."""

    call: Call
    seen: Configuration
    """What is active at that moment: states are left one by one and entered one by one."""


@dataclass(slots=True)
class Effect:
    """What one microstep does."""

    source: Configuration
    target: "Spot"
    count: int
    """Transitions taken, each of which leaves a record."""
    actions: tuple[Action, ...]


class Row(NamedTuple):
    """One transition that may be taken."""

    guards: tuple[Call, ...]
    transition: Any


@dataclass(slots=True)
class Choice:
    """What may happen to one event in one configuration."""

    rows: tuple[tuple[Row, ...], ...]
    """For each active leaf that has any: the transitions that might take the event, the first that may winning."""
    effects: dict[tuple[int, ...], Effect] = field(default_factory=dict)
    """By the places of the rows chosen, -1 for none."""
    single: tuple[tuple[tuple[Call, ...], Effect], ...] = ()
    """Guards and effects of the rows where one leaf alone has any: the first whose guards agree is what happens."""
    is_plain: bool = False
    """Whether nothing but that need be looked at: one leaf, no action, one record."""


@dataclass(slots=True, eq=False)
class Spot:
    """A configuration and, once somebody asked, what each event does in it."""

    title: str
    """The chart's."""
    configuration: Configuration
    is_final: bool
    states: frozenset[str]
    """The configuration's, to be looked up at once."""
    choices: dict[str, Choice] = field(default_factory=dict)


class Table:
    """One chart, compiled.

    Args:
        chart: Which chart.

    Raises:
        InvariantBroken: If the chart uses what tables do not support.
    """

    def __init__(self, chart: type[Chart]) -> None:
        check_supported(chart)
        self.chart = chart
        self.events = frozenset(events(chart))
        self.has_eventless = any(
            not transition.initial and transition.is_eventless
            for state in chart.states_map.values()
            for transition in state.transitions
        )
        # A machine of the library's, put by hand into the configuration asked about; it is never fired.
        self._bench = restored(chart, None, Recorder(), (nodes(chart)[0].id,))
        self._spots: dict[Configuration, Spot] = {}
        self.initial = self._initial()

    def spot(self, configuration: Configuration) -> Spot:
        """The one spot of a configuration, which must be in document order."""
        spot = self._spots.get(configuration)
        if spot is None:
            ends = is_final(self.chart, configuration)
            spot = Spot(self.chart.title, configuration, ends, frozenset(configuration))
            self._spots[configuration] = spot
        return spot

    def choice(self, spot: Spot, event: str) -> Choice:
        """What may happen to an event, empty for eventless transitions; made now if nobody asked before."""
        if event not in spot.choices:
            spot.choices[event] = self._choice(spot, event)
        return spot.choices[event]

    def select(self, spot: Spot, event: str, machine: Any, given: Mapping[str, Any]) -> Effect | None:
        """The microstep that the guards allow; None if they allow none."""
        choice = spot.choices.get(event) or self.choice(spot, event)
        if not choice.single:
            return self._combined(choice, spot, event, machine, given)
        place = _first(choice.rows[0], machine, given)
        return choice.single[place][1] if place >= 0 else None

    def _combined(
        self, choice: Choice, spot: Spot, event: str, machine: Any, given: Mapping[str, Any]
    ) -> Effect | None:
        """What several leaves make of an event together."""
        chosen = tuple([_first(rows, machine, given) for rows in choice.rows])
        effect = choice.effects.get(chosen)
        if effect is None and any(place >= 0 for place in chosen):
            taken = [rows[place].transition for rows, place in zip(choice.rows, chosen, strict=True) if place >= 0]
            effect = choice.effects[chosen] = self._effect(spot.configuration, event, taken)
        return effect

    def _choice(self, spot: Spot, event: str) -> Choice:
        if spot.is_final or (event and event not in self.events):
            return Choice(())
        leaves = [self.chart.states_map[state] for state in spot.configuration]
        per_leaf = [self._rows(leaf, event) for leaf in leaves if leaf.is_atomic]
        choice = Choice(tuple(rows for rows in per_leaf if rows))
        if len(choice.rows) == 1:
            rows = choice.rows[0]
            choice.single = tuple(
                (each.guards, self._effect(spot.configuration, event, [each.transition])) for each in rows
            )
            is_left_alone = self.has_eventless or event in self.chart.own_reasons
            choice.is_plain = not is_left_alone and not any(effect.actions for _, effect in choice.single)
        return choice

    def _rows(self, leaf: Any, event: str) -> tuple[Row, ...]:
        return tuple(
            Row(self._bound(transition, CallbackGroup.COND, event, transition.source, transition.target), transition)
            for state in chain([leaf], leaf.ancestors())
            for transition in state.transitions
            if not transition.initial
            if (transition.match(event) if event else transition.is_eventless)
        )

    def _initial(self) -> Effect:
        engine = self._engine(())
        return self._microstep((), "__initial__", engine._initial_transitions(None))  # noqa: SLF001  see _engine

    def _effect(self, source: Configuration, event: str, chosen: list[Any]) -> Effect:
        engine = self._engine(source)
        return self._microstep(source, event, list(engine._filter_conflicting_transitions(OrderedSet(chosen))))  # noqa: SLF001  see _engine

    def _microstep(self, source: Configuration, event: str, taken: list[Any]) -> Effect:
        """One microstep's calls in the library's order: before, leave, on, enter, after."""
        engine = self._engine(source)
        exits, left = engine._prepare_exit_states(taken)  # noqa: SLF001  see _engine
        entries, defaults, _, _ = engine._prepare_entry_states(taken, left, engine.sm.configuration)  # noqa: SLF001  see _engine
        default_ids = {entry.state.id for entry in defaults}
        active = set(source)
        actions = self._of_transitions(taken, CallbackGroup.BEFORE, event, active)
        for leaving in exits:
            calls = self._bound(leaving.state, CallbackGroup.EXIT, event, leaving.state, leaving.transition.target)
            actions += self._seen(calls, active)
            active.discard(leaving.state.id)
        actions += self._of_transitions(taken, CallbackGroup.ON, event, active)
        for entry in entries:
            active.add(entry.state.id)
            ends = entry.transition.source, entry.state
            actions += self._seen(self._bound(entry.state, CallbackGroup.ENTER, event, *ends), active)
            first = [transition for transition in entry.state.transitions if transition.initial]
            if entry.state.id in default_ids and len(first) == 1:
                actions += self._seen(self._bound(first[0], CallbackGroup.ON, event, *ends), active)
        actions += self._of_transitions(taken, CallbackGroup.AFTER, event, active)
        target = self.spot(in_document_order(self.chart, frozenset(active)))
        return Effect(source, target, len(taken), tuple(actions))

    def _of_transitions(self, taken: list[Any], group: CallbackGroup, event: str, active: set[str]) -> list[Action]:
        calls = [
            call
            for transition in taken
            for call in self._bound(transition, group, event, transition.source, transition.target)
        ]
        return self._seen(calls, active)

    def _seen(self, calls: Any, active: set[str]) -> list[Action]:
        seen = in_document_order(self.chart, frozenset(active))
        return [Action(call, seen) for call in calls]

    def _bound(self, owner: Any, group: CallbackGroup, event: str, source: Any, target: Any) -> tuple[Call, ...]:
        return bound(self.chart, owner, group, event=event, source=source, target=target)

    def _engine(self, configuration: Configuration) -> Any:
        """The library's engine, in this configuration; its private methods are the one definition of a microstep.

        The version is pinned, and the tests compare every reachable entry and long walks with the library itself.
        """
        states = self._bench.states_map
        self._bench.configuration = OrderedSet([states[state] for state in configuration])
        return self._bench._engine  # noqa: SLF001  why: above


@cache
def table(chart: type[Chart]) -> Table:
    """The chart's one table."""
    return Table(chart)


def _first(rows: tuple[Row, ...], machine: Any, given: Mapping[str, Any]) -> int:
    for place, row in enumerate(rows):
        for guard in row.guards:
            if not guard(machine, given):
                break
        else:
            return place
    return -1
