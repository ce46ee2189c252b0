"""What the journal keeps, as values: the records every decision leaves behind."""

from typing import NamedTuple, Protocol

from core.message import Facts, message
from core.reasons import Reason
from core.trading.reports import Command

Configuration = tuple[str, ...]
"""The ids of a chart's active states in document order."""


class Later(Protocol):
    """Facts that are worked out when they are read: those of a backtest's records hardly ever are."""

    def facts(self) -> Facts:
        """The facts, the same whenever they are asked for."""


@message
class Transition:
    """One transition of one chart instance, and why."""

    ts: int
    """Event time, UTC ms."""
    actor: str
    machine: str
    instance: str
    """`symbol/chart/n`, such as `BTCUSDT/position/17`."""
    n: int
    """The n-th record of this instance; 0 is its creation, with an empty source."""
    event: str
    source: Configuration
    target: Configuration
    reasons: tuple[Reason, ...]
    told: Facts | Later

    @property
    def facts(self) -> Facts:
        """What was measured, and against what, by name."""
        return self.told if isinstance(self.told, dict) else self.told.facts()


@message
class StopMoved:
    """A protective stop was moved; the chart did not change state."""

    ts: int
    actor: str
    instance: str
    source: float
    target: float
    reasons: tuple[Reason, ...]
    facts: Facts


Verdict = tuple[bool | None, Reason, float | None, float | None]
"""(passed, reason code that a no carries, measured value, threshold); passed None = could not be measured."""


@message
class Evaluation:
    """Every guard's verdict for one closed bar, in the documented order of `core.evaluation.guards`."""

    ts: int
    """The bar's close, UTC ms: when the decision was taken."""
    actor: str
    symbol: str
    bar_open_ms: int
    decision: str
    """`entry`, `blocked` or `in_position`."""
    reason: str
    """Code of the first guard that blocks; empty for the other decisions."""
    mode: str
    """`TREND_BREAKOUT`, `VWAP_REVERSION` or `NONE`: the mode the regime allows."""
    side: int
    """+1 long, -1 short: the side signaled, or the nearer one."""
    regime: str
    verdicts: tuple[Verdict, ...]


Record = Transition | StopMoved | Evaluation | Command

Cause = tuple[int, int, int, int]
"""What led to a record: the input's number, the wave, the actor's rank and the message's place in its share."""


def cause_text(cause: Cause) -> str:
    """A cause as the journal spells it, `input.wave.rank.place`."""
    return "%d.%d.%d.%d" % cause  # noqa: UP031  four fields at once, twice as fast as naming them


class JournalRow(NamedTuple):
    """One line of the journal, whatever its kind."""

    seq: int
    kind: str
    """`input`, `transition`, `evaluation`, `command`, `stop_moved`, `timer_set` or `timer_canceled`."""
    ts: int
    """Event time, UTC ms."""
    actor: str
    machine: str
    """The chart's name; empty for other kinds."""
    instance: str
    n: int
    event: str
    source: Configuration
    target: Configuration
    reasons: tuple[str, ...]
    facts: Facts
    cause: str
    """What led here, as `cause_text` spells it; the input's number for an input."""
