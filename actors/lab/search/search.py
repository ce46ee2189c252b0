"""A parameter search over one market, its best held to the actors, and what luck has to do with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from math import isclose

import numpy as np

from actors.crew import CrewParams
from actors.lab.backtest import backtest
from actors.lab.regime_path import regime_path
from actors.lab.search.metrics import values
from actors.replay import ReplaySource
from core.errors import InvariantBroken
from core.lab.overfitting import overfitting
from core.lab.pareto import front as front_of
from core.lab.sensitivity import plateau
from core.lab.sharpe import deflate
from core.market.bars import Floats
from core.message import Json
from core.regime.path import RegimePath
from core.sweep.params import Trial
from core.sweep.result import SweepResult
from core.sweep.sweep import Sweep

_EXACT = ("trades", "fills", "wins", "transitions")
_CLOSE = ("fees", "funding", "final_equity", "max_drawdown_pct")
_MONEY_TOLERANCE = 1e-9
_LEAST_DAYS = 32
"""Days below which sixteen blocks say nothing."""


class Disagreement(InvariantBroken):
    """The compiled search and the actors do not come to the same."""


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What a search came to."""

    result: SweepResult
    order: list[int]
    """Sets from best to worst by the first metric."""
    luck: dict[str, Json]
    """What the search itself explains of the best: deflated Sharpe ratio, overfitting, plateau."""
    front: list[int]
    """Of several metrics, the sets that no other beats in one without losing in another, best by the first metric
    first; of one metric, its best."""


class Search:
    """Tries parameter sets on one market.

    Args:
        source: The market.
        params: The base that trials change.
        limit_bars: Only the first so many bars; None: all.
    """

    def __init__(self, source: ReplaySource, params: CrewParams, *, limit_bars: int | None = None) -> None:
        self._source = source
        self._limit_bars = limit_bars
        self._params = params
        self._path = regime_path(source, params, limit_bars=limit_bars)
        self._bars = source.whole(limit_bars).bars
        self._sweep = self._over(len(self._bars))

    def run(self, trials: Sequence[Trial], *, on_progress: Callable[[int], None] | None = None) -> SweepResult:
        """What every trial comes to, with its days."""
        return self._sweep.run(trials, keep_days=True, on_progress=on_progress)

    def prefix(self, share: float) -> Callable[[Sequence[Trial]], SweepResult]:
        """What trials come to, with their days, on the first so large a share of the bars; 0 < share <= 1."""
        sweep = self._over(max(2, int(share * len(self._bars))))
        return partial(sweep.run, keep_days=True)

    def _over(self, bars: int) -> Sweep:
        known = tuple(each for each in self._path.stretches if each.first < bars)
        path = RegimePath(known, bars, self._path.transitions)
        params = self._params
        return Sweep(
            self._bars.between(0, bars),
            path,
            measure=params.measure,
            evaluation=params.evaluation,
            flow=params.flow,
        )

    def judged(self, result: SweepResult, metrics: list[str]) -> Found:
        """The sets in order, and how much of the best is luck."""
        figures = values(result, metrics)
        order = np.argsort(-figures[:, 0], kind="stable").tolist()
        front = front_of(figures).tolist() if len(metrics) > 1 else order[:1]
        return Found(result, order, _luck(result, figures[:, 0]), front)

    def check(self, result: SweepResult, trial: int, params: CrewParams) -> None:
        """Run one set through the actors.

        Args:
            result: The search's.
            trial: Which set of it.
            params: The actors' numbers with that set.

        Raises:
            Disagreement: Naming the first figure that differs.
        """
        hold(result, trial, backtest(self._source, params, limit_bars=self._limit_bars))


def hold(result: SweepResult, trial: int, wanted: Mapping[str, Json]) -> None:
    """Compare one set of a compiled search with what the actors came to.

    Args:
        result: The search's.
        trial: Which set of it.
        wanted: The actors' summary.

    Raises:
        Disagreement: Naming the first figure that differs.
    """
    told = result.summary(trial)
    for name in (*_EXACT, *_CLOSE):
        ours, theirs = told[name], wanted[name]
        same = ours == theirs if name in _EXACT else _close(ours, theirs)
        if not same:
            which = ", ".join(f"{setting}={value}" for setting, value in result.trials[trial].items())
            raise Disagreement(
                f"with {which} the search says {name} {ours} and the actors say {theirs}: "
                "trust nothing of this search, and please report it"
            )


def _close(ours: Json, theirs: Json) -> bool:
    return isclose(float(str(ours)), float(str(theirs)), rel_tol=_MONEY_TOLERANCE, abs_tol=_MONEY_TOLERANCE)


def _luck(result: SweepResult, figure: Floats) -> dict[str, Json]:
    if len(result) < 2:
        return {}
    returns = result.daily_returns()
    moving = np.flatnonzero(returns.std(axis=0) > 0)
    found: dict[str, Json] = {"trials": len(result)}
    if len(moving) > 1 and len(returns) >= _LEAST_DAYS:
        deflation, over = deflate(returns[:, moving]), overfitting(returns[:, moving])
        found |= {
            "best_daily_sharpe": deflation.sharpe,
            "independent_trials": deflation.independent,
            "deflated_sharpe_probability": deflation.probability,
            "probability_of_overfitting": over.pbo,
        }
    swept = {name: [_number(trial[name]) for trial in result.trials] for name in result.trials[0]}
    return found | {"plateau_score": plateau(swept, np.where(np.isfinite(figure), figure, np.nan)).score}


def _number(value: object) -> float | str:
    try:
        return float(str(value))
    except ValueError:
        return str(value)
