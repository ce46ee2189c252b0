"""Shapes of the market's endpoints."""

from typing import Annotated, Literal

from pydantic import Field

from core.book.sample import FeatureSample
from web.shapes.shape import Shape

Side = Literal["up", "down"]
OptionalPrice = Annotated[float | None, Field(description="Quote currency; null while it is not measured.")]


class LastTrade(Shape):
    """The newest price that traded."""

    symbol: str
    price: float
    """Quote currency: the close of the newest bar, which is its last trade."""
    ts: int
    """When that bar closed, UTC ms."""


class Kline(Shape):
    """One closed bar."""

    open_ms: int
    """UTC ms; a bar is named by its open."""
    close_ms: int
    """The open of the bar after it."""
    open: float
    """Quote currency, as the other three."""
    high: float
    low: float
    close: float
    volume: float
    """Base coin."""
    incomplete: bool
    """Parts of it are missing in the source."""


class Klines(Shape):
    """Closed bars, oldest first."""

    symbol: str
    timeframe: str
    """Such as `5m`."""
    klines: list[Kline]


class Measures(Shape):
    """What was measured at a bar's close."""

    atr: OptionalPrice
    vwap: OptionalPrice
    band_upper: OptionalPrice
    band_lower: OptionalPrice
    donchian_high: OptionalPrice
    donchian_low: OptionalPrice
    target_above: OptionalPrice
    target_below: OptionalPrice


class LatestKline(Kline):
    """The newest closed bar and what was measured at its close."""

    symbol: str
    timeframe: str
    """Such as `5m`."""
    measures: Measures


class Volatility(Shape):
    """How violent the newest closed bar was."""

    symbol: str
    ts: int
    """When it closed, UTC ms."""
    volatility: Literal["normal", "high", "extreme"] | None
    """`extreme`: the `volatility` guard refuses entries. Null: not measured yet, or the guard is off."""
    range_atr: float | None
    """Its true range over the ATR before it."""
    high_above: float | None
    extreme_above: float | None
    """`guards.max_range_atr`."""
    atr_pct: float | None
    """ATR in % of the close."""


class Level(Shape):
    """A price where orders are thought to rest, and what happened to it."""

    kind: str
    """Such as `prior_day_high`."""
    price: float
    """Quote currency."""
    distance_pct: float
    """From the last close, %; positive above it."""
    strength: float
    """What is left of it, 0 to 1: weight of the kind, faded by age, halved by a touch."""
    state: Literal["untouched", "touched", "swept", "returned", "broken"]
    """`swept` while pierced and undecided, then `returned` in time, or `broken`."""
    known_ms: int
    """Open of the bar at whose close it was known, UTC ms."""
    touches: int
    """Later bars that traded at or through it."""
    last_touch_ms: int | None
    sweeps: int
    """How often it was pierced and price returned."""
    last_return_ms: int | None


class Levels(Shape):
    """Liquidity levels, the highest first."""

    symbol: str
    ts: int
    """Close of the bar at which they were known, UTC ms."""
    levels: list[Level]


class Target(Shape):
    """The nearest untouched level on one side."""

    price: float
    kind: str
    strength: float
    """0 to 1: weight of the kind, faded by age, halved by a touch."""


class Sweep(Shape):
    """Stops beyond a swing were taken, and price returned."""

    towards: Side
    """`up`: a low was swept and reclaimed."""
    bars_ago: int


class StructureBreak(Shape):
    """A close beyond the last confirmed swing."""

    kind: Literal["BOS", "CHOCH"]
    """BOS continues the trend, CHOCH turns it."""
    towards: Side
    bars_ago: int


class Liquidity(Shape):
    """Targets, sweeps and structure."""

    session: str | None
    """`asia`, `london`, `new_york`, or null between sessions."""
    target_above: Target | None
    target_below: Target | None
    sweep: Sweep | None
    """The last one."""
    structure_break: StructureBreak | None
    """The last one."""


class BookZone(Shape):
    """A stretch of the order book where far more rests than around it."""

    price: float
    """The edge nearest to the market, quote currency."""
    strength: float
    """Its share of all that rests on its side within range, 0 to 1."""
    distance_bps: float
    """From mid."""
    age_ms: int
    """For how long it has been seen."""


class LiquidityStatus(Liquidity):
    """Whether there is something to aim at, and what happened last."""

    symbol: str
    ts: int
    """Close of the bar it was read from, UTC ms."""
    levels: int
    """How many levels are known."""
    zone_above: BookZone | None
    """The nearest zone of asks; null where no order book tells of one."""
    zone_below: BookZone | None
    """The nearest zone of bids; likewise."""


class Market(Measures):
    """The market part of the published view."""

    last: OptionalPrice
    open_ms: int | None = None
    """The newest closed bar, UTC ms."""
    closes: list[float] = Field(default_factory=list)
    """Up to 200, oldest first."""
    book: FeatureSample | None = None
    """Where the market has an order book."""
    levels: list[Level] = Field(default_factory=list)
    liquidity: Liquidity | None = None
