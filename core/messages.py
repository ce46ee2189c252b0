"""Everything actors say to each other. Commands are imperative, events past tense; times are UTC ms.

The first group are inputs: what enters from outside the deciding actors. The rest travels between them.
"""

from typing import Literal, NamedTuple

from core.message import Json, message

# --- inputs: the market


@message
class BarOpened:
    """A bar began: market orders fill at its open."""

    symbol: str
    ts: int
    open: float


@message
class BarRanged:
    """A bar's range is known: the stop is looked at, then limits."""

    symbol: str
    ts: int
    open: float
    high: float
    low: float


@message
class BarClosed:
    """A bar is complete: it is evaluated. `open_ms` names it."""

    symbol: str
    open_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    incomplete: bool


@message
class BarsRemembered:
    """Bars from before the run, which nothing is decided on: what the measures begin with."""

    symbol: str
    bars: tuple[BarClosed, ...]
    """Oldest first."""


@message
class BarsMissing:
    """Bars are missing before the next one."""

    symbol: str
    first_ms: int
    last_ms: int
    count: int


@message
class MacroPublished:
    """A macro value became known, which is its bar's close, never earlier."""

    ts: int
    feed: str
    """`dxy` or `btc_dominance`."""
    timeframe: str
    """`4h` or `1d`."""
    value: float


@message
class NewsPublished:
    """A headline appeared."""

    ts: int
    source: str
    title: str


@message
class DerivativesPublished:
    """Values of a perpetual contract became known; None is not in this one, not zero."""

    ts: int
    symbol: str
    """The market it belongs to."""
    funding_rate: float | None = None
    """Settled for one funding, as a fraction of the notional; positive: longs pay."""
    open_interest: float | None = None
    """As the source counts it: USD or coin."""
    taker_delta: float | None = None
    """Bought minus sold by takers since the last value, base coin."""
    basis: float | None = None
    """The perpetual's price over spot's, minus 1."""


class ScheduledEvent(NamedTuple):
    """An announcement with a date that is known beforehand."""

    ts: int
    """When it is due, UTC ms; where no hour is given, the start of its day."""
    title: str
    currency: str
    """Three letters; empty where the calendar does not say."""
    impact: Literal["HIGH", "MEDIUM", "LOW", "NONE"]
    has_time: bool = True
    """Whether an hour is given."""


@message
class CalendarPublished:
    """The announcements of a calendar as a whole; they replace those it gave before."""

    ts: int
    source: str
    events: tuple[ScheduledEvent, ...]
    """By time."""


@message
class FeedAnswered:
    """A live source of a feed answered; what was new in it follows as its own inputs."""

    ts: int
    feed: str
    """`dxy`, `btc_dominance`, `news`, `calendar` or `derivatives`."""
    source: str
    new: int
    """How many values or headlines are new; 0: nothing has changed since the last answer."""
    set_aside: dict[str, int]
    """How many were left out, by reason code."""


@message
class FeedFailed:
    """No live source of a feed gave an answer that can be believed."""

    ts: int
    feed: str
    source: str
    """The first that was asked."""
    reason: str
    """A registered code, such as `FEED_UNREACHABLE`."""
    detail: str
    measured: Json
    """What was found, where something was measured."""
    threshold: Json
    """What it was held against."""


@message
class SourceEnded:
    """The market data came to its end."""


# --- inputs: time, operator, the system itself


@message
class TimerFired:
    """A timer that `actor` set is due."""

    actor: str
    key: str


@message
class OperatorCommanded:
    """An operator said something over the control socket."""

    command: str
    """`pause`, `resume`, `flatten` or `stop`."""
    author: str


@message
class InputOverridden:
    """An operator set an input of the regime by hand, or took that back."""

    input: str
    """`news`, `dxy` or `btc_dominance`."""
    value: float | None
    """In [-1, 1], as the input's trend; None: the measured one counts again."""
    ttl_ms: int
    """How long it holds, in the market's time."""
    author: str


@message
class SystemStarted:
    """The first input of every run, and of every restart."""

    resumed: bool


@message
class SystemStopped:
    """The last input of a clean stop."""


@message
class StreamChanged:
    """A connection's life: `event` is one of the connection chart's events."""

    stream: str
    event: str
    detail: str


@message
class LedgerFailed:
    """The journal could not be written."""

    detail: str


@message
class LedgerRecovered:
    """The journal can be written again."""


@message
class ActorFailed:
    """A supervisor gave up on an actor."""

    actor: str
    detail: str
