"""Shapes of the journal, the charts and the system as a whole."""

from typing import Any, Literal

from pydantic import Field

from web.shapes.context import Derivatives, Flow, MacroFeed, NewsFeed, Regime
from web.shapes.market import Market
from web.shapes.shape import Shape
from web.shapes.trading import Account, Counts, Judged, Order, Position, Risk


class Transition(Shape):
    """One journal row of a chart."""

    seq: int
    kind: Literal["transition"]
    ts: int
    """Event time, UTC ms."""
    actor: str
    machine: str
    """The chart."""
    instance: str
    """`symbol/chart/n`."""
    n: int
    """The n-th record of this instance; 0 is its creation."""
    event: str
    source: list[str]
    """Active states before, in document order; empty at its creation."""
    target: list[str]
    reasons: list[str]
    """At least one; see `/api/reasons`."""
    facts: dict[str, Any]
    """Measured values beside their thresholds."""
    cause: str
    """What led here: input, wave, rank, place."""
    hash: str | None = None
    """Of the commit that holds it, where asked for."""


class ChartNode(Shape):
    """One state of a chart."""

    id: str
    parent: str
    """The enclosing state, empty at the root."""
    kind: Literal["atomic", "compound", "parallel"]
    initial: bool
    final: bool


class ChartEdge(Shape):
    """One transition of a chart."""

    source: str
    target: str
    event: str
    """Empty where it needs none."""
    guard: str
    internal: bool
    """A reaction, not a move."""


class Live(Shape):
    """A live instance of a chart."""

    instance: str
    configuration: list[str]
    """Its active states in document order."""


class Chart(Shape):
    """A statechart and its live instances."""

    name: str
    summary: str
    states: list[ChartNode]
    events: list[str]
    transitions: list[ChartEdge]
    instances: list[Live]


class ReasonCode(Shape):
    """A reason code and what to do about it."""

    code: str
    meaning: str
    remedy: str
    """What to do; empty where there is nothing to do."""
    emitted_by: str


class LiveChart(Live):
    """A live instance and its chart's name."""

    chart: str


class Actor(Shape):
    """A deciding actor."""

    name: str
    state: str
    restarts: int


class Session(Shape):
    """The system's mode."""

    state: str
    reasons: list[str | None]
    facts: dict[str, Any]


class Connection(Shape):
    """A connection's chart."""

    state: str
    instance: str


class BarCounts(Shape):
    """What this run has done."""

    bars: int
    transitions: int
    evaluations: int
    decisions: Counts
    blocked: Counts
    by_regime: Counts


class Feeds(Shape):
    """The feeds by name."""

    dxy: MacroFeed
    btc_dominance: MacroFeed
    news: NewsFeed
    derivatives: Derivatives | None = None
    """Missing where the run has no such input."""


class Nothing(Shape):
    """Nothing yet."""


class Status(Shape):
    """The published view; a part is missing until there is something to show."""

    run_id: str | None = None
    resumed: bool | None = None
    """Whether it goes on with a run that was begun before."""
    venue: str | None = None
    mode: str | None = None
    """`paper` or `live`."""
    profile: str | None = None
    symbol: str | None = None
    timeframe: str | None = None
    timeframe_ms: int | None = None
    time: int | None = None
    """The market clock, UTC ms."""
    durable_seq: int | None = None
    """The newest durable journal row."""
    healthy: bool | None = None
    why: str | None = None
    """What is wrong, if anything is."""
    session: Session | None = None
    actors: list[Actor] = Field(default_factory=list)
    machines: list[LiveChart] = Field(default_factory=list)
    connections: dict[str, Connection] = Field(default_factory=dict)
    feeds: Feeds | None = None
    market: Market | None = None
    regime: Regime | None = None
    flow: Flow | Nothing | None = None
    evaluation: Judged | Nothing | None = None
    orders: list[Order] = Field(default_factory=list)
    positions: list[Position] = Field(default_factory=list)
    risk: Risk | None = None
    account: Account | None = None
    counts: BarCounts | None = None


class Health(Shape):
    """Every actor, chart, feed and connection, and what is wrong."""

    status: Literal["ok", "unhealthy"]
    why: str | None
    session: Session | None
    actors: list[Actor] | None
    machines: list[LiveChart] | None
    feeds: Feeds | None
    connections: dict[str, Connection] | None
    durable_seq: int | None
    time: int | None = Field(description="The market clock, UTC ms.")
