"""What every chart is: a statechart that refuses out loud, with synchronous and pure callbacks.

A chart says what state we are in. It never sleeps, calls out, logs or awaits; a time-out is an ordinary event, sent by
a timer that an actor owns. Its callbacks see `self.model`, `self.is_in(state)` and `self.raise_(event)`, nothing else,
so that the same chart runs on the library's engine and on a compiled table.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from statemachine import StateChart

from core.reasons import Reason


class Chart(StateChart[Any]):
    """The library, configured once for all charts."""

    # An event that nothing takes is a bug of the sender, and an exception in a callback is a bug of the chart: the
    # library's defaults swallow both.
    allow_event_without_transition = False
    catch_errors_as_events = False

    title: ClassVar[str]
    """The chart's name in records, journals and on the command line."""

    memory: ClassVar[type | None] = None
    """The dataclass a chart's guards and actions need beside its configuration; its fields are saved with it."""

    own_reasons: ClassVar[Mapping[str, tuple[Reason, ...]]] = {}
    """Events the chart raises by itself that carry their own reasons instead of the causing event's."""

    def is_in(self, state: str) -> bool:
        """Whether the state, of whatever depth, is active."""
        return state in self.configuration_values
