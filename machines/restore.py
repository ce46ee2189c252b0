"""A chart on the library's engine, new or brought back where it was saved, without running any entry action."""

from typing import Any

from statemachine.orderedset import OrderedSet

from core.records import Configuration
from machines.chart import Chart
from machines.record import Recorder


class _Row:
    """The model of charts without a memory: the library keeps its configuration on it."""

    state: Any = None


def started(chart: type[Chart], model: object | None, recorder: Recorder) -> Chart:
    """A machine in its initial configuration; its initial entry actions have run."""
    return chart(model=model if model is not None else _Row(), listeners=[recorder])


def restored(chart: type[Chart], model: object | None, recorder: Recorder, configuration: Configuration) -> Chart:
    """A machine in a configuration that was checked; no entry action has run."""
    row: Any = model if model is not None else _Row()
    # The library starts nothing when the model already says where it is. One state is a plain value, several a set.
    row.state = configuration[0] if len(configuration) == 1 else OrderedSet(configuration)
    return started(chart, row, recorder)
