"""Everything a tearsheet shows of one backtest, worked out once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import cast

import numpy as np

from actors.crew import CrewParams
from actors.lab.tearsheet.curve import Curve, curve, held
from actors.lab.tearsheet.trades import Stretch, Trade, stretches, trades
from core.lab.drawdown import drawdown
from core.lab.montecarlo import Outcomes, reordered, resampled
from core.lab.returns import Moments, daily_equity, moments, simple_returns
from core.lab.trades import expectancy_r, profit_factor
from core.lab.verdict import Evidence, Finding, VerdictParams, verdict
from core.market.bars import Bars, Floats
from core.message import Json
from core.records import Record

PATHS = 1_000
"""Orders and resamples drawn: the 5 % quantile of so many moves by about a hundredth of the spread."""
LOW = 0.05
"""The low quantile that growth is judged by."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the user says about the run."""

    out_of_sample_from: int | None = None
    """UTC ms; trades entered from then on were not seen when the settings were chosen."""
    trials: int = 1
    """Parameter sets tried, this one included."""
    seed: int = 0
    """Of the Monte-Carlo paths."""


@dataclass(frozen=True, slots=True)
class Part:
    """Figures of a stretch of time."""

    name: str
    trades: int
    """Closed ones."""
    growth: float
    """Share of the equity at its start."""
    max_drawdown_pct: float
    daily: Moments
    profit_factor: float
    expectancy_r: float
    held_growth: float
    """Of buying and holding over the same time."""


@dataclass(frozen=True, slots=True, eq=False)
class Study:
    """A run, its statistics and what they say."""

    result: Mapping[str, Json]
    """The backtest's own document: the truth about money and counts."""
    bars: Bars
    params: CrewParams
    asked: Asked
    trades: Sequence[Trade]
    """Those that were closed."""
    regimes: Sequence[Stretch]
    curve: Curve
    held: Floats
    """Equity of buy and hold at every close; shape (bars,)."""
    parts: Sequence[Part]
    """The whole, then in and out of sample where that was asked."""
    shuffled: Outcomes
    """The trades in other orders."""
    growth_low: float
    """The low quantile of growth, daily returns drawn again in blocks; NaN without trades."""
    findings: Sequence[Finding]
    """What is to be said, the worst first."""

    @property
    def slippage_bps(self) -> float:
        """What taker fills were simulated with."""
        return self.params.evaluation.cost.slippage_bps


def study(
    result: Mapping[str, Json], records: Sequence[Record], bars: Bars, params: CrewParams, *, asked: Asked
) -> Study:
    """Work a run out.

    Args:
        result: What `backtest` returned.
        records: What its transcript kept.
        bars: The bars it went through, at least one.
        params: The actors' numbers.
        asked: What the user says about it.
    """
    start, cost = cast("float", result["start_balance"]), params.evaluation.cost
    every = trades(records)
    closed = [trade for trade in every if trade.exit]
    made = curve(bars, every, start_balance=start, funding_pct=cost.funding_pct)
    beside = held(bars, start_balance=start, cost=cost)
    parts = _parts(closed, made, beside, start=start, split_ms=asked.out_of_sample_from)
    shuffled = reordered(_shares(closed, start), paths=PATHS, chance=np.random.default_rng(asked.seed))
    low = _growth_low(made, start, asked.seed) if closed else nan
    return Study(
        result=result,
        bars=bars,
        params=params,
        asked=asked,
        trades=closed,
        regimes=stretches(records),
        curve=made,
        held=beside,
        parts=parts,
        shuffled=shuffled,
        growth_low=low,
        findings=verdict(_evidence(closed, parts, asked, low=low, slippage_bps=cost.slippage_bps), VerdictParams()),
    )


def _evidence(
    closed: Sequence[Trade], parts: Sequence[Part], asked: Asked, *, low: float, slippage_bps: float
) -> Evidence:
    costs = [trade.paid(slippage_bps) / trade.risk_amount for trade in closed if trade.risk_amount]
    return Evidence(
        trades=len(closed),
        net_r=parts[0].expectancy_r,
        cost_r=float(np.mean(costs)) if costs else nan,
        daily=parts[0].daily,
        trials=asked.trials,
        growth_low=low if closed else None,
        out_of_sample_r=parts[-1].expectancy_r if len(parts) > 1 else None,
    )


def _shares(closed: Sequence[Trade], start: float) -> Floats:
    """Each trade's profit as a share of the equity before it."""
    profits = np.array([trade.profit for trade in closed], dtype=np.float64)
    before = start + np.concatenate(([0.0], np.cumsum(profits)))[:-1]
    shares: Floats = np.divide(profits, before, out=np.full(len(profits), -1.0), where=before > 0)
    return shares


def _growth_low(made: Curve, start: float, seed: int) -> float:
    daily = simple_returns(daily_equity(made.time_ms, made.equity, start_equity=start))
    drawn = resampled(daily, paths=PATHS, chance=np.random.default_rng(seed))
    return float(drawn.final_quantiles((LOW,))[0]) - 1.0


def _parts(closed: Sequence[Trade], made: Curve, beside: Floats, *, start: float, split_ms: int | None) -> list[Part]:
    count = len(made.time_ms)
    parts = [_part("Whole", closed, made, beside, span=slice(0, count), start=start)]
    if split_ms is not None:
        place = int(made.time_ms.searchsorted(split_ms, side="right"))
        earlier = [trade for trade in closed if trade.opened_ms < split_ms]
        later = [trade for trade in closed if trade.opened_ms >= split_ms]
        parts.append(_part("In sample", earlier, made, beside, span=slice(0, place), start=start))
        parts.append(_part("Out of sample", later, made, beside, span=slice(place, count), start=start))
    return parts


def _part(name: str, closed: Sequence[Trade], made: Curve, beside: Floats, *, span: slice, start: float) -> Part:
    equity, other = made.equity[span], beside[span]
    first = float(made.equity[span.start - 1]) if span.start else start
    first_held = float(beside[span.start - 1]) if span.start else start
    marks = np.concatenate(([first], equity))
    solvent = first > 0
    daily = daily_equity(made.time_ms[span], equity, start_equity=first) if solvent else np.array([first])
    return Part(
        name=name,
        trades=len(closed),
        growth=float(marks[-1]) / first - 1.0 if solvent else nan,
        max_drawdown_pct=drawdown(marks).max_pct if solvent else nan,
        daily=moments(simple_returns(daily)),
        profit_factor=profit_factor(np.array([trade.profit for trade in closed], dtype=np.float64)),
        expectancy_r=expectancy_r(np.array([trade.r_multiple for trade in closed], dtype=np.float64)),
        held_growth=float(other[-1]) / first_held - 1.0 if len(other) else 0.0,
    )
