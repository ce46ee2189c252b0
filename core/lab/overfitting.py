"""How likely it is that the best trial was best by chance: combinatorially symmetric cross-validation.

Time is cut into blocks; for every way to take half of them, the trial with the best Sharpe ratio on that half (in
sample) is ranked among all trials on the other half (out of sample). A search that finds something picks trials which
rank high again; a search that fits noise picks trials which rank anywhere.

Source:
    Bailey, Borwein, López de Prado & Zhu (2015), The Probability of Backtest Overfitting.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import nan
from typing import Final

import numpy as np

from core.errors import ConfigurationError
from core.market.bars import Floats, Times

_CELLS: Final = 2_000_000
"""Ratios held at once: 16 MB an array of them."""
_STILL: Final = 1e-12
"""A variance below this share of the mean square is rounding."""
_TIED: Final = 1e-9
"""Ratios closer than this share are the same trial twice: a matrix product rounds equal columns unequally."""


@dataclass(frozen=True, slots=True, eq=False)
class Overfitting:
    """What selection in sample was worth out of sample, over C ways to split time."""

    pbo: float
    """Probability of backtest overfitting: the share of splits whose pick ranked below the median out of sample; a
    rank on the median counts half, so that noise gives 0.5."""
    logits: Floats
    """ln(w / (1 - w)) of the pick's relative rank w out of sample, 0 on the median; shape (C,)."""
    picks: Times
    """The trial picked in each split; shape (C,)."""
    in_sample: Floats
    """The pick's Sharpe ratio, per period, where it was picked; shape (C,)."""
    out_of_sample: Floats
    """And where it was not; shape (C,)."""
    slope: float
    """Performance degradation: out-of-sample Sharpe ratio gained per one gained in sample (least squares); NaN if the
    picks' Sharpe ratios are all equal."""
    intercept: float
    """Out-of-sample Sharpe ratio at an in-sample one of 0; NaN likewise."""
    probability_of_loss: float
    """Share of splits whose pick lost money out of sample."""


def overfitting(returns: Floats, *, blocks: int = 16) -> Overfitting:
    """The probability of backtest overfitting of picking the best of these trials.

    Args:
        returns: Per period and trial, every trial that was made; shape (periods, trials). A trial that does not move
            in a half has a Sharpe ratio of 0 there.
        blocks: Contiguous stretches of time to combine; even, 2 to 20. 16 gives 12,870 splits. Lengths differ by one
            period at most.

    Raises:
        ConfigurationError: If there are fewer than 2 trials, or the blocks are odd or have fewer than 2 periods each.
    """
    periods, trials = returns.shape
    if blocks % 2 or not 2 <= blocks <= 20 or periods < 2 * blocks:
        raise ConfigurationError(
            f"blocks is {blocks}; allowed are even numbers from 2 to 20 and half of the {periods} periods at most"
        )
    if trials < 2:
        raise ConfigurationError(f"{trials} trial: overfitting is a matter of choice, give at least 2")
    inside, ratios = _halves(blocks), _Ratios.of(returns, blocks)
    picks = np.empty(len(inside), dtype=np.int64)
    ranks, within, without = np.empty(len(inside)), np.empty(len(inside)), np.empty(len(inside))
    for part in _parts(len(inside), trials):
        seen, unseen = ratios.over(inside[part]), ratios.over(1.0 - inside[part])
        rows = np.arange(len(seen))
        picks[part] = seen.argmax(axis=1)
        within[part], without[part] = seen[rows, picks[part]], unseen[rows, picks[part]]
        ranks[part] = _ranks(unseen, without[part])
    relative = ranks / (trials + 1)
    slope, intercept = _line(within, without)
    return Overfitting(
        pbo=float((ranks < (trials + 1) / 2).mean() + 0.5 * (ranks == (trials + 1) / 2).mean()),
        logits=np.log(relative / (1 - relative)),
        picks=picks,
        in_sample=within,
        out_of_sample=without,
        slope=slope,
        intercept=intercept,
        probability_of_loss=float((without < 0).mean()),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Ratios:
    """Sums per block, from which the Sharpe ratios over any choice of blocks follow by one product."""

    lengths: Floats
    sums: Floats
    squares: Floats

    @classmethod
    def of(cls, returns: Floats, blocks: int) -> "_Ratios":
        parts = np.array_split(returns, blocks)
        return cls(
            lengths=np.array([len(part) for part in parts], dtype=np.float64),
            sums=np.array([part.sum(axis=0) for part in parts]),
            squares=np.array([(part**2).sum(axis=0) for part in parts]),
        )

    def over(self, chosen: Floats) -> Floats:
        """Sharpe ratios of shape (choices, trials); `chosen` is 1 or 0 per choice and block."""
        periods = (chosen @ self.lengths)[:, None]
        mean, square = chosen @ self.sums / periods, chosen @ self.squares / periods
        variance = square - mean**2
        moves = variance > _STILL * square
        deviation = np.sqrt(np.where(moves, variance * periods / (periods - 1), 1.0))
        return np.where(moves, mean / deviation, 0.0)


def _halves(blocks: int) -> Floats:
    """Every way to take half of the blocks, 1 or 0 per block; shape (C, blocks)."""
    taken = np.array(list(combinations(range(blocks), blocks // 2)))
    inside = np.zeros((len(taken), blocks))
    np.put_along_axis(inside, taken, 1.0, axis=1)
    return inside


def _parts(rows: int, width: int) -> Iterator[slice]:
    together = max(1, _CELLS // width)
    return (slice(first, min(first + together, rows)) for first in range(0, rows, together))


def _ranks(ratios: Floats, pick: Floats) -> Floats:
    """The pick's rank among its row, 1 the worst, ties sharing their mean rank."""
    pick = pick[:, None]
    equal = np.abs(ratios - pick) <= _TIED * np.abs(pick)
    worse = (ratios < pick) & ~equal
    return np.asarray(worse.sum(axis=1) + (equal.sum(axis=1) + 1) / 2, dtype=np.float64)


def _line(x: Floats, y: Floats) -> tuple[float, float]:
    """Least squares: slope and intercept of y over x."""
    away = x - x.mean()
    spread = float(away @ away)
    if spread <= _STILL * float(x @ x):
        return nan, nan
    slope = float(away @ y) / spread
    return slope, float(y.mean()) - slope * float(x.mean())
