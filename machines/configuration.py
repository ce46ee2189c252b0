"""What a chart alone says of a set of active states: its order, whether it is possible, whether it is final."""

from collections.abc import Iterable
from functools import cache
from typing import Any

from core.errors import InvariantBroken
from core.records import Configuration
from machines.chart import Chart
from machines.edges import nodes


@cache
def document_order(chart: type[Chart]) -> dict[str, int]:
    """Each state's place in the chart's file, parents before children; the library's own numbers go level by level."""
    return {node.id: place for place, node in enumerate(nodes(chart))}


@cache
def in_document_order(chart: type[Chart], active: frozenset[str]) -> Configuration:
    """The active states as the chart's file lists them; the library's own order depends on history."""
    return tuple(sorted(active, key=document_order(chart).__getitem__))


@cache
def is_final(chart: type[Chart], configuration: Configuration) -> bool:
    """Whether nothing can move any more: a final state at the root, or one in every region of a parallel root."""
    return any(
        state.final or (state.parallel and _is_done(state, configuration))
        for state in chart.states
        if state.id in configuration
    )


def checked(chart: type[Chart], saved: Iterable[str]) -> Configuration:
    """A saved configuration, in document order.

    Raises:
        InvariantBroken: If the chart can never be in it; the text says which rule it breaks.
    """
    active = frozenset(saved)
    if unknown := sorted(active - chart.states_map.keys()):
        raise _impossible(chart, active, f"there is no state {unknown[0]!r}; there are {', '.join(chart.states_map)}")
    _check_children(chart, active, "the chart", chart.states, parallel=False)
    for state_id in sorted(active):
        state = chart.states_map[state_id]
        if state.parent is not None and state.parent.id not in active:
            raise _impossible(chart, active, f"{state_id!r} is active without its parent {state.parent.id!r}")
        if state.states:
            _check_children(chart, active, repr(state_id), state.states, parallel=state.parallel)
    return in_document_order(chart, active)


def _is_done(state: Any, configuration: Configuration) -> bool:
    if state.parallel:
        return all(_is_done(region, configuration) for region in state.states)
    return any(child.final and child.id in configuration for child in state.states)


def _check_children(
    chart: type[Chart], active: frozenset[str], owner: str, children: Iterable[Any], *, parallel: bool
) -> None:
    ids = [child.id for child in children]
    found = [child for child in ids if child in active]
    wanted = len(ids) if parallel else 1
    if len(found) != wanted:
        rule = "every one" if parallel else "exactly one"
        raise _impossible(
            chart, active, f"{owner} needs {rule} of {', '.join(ids)}, it has {', '.join(found) or 'none'}"
        )


def _impossible(chart: type[Chart], active: frozenset[str], why: str) -> InvariantBroken:
    return InvariantBroken(f"{chart.title}: the saved configuration {sorted(active)} is impossible: {why}")
