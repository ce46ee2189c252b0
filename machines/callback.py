"""A chart's guards and actions as plain functions, found and bound once, and the check that a chart uses nothing else.

What a callback may ask for by name: whatever the event was fired with, and `source` and `target`, the states.
"""

from collections.abc import Callable, Mapping
from inspect import Parameter, iscoroutinefunction, isfunction, signature
from typing import Any

from statemachine.callbacks import CallbackGroup

from core.errors import InvariantBroken
from machines.chart import Chart
from machines.edges import walk

Call = Callable[[Any, Mapping[str, Any]], Any]
"""A bound callback: called with the live chart and what the event was fired with."""

_UNKNOWN = {"event_data", "machine", "event", "model", "transition", "state"}
_UNKNOWN |= {"previous_configuration", "new_configuration", "error"}


def bound(
    chart: type[Chart], owner: Any, group: CallbackGroup, *, event: str, source: Any, target: Any
) -> tuple[Call, ...]:
    """The callbacks of one state or transition in the order the library calls them; guards give a bool.

    Args:
        chart: Whose methods they are.
        owner: The library's state or transition.
        group: Which of its callbacks.
        event: What was fired; some callbacks are for one event only.
        source: What they are given as `source`.
        target: What they are given as `target`.
    """
    specs = sorted((spec for spec in owner._specs if spec.group == group), key=lambda spec: int(spec.priority))  # noqa: SLF001  nothing public lists them
    named = [(getattr(chart, spec.attr_name, None), spec) for spec in specs if not spec.cond or spec.cond(event=event)]
    found = [(_bind(method, source, target), spec.expected_value) for method, spec in named if method is not None]
    return tuple(_expecting(call, wanted=wanted) for call, wanted in found)


def check_supported(chart: type[Chart]) -> None:
    """Refuse a chart that the tables would not run exactly as the library does.

    Raises:
        InvariantBroken: The text says what is not supported, and where.
    """
    if chart._class_listeners or hasattr(chart, "prepare_event"):  # noqa: SLF001  nothing public tells
        raise _unsupported(chart, "listeners and prepare_event")
    for state in walk(chart.states):
        if state.history:
            raise _unsupported(chart, f"the history state in {state.id!r}")
        _check_callbacks(chart, state)
        for transition in state.transitions:
            _check_callbacks(chart, transition)
    for event in chart._events:  # noqa: SLF001  likewise
        if event.delay or not event.isidentifier() or event.startswith(("done_", "error_")):
            raise _unsupported(chart, f"the event {str(event)!r}: delays, dots, stars, done_… and error_…")


def _check_callbacks(chart: type[Chart], owner: Any) -> None:
    for spec in owner._specs:  # noqa: SLF001  likewise
        name = spec.attr_name
        if chart.memory is not None and hasattr(chart.memory, name):
            raise _unsupported(chart, f"{name!r} as a callback of the memory; it belongs on the chart")
        method = getattr(chart, name, None)
        if spec.is_convention and method is None:
            continue
        if (
            spec.group in {CallbackGroup.VALIDATOR, CallbackGroup.INVOKE}
            or callable(spec.func)
            or not isfunction(method)
        ):
            raise _unsupported(chart, f"{spec.group.name.lower()} {name!r}: validators, invocations and expressions")
        _check_method(chart, name, method)


def _check_method(chart: type[Chart], name: str, method: Any) -> None:
    if iscoroutinefunction(method):
        raise _unsupported(chart, f"{name!r}: it is asynchronous")
    for asked in list(signature(method).parameters.values())[1:]:
        if asked.name in _UNKNOWN or asked.kind is not Parameter.POSITIONAL_OR_KEYWORD:
            raise _unsupported(chart, f"{name!r}: the parameter {asked}")


def _bind(method: Any, source: Any, target: Any) -> Call:
    asked = list(signature(method).parameters)[1:]
    states = {name: state for name, state in (("source", source), ("target", target)) if name in asked}
    names = [name for name in asked if name not in states]
    if not asked:
        return lambda chart, _given: method(chart)
    if not states and len(names) == 1:
        only = names[0]
        # Without it the call fails as any Python call does, saying which argument is missing.
        return lambda chart, given: method(chart, given[only]) if only in given else method(chart)
    return lambda chart, given: method(chart, **states, **{name: given[name] for name in names if name in given})


def _expecting(call: Call, *, wanted: bool | None) -> Call:
    if wanted is False:
        return lambda chart, given: not call(chart, given)
    return call


def _unsupported(chart: type[Chart], what: str) -> InvariantBroken:
    return InvariantBroken(f"{chart.title}: a compiled chart does not support {what}")
