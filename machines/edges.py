"""A chart's graph as plain values: what every picture, table and compiled chart is made from."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from statemachine.callbacks import CallbackGroup

from machines.chart import Chart


class Node(NamedTuple):
    """One state."""

    id: str
    parent: str
    """The enclosing state, empty at the root."""
    kind: str
    """`atomic`, `compound` or `parallel`."""
    initial: bool
    final: bool


class Edge(NamedTuple):
    """One transition, for one of its events."""

    source: str
    target: str
    """The source again where the transition has no target."""
    event: str
    """Empty where the transition needs no event."""
    guard: str
    """Guards joined with `and`, a negated one with `not` before it; empty where there is none."""
    internal: bool
    """Nothing is left and nothing entered: a reaction, not a move."""

    @property
    def label(self) -> str:
        """The event and, in brackets, the guard."""
        return f"{self.event} [{self.guard}]" if self.guard else self.event


@cache
def nodes(chart: type[Chart]) -> tuple[Node, ...]:
    """Every state in document order, parents before children."""
    return tuple(
        Node(state.id, state.parent.id if state.parent else "", _kind(state), bool(state.initial), bool(state.final))
        for state in walk(chart.states)
    )


@cache
def edges(chart: type[Chart]) -> tuple[Edge, ...]:
    """Every transition in document order of its source; default entries are not among them."""
    return tuple(
        Edge(
            source=state.id,
            target=transition.target.id if transition.target else state.id,
            event=event,
            guard=_guard(transition),
            internal=transition.target is None or bool(transition.internal),
        )
        for state in walk(chart.states)
        for transition in state.transitions
        if not transition.initial
        for event in ([str(name) for name in transition.events] or [""])
    )


def events(chart: type[Chart]) -> tuple[str, ...]:
    """Every event's name in the order the chart declares them."""
    return tuple(str(event) for event in chart._events)  # noqa: SLF001  the public list asks for an instance


def walk(states: Iterable[Any]) -> Iterator[Any]:
    """The library's states, depth first: the order in which the chart's file lists them."""
    for state in states:
        yield state
        yield from walk(state.states)


def _kind(state: Any) -> str:
    if not state.states:
        return "atomic"
    return "parallel" if state.parallel else "compound"


def _guard(transition: Any) -> str:
    specs = [spec for spec in transition._specs if spec.group == CallbackGroup.COND]  # noqa: SLF001  nothing public lists them
    return " and ".join(f"not {spec.attr_name}" if spec.expected_value is False else spec.attr_name for spec in specs)
