"""Parameter sets on the stretches of a fold: compiled, with the measures warm and decisions within alone."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from actors.crew import CrewParams
from actors.lab.fold.market import FoldSource
from core.durations import DAY_MS
from core.lab.drawdown import drawdown_pct
from core.market.bars import Floats
from core.sweep.params import Trial
from core.sweep.result import SweepResult
from core.sweep.sweep import Sweep

_SUMMED = ("fees", "funding", "gross_profit", "gross_loss", "sum_r", "trades", "fills", "closed", "wins")


class FoldSearch:
    """Tries parameter sets on stretches of one market, each stretch with an account of its own.

    Args:
        stretches: In order of time, at least one.
        params: The base that trials change.
    """

    def __init__(self, stretches: Sequence[FoldSource], params: CrewParams) -> None:
        self._sweeps = [(_leading_days(each), _sweep(each, params)) for each in stretches]

    def run(self, trials: Sequence[Trial]) -> SweepResult:
        """What every trial comes to, with its days; those of the warm-up are left out."""
        parts = [_without(sweep.run(trials, keep_days=True), days) for days, sweep in self._sweeps]
        return parts[0] if len(parts) == 1 else joined(parts)


def joined(parts: Sequence[SweepResult]) -> SweepResult:
    """Runs of the same trials one after the other, as one account that earned what each of them did.

    Equity is compounded, counts and shares of R are summed, and the drawdown is the deepest of the parts' own and of
    the days' put together. Transitions are of no use in it and stay the first part's.
    """
    first, accounts = parts[0], parts[0].accounts.copy()
    start = first.start_equity
    marks, grown = [], np.ones(len(first))
    for part in parts:
        marks.append(part.daily_equity()[1:].T * (grown * start / part.start_equity)[:, None])
        grown = grown * np.maximum(part.final_equity, 0.0) / part.start_equity
    for name in _SUMMED:
        accounts[name] = sum(part.accounts[name] for part in parts)
    days: Floats = np.concatenate(marks, axis=1)
    along = drawdown_pct(np.concatenate((start[:, None], days), axis=1)).max(axis=1)
    accounts["max_drawdown_pct"] = np.max([along, *(part.accounts["max_drawdown_pct"] for part in parts)], axis=0)
    accounts["balance"], accounts["unrealized"] = grown * start, 0.0
    return replace(first, accounts=accounts, marks=days, trades=None)


def _sweep(fold: FoldSource, params: CrewParams) -> Sweep:
    return Sweep(fold.joined, fold.path(params), measure=params.measure, evaluation=params.evaluation, flow=params.flow)


def _leading_days(fold: FoldSource) -> int:
    """UTC days that end within the warm-up."""
    ends = (fold.joined.open_ms + fold.timeframe_ms - 1) // DAY_MS
    return int(ends[fold.warm_up] - ends[0])


def _without(result: SweepResult, days: int) -> SweepResult:
    return result if result.marks is None else replace(result, marks=result.marks[:, days:])
