"""What a curve of equity earned per day, and how evenly: returns, Sharpe, Sortino, skew, kurtosis."""

from dataclasses import dataclass
from math import nan, sqrt

import numpy as np

from core.durations import DAY_MS
from core.errors import InvariantBroken
from core.market.bars import Floats, Times

DAYS_PER_YEAR = 365.0
"""Perpetuals trade every day."""

_STILL = 1e-12
"""A spread below this share of the largest return is rounding."""


@dataclass(frozen=True, slots=True)
class Moments:
    """The shape of a series of returns: all that the statistics of the Sharpe ratio need; NaN where undefined."""

    periods: int
    mean: float
    """Per period, as a share of equity (0.01 is one percent)."""
    deviation: float
    """Sample standard deviation per period (divided by periods - 1)."""
    skew: float
    """Third standardised moment; 0 for a normal distribution."""
    kurtosis: float
    """Fourth standardised moment, not the excess: 3 for a normal distribution."""

    @property
    def sharpe(self) -> float:
        """Mean over deviation, per period, of returns above a risk-free rate of zero; NaN if they never move."""
        return self.mean / self.deviation if self.deviation > 0 else nan


def daily_equity(time_ms: Times, equity: Floats, *, start_equity: float) -> Floats:
    """The equity at each UTC day's end, the start in front.

    Args:
        time_ms: When each mark was known (a bar's close), UTC ms, rising; shape (T,).
        equity: The marks; quote currency, shape (T,).
        start_equity: What there was before the first mark; > 0.

    Returns:
        Quote currency, shape (days + 1,). A mark at midnight ends the day before it; a day without a mark keeps the
        last one; from the first mark at or below zero on the account holds nothing.

    Raises:
        InvariantBroken: If shapes differ, times do not rise or the start is not above zero.
    """
    if time_ms.shape != equity.shape or np.any(np.diff(time_ms) <= 0) or not start_equity > 0:
        raise InvariantBroken("equity marks need one rising time each and a start above zero")
    if not len(time_ms):
        return np.array([start_equity])
    day = (time_ms - 1) // DAY_MS
    last = np.searchsorted(day, np.arange(day[0], day[-1] + 1), side="right") - 1
    spent = np.logical_or.accumulate(equity <= 0)
    return np.concatenate(([start_equity], np.where(spent, 0.0, equity)[last]))


def simple_returns(equity: Floats) -> Floats:
    """Each step's change as a share of what was there; shape (T - 1,). Out of nothing comes nothing: 0 after ruin."""
    before = equity[:-1]
    change = np.diff(equity)
    return np.divide(change, before, out=np.zeros_like(change), where=before > 0)


def moments(returns: Floats) -> Moments:
    """Mean, spread, skew and kurtosis of returns of shape (T,); skew and kurtosis by population moments."""
    periods = len(returns)
    if not periods:
        return Moments(0, nan, nan, nan, nan)
    mean = float(returns.mean())
    if periods < 2:
        return Moments(periods, mean, nan, nan, nan)
    deviation = float(returns.std(ddof=1))
    if deviation <= _STILL * float(np.abs(returns).max()):
        return Moments(periods, mean, 0.0, nan, nan)
    z = (returns - mean) / float(returns.std())
    return Moments(periods, mean, deviation, float((z**3).mean()), float((z**4).mean()))


def sharpe_ratios(returns: Floats) -> Floats:
    """Per-period Sharpe of many series at once: shape (T, N) to (N,); NaN where a series never moves."""
    if len(returns) < 2:
        return np.full(returns.shape[1], nan)
    deviation = returns.std(axis=0, ddof=1)
    moves = deviation > _STILL * np.abs(returns).max(axis=0)
    ratios = np.full(returns.shape[1], nan)
    np.divide(returns.mean(axis=0), deviation, out=ratios, where=moves)
    return ratios


def annualised(sharpe: float, *, periods_per_year: float = DAYS_PER_YEAR) -> float:
    """A per-period Sharpe or Sortino ratio per year, as though periods were independent (Lo 2002 says when not)."""
    return sharpe * sqrt(periods_per_year)


def sortino(returns: Floats, *, target: float = 0.0) -> float:
    """Mean return above the target over the downside deviation, per period; NaN if nothing fell short of the target.

    Source:
        Sortino & Price (1994): the downside deviation is over all periods, those above the target count as zero.
    """
    if not len(returns):
        return nan
    downside = sqrt(float((np.minimum(returns - target, 0.0) ** 2).mean()))
    return (float(returns.mean()) - target) / downside if downside > 0 else nan
