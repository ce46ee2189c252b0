"""Parameters chosen on one stretch and traded on the next: what choosing like this would have earned.

On every fold the compiled search picks the best of what it learnt from; the actors then trade that set on the stretch
nobody had seen, and the search must say the same of it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log, nan
from typing import cast

import numpy as np

from actors.crew import CrewParams
from actors.kernel.transcript import Transcript
from actors.lab.backtest import backtest
from actors.lab.fold.market import folded
from actors.lab.fold.plan import Cut
from actors.lab.fold.search import FoldSearch
from actors.lab.search.metrics import values
from actors.lab.search.search import hold
from actors.lab.tearsheet.curve import Curve, curve
from actors.lab.tearsheet.trades import Trade, trades
from actors.replay import ReplaySource
from core.durations import DAY_MS
from core.lab.drawdown import drawdown
from core.lab.montecarlo import resampled
from core.lab.returns import Moments, daily_equity, moments, simple_returns
from core.lab.sharpe import deflated_sharpe, independent_trials, probabilistic_sharpe
from core.lab.trades import expectancy_r
from core.lab.verdict import Evidence, Finding, VerdictParams, verdict
from core.market.bars import Floats, Times
from core.message import Json
from core.sweep.params import Trial
from core.sweep.result import SweepResult

Run = Callable[[Sequence[Trial]], SweepResult]
_PATHS = 1_000
_LOW = 0.05


@dataclass(frozen=True, slots=True)
class Choice:
    """How a fold chooses."""

    draw: Callable[[Run], list[Trial]]
    """The sets to try, from what sets come to; at least one."""
    metric: str
    """What is best, one of `METRICS`."""
    params_of: Callable[[Trial], CrewParams]
    """The actors' numbers with a set."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """One fold."""

    cut: Cut
    chosen: Trial
    sets: int
    independent: float
    """How many independent sets those tried are worth."""
    trained: float
    """The chosen set's metric where it was chosen; minus infinity where no set has one."""
    tested: float
    """And where it was not."""
    beaten: float
    """Share of the other sets that the chosen one beats where it was tested, ties half; NaN without others."""
    train_growth: float
    """Its last equity over its first, where it was chosen."""
    train_days: float
    result: dict[str, Json]
    """The actors' summary of the test."""
    trades: list[Trade]
    curve: Curve


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """All folds, and their tests put together as one account."""

    folds: list[Outcome]
    closed: int
    """Trades closed within their tests."""
    growth: float
    """Share of the start equity, compounded over the tests."""
    max_drawdown_pct: float
    daily: Moments
    efficiency: float
    """Growth per day tested over growth per day learnt from; NaN where learning earned nothing."""
    independent: float
    """Sets that a fold's choice is worth, on average."""
    probability: float
    """That the true Sharpe ratio of the tests is above zero."""
    deflated: float
    """That it is above what the best of so many worthless sets would show."""
    findings: list[Finding]


def outcome(source: ReplaySource, cut: Cut, choice: Choice, params: CrewParams) -> Outcome:
    """Choose on the fold's training stretches, trade its test.

    Raises:
        Disagreement: If the actors do not come to what the search says of the test.
        ConfigurationError: If a stretch has no bars.
    """
    learnt, tested = [folded(source, span, params) for span in cut.train], folded(source, cut.test, params)
    search = FoldSearch(learnt, params)
    sets = choice.draw(search.run)
    trained, seen = search.run(sets), FoldSearch([tested], params).run(sets)
    figures = values(trained, [choice.metric])[:, 0]
    unseen = values(seen, [choice.metric])[:, 0]
    best = int(figures.argmax())
    scribe = Transcript()
    own = choice.params_of(sets[best])
    result = backtest(tested, own, scribe=scribe)
    hold(seen, best, result)
    done = trades(scribe.records)
    start, cost = cast("float", result["start_balance"]), own.evaluation.cost
    return Outcome(
        cut=cut,
        chosen=sets[best],
        sets=len(sets),
        independent=independent_trials(trained.daily_returns()),
        trained=float(figures[best]),
        tested=float(unseen[best]),
        beaten=_beaten(unseen, best),
        train_growth=float(trained.final_equity[best] / trained.start_equity[best]),
        train_days=sum(end - first for first, end in cut.train) / DAY_MS,
        result=result,
        trades=done,
        curve=curve(tested.bars, done, start_balance=start, funding_pct=cost.funding_pct),
    )


def study(folds: Sequence[Outcome], params: CrewParams, *, seed: int) -> Study:
    """Put the tests together: each takes over what the one before it left.

    Args:
        folds: In order of their tests, at least one.
        params: For the costs.
        seed: Of the resamples behind the verdict.
    """
    times, equity = _stitched(folds)
    daily = simple_returns(daily_equity(times, equity, start_equity=1.0))
    shape, independent = moments(daily), float(np.mean([each.independent for each in folds]))
    closed = [trade for each in folds for trade in each.trades if trade.exit]
    slippage_bps = params.evaluation.cost.slippage_bps
    costs = [trade.paid(slippage_bps) / trade.risk_amount for trade in closed if trade.risk_amount]
    drawn = resampled(daily, paths=_PATHS, chance=np.random.default_rng(seed))
    evidence = Evidence(
        trades=len(closed),
        net_r=expectancy_r(np.array([trade.r_multiple for trade in closed], dtype=np.float64)),
        cost_r=float(np.mean(costs)) if costs else nan,
        daily=shape,
        trials=independent,
        growth_low=float(drawn.final_quantiles((_LOW,))[0]) - 1.0 if closed else None,
    )
    return Study(
        folds=list(folds),
        closed=len(closed),
        growth=float(equity[-1]) - 1.0,
        max_drawdown_pct=drawdown(np.concatenate(([1.0], equity))).max_pct,
        daily=shape,
        efficiency=_efficiency(folds, float(equity[-1])),
        independent=independent,
        probability=probabilistic_sharpe(shape),
        deflated=deflated_sharpe(shape, trials=independent),
        findings=verdict(evidence, VerdictParams()),
    )


def _beaten(figures: Floats, best: int) -> float:
    if len(figures) < 2:
        return nan
    below, same = int((figures < figures[best]).sum()), int((figures == figures[best]).sum()) - 1
    return (below + 0.5 * same) / (len(figures) - 1)


def _stitched(folds: Sequence[Outcome]) -> tuple[Times, Floats]:
    """Times and equity at every tested bar's close, beginning with 1; nothing comes after ruin."""
    level, marks = 1.0, []
    for each in folds:
        start = cast("float", each.result["start_balance"])
        marks.append(level * np.maximum(each.curve.equity, 0.0) / start)
        level = float(marks[-1][-1])
    return np.concatenate([each.curve.time_ms for each in folds]), np.concatenate(marks)


def _efficiency(folds: Sequence[Outcome], grown: float) -> float:
    days = sum(each.cut.test[1] - each.cut.test[0] for each in folds) / DAY_MS
    learnt = [each.train_growth for each in folds]
    if grown <= 0 or min(learnt) <= 0:
        return nan
    pace = sum(map(log, learnt)) / sum(each.train_days for each in folds)
    return log(grown) / days / pace if pace > 0 else nan
