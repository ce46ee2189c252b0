"""What a search looks for: one number for each parameter set, more being better."""

from collections.abc import Callable
from typing import Final

import numpy as np

from core.errors import ConfigurationError
from core.lab.returns import sharpe_ratios
from core.market.bars import Floats
from core.sweep.result import SweepResult


def _share(part: Floats, whole: Floats) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=whole > 0))


METRICS: Final[dict[str, Callable[[SweepResult], Floats]]] = {
    "final_equity": lambda result: result.final_equity,
    "sharpe": lambda result: sharpe_ratios(result.daily_returns()),
    "profit_factor": lambda result: _share(result.accounts["gross_profit"], result.accounts["gross_loss"]),
    "expectancy_r": lambda result: _share(result.accounts["sum_r"], result.accounts["closed"].astype(np.float64)),
    "max_drawdown_pct": lambda result: -result.accounts["max_drawdown_pct"],
}
"""Of daily returns, of closed trades, or of the equity; the drawdown with its sign turned."""


def chosen(text: str) -> list[str]:
    """The metrics a comma-separated text names.

    Raises:
        ConfigurationError: If one of them is none.
    """
    names = [name.strip() for name in text.split(",")]
    for name in names:
        if name not in METRICS:
            raise ConfigurationError(f"--metric is {name!r}, and there are {', '.join(METRICS)}")
    return names


def values(result: SweepResult, names: list[str]) -> Floats:
    """Each set's metrics, shape (N, metrics); a set without a value is worse than all others."""
    found = np.column_stack([METRICS[name](result) for name in names])
    return np.where(np.isfinite(found), found, -np.inf)
