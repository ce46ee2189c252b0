"""What a Sharpe ratio is worth: how sure, how long it must be watched, and how much of it is the best of many trials.

All Sharpe ratios here are per period, of independent returns; a year's is `annualised` for show only.

Source:
    Bailey & López de Prado (2012), The Sharpe Ratio Efficient Frontier (probabilistic Sharpe, track record length).
    Bailey & López de Prado (2014), The Deflated Sharpe Ratio.
"""

from dataclasses import dataclass
from math import e, inf, isnan, nan, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

from core.errors import ConfigurationError, InvariantBroken
from core.lab.returns import Moments, moments, sharpe_ratios
from core.market.bars import Floats

EULER_MASCHERONI: Final = 0.5772156649015329
_NORMAL: Final = NormalDist()
_LEAST: Final = 1e-12  # two-valued returns can make the estimate's variance vanish


@dataclass(frozen=True, slots=True)
class Deflation:
    """The best trial's Sharpe ratio beside what the best of as many worthless trials would show."""

    best: int
    """The trial's column."""
    sharpe: float
    """Its Sharpe ratio, per period."""
    trials: int
    """How many were tried."""
    independent: float
    """How many independent ones they are worth."""
    variance: float
    """Of the Sharpe ratio across trials."""
    luck: float
    """The Sharpe ratio to expect of the best trial if none has an edge."""
    probability: float
    """That the true Sharpe ratio is above that: the deflated Sharpe ratio."""


def probabilistic_sharpe(shape: Moments, *, benchmark: float = 0.0) -> float:
    """The probability that the true Sharpe ratio is above the benchmark; NaN if returns never move."""
    if shape.periods < 2 or isnan(shape.sharpe):
        return nan
    return _NORMAL.cdf((shape.sharpe - benchmark) * sqrt((shape.periods - 1) / _spread(shape)))


def minimum_track_record(shape: Moments, *, benchmark: float = 0.0, confidence: float = 0.95) -> float:
    """Periods needed until such returns prove a Sharpe ratio above the benchmark.

    Args:
        shape: The returns seen so far.
        benchmark: Sharpe ratio per period to beat.
        confidence: Demanded of `probabilistic_sharpe`; 0.5 < confidence < 1.

    Returns:
        Periods, a fraction; infinite if the Sharpe ratio seen is not above the benchmark, NaN if returns never move.

    Raises:
        ConfigurationError: If the confidence is out of range.
    """
    if not 0.5 < confidence < 1:
        raise ConfigurationError(f"confidence is {confidence:g}; it must lie between 0.5 and 1, such as 0.95")
    if isnan(shape.sharpe):
        return nan
    if shape.sharpe <= benchmark:
        return inf
    errors = _NORMAL.inv_cdf(confidence) / (shape.sharpe - benchmark)
    return 1.0 + _spread(shape) * errors * errors


def expected_maximum_sharpe(*, trials: float, variance: float) -> float:
    """The Sharpe ratio to expect of the best of independent trials without an edge.

    Args:
        trials: How many, also fractions; at 1 there is no choice and the answer is 0.
        variance: Of the Sharpe ratio across trials, per period.

    Raises:
        ConfigurationError: If there is less than one trial.
    """
    if not trials >= 1:
        raise ConfigurationError(f"trials is {trials:g}; count every parameter set tried, this one too: at least 1")
    if trials == 1:
        return 0.0
    beyond, further = _NORMAL.inv_cdf(1 / trials), _NORMAL.inv_cdf(1 / (trials * e))
    return sqrt(variance) * max(0.0, -(1 - EULER_MASCHERONI) * beyond - EULER_MASCHERONI * further)


def luck_variance(periods: int) -> float:
    """How far Sharpe ratios of trials without an edge vary; stands in where the trials themselves were not kept."""
    return 1.0 / (periods - 1) if periods > 1 else nan


def deflated_sharpe(shape: Moments, *, trials: float, variance: float | None = None) -> float:
    """The probability that the best trial's true Sharpe ratio is above what luck makes of so many trials.

    Args:
        shape: The best trial's returns.
        trials: Independent trials behind it; see `independent_trials`.
        variance: Of the Sharpe ratio across trials, per period; None takes `luck_variance`.
    """
    across = luck_variance(shape.periods) if variance is None else variance
    return probabilistic_sharpe(shape, benchmark=expected_maximum_sharpe(trials=trials, variance=across))


def independent_trials(returns: Floats) -> float:
    """How many independent trials correlated ones are worth: r + (1 - r) N, r their mean pairwise correlation.

    It leans to the cautious side: trials in separate clusters count for more than the number of clusters.

    Args:
        returns: Shape (periods, trials); trials that never move have no correlation and are left out.

    Returns:
        Between 1 and the trials that move; 1 if none does.

    Source:
        Bailey & López de Prado (2014), on the number of independent trials.
    """
    moving = returns[:, ~np.isnan(sharpe_ratios(returns))]
    trials = moving.shape[1]
    if trials < 2:
        return 1.0
    standard = (moving - moving.mean(axis=0)) / moving.std(axis=0)
    together = float((standard.sum(axis=1) ** 2).mean())  # the sum over the whole correlation matrix, its diagonal too
    mean = (together - trials) / (trials * (trials - 1))
    worth: float = mean + (1 - mean) * trials
    return min(max(worth, 1.0), float(trials))


def deflate(returns: Floats) -> Deflation:
    """The best of many trials, deflated by all of them.

    Args:
        returns: Shape (periods, trials), every trial that was made, not only the good ones.

    Raises:
        InvariantBroken: If no trial's returns move: there is no best one.
    """
    ratios = sharpe_ratios(returns)
    known = ratios[~np.isnan(ratios)]
    if not len(known):
        raise InvariantBroken("no trial has returns that move; deflate at least one that traded")
    best = int(np.nanargmax(ratios))
    shape = moments(returns[:, best])
    independent = independent_trials(returns)
    variance = float(known.var(ddof=1)) if len(known) > 1 else 0.0
    luck = expected_maximum_sharpe(trials=independent, variance=variance)
    return Deflation(
        best=best,
        sharpe=shape.sharpe,
        trials=returns.shape[1],
        independent=independent,
        variance=variance,
        luck=luck,
        probability=probabilistic_sharpe(shape, benchmark=luck),
    )


def _spread(shape: Moments) -> float:
    """Variance of the estimated Sharpe ratio, times (periods - 1); Mertens (2002), for returns of any shape."""
    ratio = shape.sharpe
    return max(1 - shape.skew * ratio + (shape.kurtosis - 1) / 4 * ratio**2, _LEAST)
