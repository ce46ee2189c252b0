"""What is known about the market at a bar's close: the one object that strategies, guards and the page read."""

from dataclasses import dataclass, fields
from math import nan

from core.structure.breaks import NEVER


@dataclass(slots=True)
class Reading:
    """Every measure as of one closed bar; NaN, 0 or "" where it is not measurable yet.

    The panel overwrites the same object bar by bar: read it now, or keep what you need.
    """

    bars: int = 0
    """Bars seen, this one included."""
    open_ms: int = 0
    open: float = nan
    high: float = nan
    low: float = nan
    close: float = nan
    volume: float = nan
    prev_close: float = nan

    atr: float = nan
    prev_atr: float = nan
    """As it stood one bar earlier."""
    true_range: float = nan
    donchian_high: float = nan
    """Of the bars before this one."""
    donchian_low: float = nan
    prev_donchian_high: float = nan
    """As it stood one bar earlier."""
    prev_donchian_low: float = nan
    ema_1h: float = nan
    """As of the last completed hour."""
    ema_1h_slope_pct: float = nan
    """Percent change of that average over the last completed hour."""
    vwap: float = nan
    """Since 00:00 UTC; NaN while nothing was traded."""
    sigma: float = nan
    """Standard deviation of close - vwap over the rolling window."""
    price_change_72h_pct: float = nan
    price_change_7d_pct: float = nan

    swing_high: float = nan
    """The last confirmed one."""
    swing_low: float = nan
    break_kind: str = ""
    """`BOS`, `CHOCH` or empty: the last break of structure."""
    break_side: int = 0
    """+1 up, -1 down."""
    break_age: int = NEVER
    """Bars since; 0 on the breaking bar."""
    sweep_side: int = 0
    """+1 a swing low was swept and reclaimed, -1 a high."""
    sweep_age: int = NEVER

    day_open_ms: int = 0
    """00:00 UTC of this bar's day."""
    prior_day_high: float = nan
    prior_day_low: float = nan
    session: str = ""
    """`asia`, `london` or `new_york`, of two the later opened; empty between sessions."""
    asia_high: float = nan
    """Of the newest session of that name, running or completed."""
    asia_low: float = nan
    london_high: float = nan
    london_low: float = nan
    new_york_high: float = nan
    new_york_low: float = nan
    visible_high: float = nan
    """Of the visible bars, this one included."""
    visible_low: float = nan
    target_above: float = nan
    """The nearest liquidity level above this bar's high."""
    target_above_strength: float = 0.0
    """0 to 1, see `core.liquidity.levels`."""
    target_above_kind: str = ""
    target_below: float = nan
    target_below_strength: float = 0.0
    target_below_kind: str = ""

    bars_since_gap: int = NEVER
    """0 on the first bar after missing ones."""
    bars_since_incomplete: int = NEVER
    """0 on a bar that lacks parts."""

    def values(self) -> dict[str, float | int | str]:
        """A copy by name, for records and comparisons."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
