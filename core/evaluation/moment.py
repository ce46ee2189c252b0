"""What the guards look at on one closed bar: the measurement, the possible trade and the views of other actors."""

from dataclasses import dataclass, field
from math import nan

from core.book.sample import FeatureSample
from core.flow.bias import Flow
from core.measure.reading import Reading
from core.reasons import Reason
from core.regime.permissions import Permission
from core.strategies.setup import Setup


@dataclass(slots=True)
class Views:
    """What the strategist last heard from the actors around it."""

    session: str = "starting"
    connection: str = "disconnected"
    regime: str = "undetermined"
    regime_score: float = nan
    permission: Permission | None = None
    flow: Flow | None = None
    spread_bps: float = nan
    """Of the order book; NaN where there is none, or it does not answer."""
    sample: FeatureSample | None = None
    """Book and tape where the confidence is to count them; None on candles alone."""
    risk: str = "normal"
    open_positions: int = 0
    max_positions: int = 1
    balance: float = 0.0
    position: str = "flat"


@dataclass(slots=True)
class Moment:
    """One evaluation's material; reused from bar to bar."""

    reading: Reading
    setup: Setup
    views: Views
    warm_up_bars: int = 0
    reward: float = nan
    """Distance to the target, quote currency; NaN where none lies ahead."""
    cost: float = nan
    """Round-trip cost, quote currency per coin."""
    cost_base: float = nan
    """What the cost is compared with: R for a breakout, the target's distance for a fade."""
    cost_limit: float = nan
    slope_limit_pct: float = nan
    """The one-hour slope allowed; NaN where the filter is off."""
    level_ahead: float = nan
    """The nearest liquidity level in the trade's direction."""
    min_reward: float = nan
    confidence: float = 1.0
    size_refusal: Reason | None = field(default=None)
    quantity: float = nan
