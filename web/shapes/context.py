"""Shapes of the slow layers: macro inputs, news, regime, capital flow."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from web.shapes.shape import Shape

FeedState = Literal["fresh", "stale", "failed"]
Trend = Annotated[float, Field(ge=-1, le=1, description="In [-1, 1].")]
Source = Annotated[
    str | None,
    Field(description="Which of its live sources serves it: who answered last; null where none did, as in a replay."),
]
Failure = Annotated[
    dict[str, Any] | None, Field(description="The last failure of its live sources, null where none failed.")
]
Terms = Annotated[list[Any], Field(description="The terms that made the tone, with what each gave.")]


class Feed(Shape):
    """What every feed tells of itself."""

    state: FeedState
    """A stale value is not used for decisions."""
    instance: str
    """Its chart."""
    known_at: int | None
    """When its newest value became known, UTC ms."""
    source: Source
    failure: Failure


class MacroFeed(Feed):
    """A macro input: its newest value and its trend."""

    value: float | None
    """Index points for the dollar, % of the whole market for dominance."""
    trend: Trend | None
    """Null while no look-back can be measured."""
    momentum: float | None
    """The shortest look-back's trend minus the longest's; null while fewer than two are measured."""
    parts: dict[str, list[float] | str]
    """By look-back `timeframe/hours`: [change, trend, weight], or `stale` or `no_history`."""


class Derivatives(Feed):
    """What the perpetual contract tells of the crowd; null is unknown, too old or not measurable yet."""

    funding_rate: float | None
    """Of one funding, as a fraction of the notional; positive: longs pay."""
    funding_annual_pct: float | None
    funding_z: float | None
    """Standard deviations above the mean of the fundings before it."""
    open_interest: float | None
    """As the source counts it: USD or coin."""
    open_interest_change_pct: float | None
    """Over the look-back, a day by default."""
    taker_delta: float | None
    """Bought minus sold by takers over the look-back, base coin."""
    basis_pct: float | None
    """Perpetual over spot."""
    crowding: Literal["LONGS_CROWDED", "SHORTS_CROWDED", "NEUTRAL"] | None
    """Null while funding is unknown."""
    text: str
    """The same in words."""
    guarded: bool
    """Whether entries on a crowded side are forbidden."""


class Headline(Shape):
    """A headline, what was made of it and what became of it."""

    ts: int
    """When it appeared, UTC ms."""
    source: str
    title: str
    category: str
    """`MACRO_…` or `CRYPTO_…`; empty where it is about neither."""
    sentiment: Trend
    impact: Literal["HIGH", "MEDIUM", "LOW"]
    relevance: float
    """1 for a definite subject, less for market chatter, 0 for none of ours."""
    terms: Terms
    counts: bool
    """Whether it is part of the signal."""
    set_aside: str | None
    """The reason code where it does not count."""


class NewsSignal(Shape):
    """What the headlines that count say together."""

    n: Trend
    """Positive is appetite for risk."""
    crypto: Trend | None
    """Of crypto headlines alone."""
    macro: Trend | None
    """Of the wider economy's alone."""
    alignment: Literal["ALIGNED", "DECOUPLED", "NEUTRAL", "RISK"]
    items: int
    """Headlines that count."""
    loudest: list[tuple[str, float, list[str]]]
    """Up to three of them with their tone."""


class NewsSignals(Shape):
    """The aggregated news."""

    state: FeedState
    known_at: int | None
    """When the newest headline appeared, UTC ms."""
    signal: NewsSignal | None
    """Null while no headline counts."""


class NewsFeed(Feed):
    """The news part of the published view."""

    signal: NewsSignal | None
    classified: list[Headline]
    """The last that the run has read, the newest first."""


class NewsFetch(Feed):
    """What the news feed last brought. Asking does not fetch: sources are polled within their quotas."""

    read: int
    """Headlines at hand, at most 100."""
    counted: int
    """Those that were part of the signal when they came."""
    set_aside: dict[str, int]
    """The others, by reason code."""


class TrendInput(Shape):
    """One input of the regime, and what it is made of: its look-backs, or its loudest headlines.

    Dominance's has `read_as`, its trend as it is read beside price's; price's has `change_pct` over so many `hours`.
    """

    model_config = ConfigDict(extra="allow")

    input: Literal["dxy", "btc_dominance", "price", "news"]
    """`price` is bitcoin's own: it takes of dominance's weight as much as it moved."""
    trend: Trend
    weight: float
    """Share in the risk score: missing inputs gave theirs away, news what they do not say, dominance price's part."""
    contribution: float
    """To the risk score; a rising dollar subtracts."""


class Flip(Shape):
    """The nearest value of one input that alone would make another regime take over."""

    input: str
    value: Trend
    """Where the input stands already, if only the dwell still holds the regime."""
    to: str
    """That regime."""


class ManualInput(Shape):
    """An input an operator set by hand, which stands in place of the measured one."""

    input: Literal["news", "dxy", "btc_dominance"]
    value: Trend
    author: str
    """The name given, if any, and the user id."""
    until: int
    """UTC ms, market time."""
    left_ms: int


class Permitted(Shape):
    """What the regime permits."""

    size_multiplier: float
    modes: list[str]
    sides: list[int]
    """+1 long, -1 short."""
    note: str


class RegimeNow(Permitted):
    """The regime and its permissions."""

    state: str
    """`RISK_ON`, `RISK_OFF`, `DECOUPLED`, `CHOP` or `undetermined`."""
    pinned: str = ""
    """The one that the settings hold, whatever the inputs say; empty where it is measured."""
    since: int | None
    """UTC ms; null before the first regime was named."""
    dwell_left_ms: int
    """How long it still holds whatever the scores say."""


class Regime(RegimeNow):
    """The regime with its scores, where they come from, and what would flip it."""

    instance: str
    dwell_ms: int
    threshold: float
    """The score a candidate needs."""
    contributions: list[TrendInput]
    flips: list[Flip]
    manual: list[ManualInput] = Field(default_factory=list)
    """Empty while every input is as measured."""
    candidate: str | None = None
    score: float | None = None
    """The candidate's."""
    risk_score: Trend | None = None
    crypto_score: Trend | None = None
    scores: dict[str, float] = Field(default_factory=dict)


class Flow(Shape):
    """Where money flows within crypto, read from bitcoin's dominance."""

    direction: Literal["BTC_INFLOW", "BTC_OUTFLOW", "NEUTRAL"]
    trend: Trend | None
    """Dominance's."""
    momentum: float | None
    """Its shortest look-back minus its longest."""
    price_trend: Trend | None
    """Bitcoin's over 72 h."""
    divergence: bool
    """Price and dominance run against each other, both strongly."""
    strength: float
    """0 to 1."""
    bias: Literal["continuation", "mean_reversion", "neutral"]


class FlowReading(Shape):
    """The flow in words."""

    text: str
    direction: str
    bias: str
    supports: list[str]
    """The modes that it suits."""
