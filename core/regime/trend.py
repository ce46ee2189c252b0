"""What a trend is made of, and how each feed is measured.

Each look-back compares the newest value of its timeframe with the last one known that long before it. The trend is the
mean of the look-backs that can be measured: one that is stale, or whose history does not reach back, gives its weight
to the others, and its part says so.
"""

from typing import NamedTuple

from core.durations import HOUR_MS
from core.errors import InvariantBroken
from core.message import Facts, Json, message
from core.regime.params import RegimeParams


class Lookback(NamedTuple):
    """One comparison that a trend is made of."""

    timeframe: str
    lookback_ms: int
    weak: float
    strong: float

    @property
    def label(self) -> str:
        """Such as `1d/72h`."""
        return f"{self.timeframe}/{self.lookback_ms // HOUR_MS}h"


class Source(NamedTuple):
    """How a feed is measured."""

    lookbacks: tuple[Lookback, ...]
    stale_ms: dict[str, int]
    """By timeframe."""
    in_percent: bool
    """Change in percent; else in points."""
    rests_on_weekends: bool


@message
class TrendPart:
    """One look-back's share in a trend."""

    label: str
    change: float | None
    """Percent or points; None where the history does not reach back."""
    weak: float
    strong: float
    trend: float | None
    """In [-1, 1]; None where it was not measured."""
    weight: float
    """Share in the trend; 0 where it was not measured."""
    stale: bool
    """The timeframe's newest value is too old."""

    def facts(self) -> Json:
        """[change, trend, weight], or what kept it from being measured."""
        if self.change is None or self.trend is None:
            return "stale" if self.stale else "no_history"
        return [round(self.change, 6), round(self.trend, 6), round(self.weight, 6)]


@message
class Trend:
    """A feed's trend in [-1, 1] and what it is made of."""

    value: float
    parts: tuple[TrendPart, ...]
    """Every look-back from the shortest to the longest, measured or not."""

    @property
    def momentum(self) -> float | None:
        """The shortest look-back's trend minus the longest's; None where fewer than two are measured."""
        measured = [part.trend for part in self.parts if part.trend is not None]
        return measured[0] - measured[-1] if len(measured) > 1 else None

    def facts(self) -> Facts:
        """The parts by label."""
        return {part.label: part.facts() for part in self.parts}


def source(feed: str, params: RegimeParams) -> Source:
    """How `dxy` or `btc_dominance` is measured.

    Raises:
        InvariantBroken: If the feed is neither.
    """
    match feed:
        case "dxy":
            return _dollar(params)
        case "btc_dominance":
            return _dominance(params)
    raise InvariantBroken(f"no macro feed is called {feed!r}; the feeds are dxy and btc_dominance")


def _dollar(p: RegimeParams) -> Source:
    return Source(
        lookbacks=(
            Lookback("4h", p.dxy_4h_lookback_ms, p.dxy_4h_weak_pct, p.dxy_4h_strong_pct),
            Lookback("1d", p.dxy_1d_lookback_ms, p.dxy_1d_weak_pct, p.dxy_1d_strong_pct),
        ),
        stale_ms={"4h": p.dxy_4h_stale_ms, "1d": p.dxy_1d_stale_ms},
        in_percent=True,
        rests_on_weekends=True,
    )


def _dominance(p: RegimeParams) -> Source:
    day = (p.btc_dominance_4h_lookback_ms, p.btc_dominance_4h_weak_points, p.btc_dominance_4h_strong_points)
    short = (p.btc_dominance_3d_lookback_ms, p.btc_dominance_3d_weak_points, p.btc_dominance_3d_strong_points)
    long = (p.btc_dominance_7d_lookback_ms, p.btc_dominance_7d_weak_points, p.btc_dominance_7d_strong_points)
    return Source(
        lookbacks=(Lookback("4h", *day), Lookback("1d", *short), Lookback("1d", *long)),
        stale_ms={"4h": p.btc_dominance_4h_stale_ms, "1d": p.btc_dominance_1d_stale_ms},
        in_percent=False,
        rests_on_weekends=False,
    )


def trend_of(change: float, *, weak: float, strong: float) -> float:
    """The change as a share of a strong one, within [-1, 1]; 0 while it is smaller than a weak one."""
    return 0.0 if abs(change) < weak else max(-1.0, min(1.0, change / strong))
