"""Bitcoin's own trend, as the regime hears it beside dominance's.

It is measured over dominance's own look-backs, three days and a week, and the one that tells more speaks: after three
days a rebound hides a crash that dominance's week still remembers.
"""

from math import isnan

from core.flow.bias import FlowParams
from core.message import Facts, message
from core.regime.trend import trend_of

_WEEK = 2.0
"""What counts as weak and as strong in a week, in those of 72 h: dominance's numbers are twice as large, too."""
_NEWS = 0.1
"""A move of the trend that is worth telling; so it is told five or six times a day, and not every hour."""


@message
class PriceTrend:
    """How far the price has come of late."""

    value: float
    """In [-1, 1]."""
    change_pct: float
    hours: int
    """Over which it changed: 72 or 168."""

    def is_news_after(self, told: "PriceTrend | None") -> bool:
        """Whether the trend moved by a tenth since it was told, or came to 0 or to a full trend."""
        if told is None or self.value == told.value:
            return told is None
        return abs(self.value - told.value) >= _NEWS or abs(self.value) in (0.0, 1.0)

    def facts(self) -> Facts:
        """The change and its look-back."""
        return {"change_pct": round(self.change_pct, 6), "hours": self.hours}


def price_trend(change_72h_pct: float, change_7d_pct: float, params: FlowParams) -> PriceTrend | None:
    """The larger of the trends over 72 hours and over a week; None where history does not reach back 72 hours.

    Among equals the falling one is told, as among equal scores the cautious regime leads.

    Args:
        change_72h_pct: Percent; NaN where it cannot be measured yet.
        change_7d_pct: Likewise; without it the three days speak alone.
        params: What counts as weak and as strong over 72 hours.
    """
    if isnan(change_72h_pct):
        return None
    weak, strong = params.price_weak_pct, params.price_strong_pct
    days = trend_of(change_72h_pct, weak=weak, strong=strong)
    week = 0.0 if isnan(change_7d_pct) else trend_of(change_7d_pct, weak=_WEEK * weak, strong=_WEEK * strong)
    if (abs(week), -week) > (abs(days), -days):
        return PriceTrend(week, change_7d_pct, 168)
    return PriceTrend(days, change_72h_pct, 72)
