"""What else might have happened: the same trades in another order, drawn again in blocks, or filled worse.

Every path compounds from an equity of 1. Chance is an argument, so the same seed gives the same paths.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from core.errors import ConfigurationError
from core.lab.drawdown import drawdown_pct
from core.market.bars import Floats, Times

_CELLS: Final = 2_000_000
"""Results held at once: 16 MB a column of them."""
_STEPS: Final = 200
"""Steps at which paths are kept for bands: more than a picture shows."""


class Chance(Protocol):
    """What is drawn from: a seeded `numpy.random.Generator`, by what is asked of it."""

    def permuted(self, x: Floats, /, *, axis: int) -> npt.NDArray[Any]:
        """Each row in an order of its own."""

    def random(self, size: tuple[int, int], /) -> Floats:
        """Uniform in [0, 1)."""

    def integers(self, low: int, high: int, size: tuple[int, int], /) -> Times:
        """Uniform in [low, high)."""

    def standard_exponential(self, size: tuple[int, int], /) -> Floats:
        """Exponential with mean 1."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """What P paths came to, as multiples of the start equity."""

    final: Floats
    """At the end; shape (P,)."""
    lowest: Floats
    """At the worst moment, the start included; shape (P,)."""
    max_drawdown_pct: Floats
    """Shape (P,)."""
    steps: Times
    """After how many results the paths are kept; 0 is the start; shape (S,), S <= 201."""
    paths: Floats
    """Equity at those steps; shape (P, S)."""

    def final_quantiles(self, levels: Sequence[float]) -> Floats:
        """The final equity below which a share `level` of paths ends; shape (levels,)."""
        return np.quantile(self.final, levels)

    def drawdown_quantiles(self, levels: Sequence[float]) -> Floats:
        """The maximum drawdown, in percent, which a share `level` of paths does not exceed; shape (levels,)."""
        return np.quantile(self.max_drawdown_pct, levels)

    def ruin_probability(self, level: float) -> float:
        """The share of paths that ever stood at or below `level` times the start equity."""
        return float((self.lowest <= level).mean())

    def bands(self, levels: Sequence[float]) -> Floats:
        """Quantiles of equity at each of `steps`; shape (levels, S)."""
        return np.quantile(self.paths, levels, axis=0)


def reordered(shares: Floats, *, paths: int, chance: Chance) -> Outcomes:
    """The same results in random orders: how deep the drawdown might have been; the final equity is always the same.

    Args:
        shares: Each trade's profit as a share of the equity before it; shape (T,). Below -1 counts as -1.
        paths: How many to draw; >= 1.
        chance: A seeded generator.
    """
    return _outcomes(lambda n: chance.permuted(np.tile(shares, (n, 1)), axis=1), results=len(shares), paths=paths)


def resampled(shares: Floats, *, paths: int, chance: Chance, block: float | None = None) -> Outcomes:
    """Results drawn again with replacement, in blocks that keep what follows upon what.

    Args:
        shares: Each trade's or day's profit as a share of the equity before it, in order; shape (T,).
        paths: How many to draw; >= 1.
        chance: A seeded generator.
        block: Mean length of a block; 1 draws each result by itself; None takes the cube root of T, the rate at which
            good blocks grow (Hall, Horowitz & Jing 1995).

    Raises:
        ConfigurationError: If the block is shorter than 1.

    Source:
        Politis & Romano (1994), The Stationary Bootstrap: blocks of geometric length on a circle.
    """
    length = max(1.0, len(shares) ** (1 / 3)) if block is None else block
    if not length >= 1:
        raise ConfigurationError(f"block is {length:g}; a block has at least 1 result")
    return _outcomes(lambda n: shares[_stationary(len(shares), n, chance, length)], results=len(shares), paths=paths)


def slipped(r_multiples: Floats, *, risk_share: Floats | float, cost_r: float, paths: int, chance: Chance) -> Outcomes:
    """The same trades in the same order, each filled worse by an exponential slippage of mean `cost_r`.

    Args:
        r_multiples: Each trade's result in R; shape (T,).
        risk_share: One R as a share of the equity before the trade (0.01 risks one percent); one number or shape (T,).
        cost_r: Mean slippage per trade, R; >= 0.
        paths: How many to draw; >= 1.
        chance: A seeded generator.

    Raises:
        ConfigurationError: If the slippage is negative.
    """
    if not cost_r >= 0:
        raise ConfigurationError(f"cost_r is {cost_r:g}; slippage only costs: 0 or more")
    trades = len(r_multiples)
    return _outcomes(
        lambda n: (r_multiples - cost_r * chance.standard_exponential((n, trades))) * risk_share,
        results=trades,
        paths=paths,
    )


def _stationary(results: int, paths: int, chance: Chance, block: float) -> Times:
    """Indices of shape (paths, results): each next one follows the last, or starts a block anywhere."""
    if not results:
        return np.empty((paths, 0), dtype=np.int64)
    starts = chance.random((paths, results)) < 1 / block
    starts[:, 0] = True
    anywhere = chance.integers(0, results, (paths, results))
    now = np.arange(results)
    begun = np.maximum.accumulate(np.where(starts, now, 0), axis=1)
    return (np.take_along_axis(anywhere, begun, axis=1) + now - begun) % results


def _outcomes(draw: Callable[[int], Floats], *, results: int, paths: int) -> Outcomes:
    if paths < 1:
        raise ConfigurationError(f"paths is {paths}; draw at least 1")
    steps = np.unique(np.linspace(0, results, min(results, _STEPS) + 1).round().astype(np.int64))
    final, lowest, fallen = np.empty(paths), np.empty(paths), np.empty(paths)
    kept = np.empty((paths, len(steps)))
    together = max(1, _CELLS // (results + 1))
    for first in range(0, paths, together):
        part = slice(first, min(first + together, paths))
        equity = np.ones((part.stop - first, results + 1))
        np.cumprod(np.maximum(1.0 + draw(part.stop - first), 0.0), axis=1, out=equity[:, 1:])
        final[part], lowest[part] = equity[:, -1], equity.min(axis=1)
        fallen[part] = drawdown_pct(equity).max(axis=1)
        kept[part] = equity[:, steps]
    return Outcomes(final=final, lowest=lowest, max_drawdown_pct=fallen, steps=steps, paths=kept)
