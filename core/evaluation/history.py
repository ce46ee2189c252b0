"""Which bars of a whole history are entries and what blocks the others, under views that change from run to run.

A history's views do not depend on its trades, so they are known before the first trade is led; what does depend on
trades is asked when it is known: whether risk halts, and whether the account can take the signal's size.
"""

from dataclasses import dataclass
from math import isnan
from typing import Any

import numpy as np
import numpy.typing as npt

from core.evaluation.block import CODES, INDEX, Answers, Codes
from core.evaluation.columns import EvaluationColumns
from core.evaluation.confidence import FLOW_WEIGHT, REGIME_WEIGHT
from core.evaluation.guards import GUARDS
from core.evaluation.moment import Views
from core.evaluation.standing import CLEAR, Standing
from core.market.bars import Flags, Floats
from core.reasons import Reason
from core.regime.permissions import Permission
from core.regime.trend import Trend
from core.trading.modes import TREND_BREAKOUT, VWAP_REVERSION

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Run:
    """What held from one bar on, until the next run."""

    first: int
    """Index of its first bar."""
    regime: str
    score: float
    permission: Permission
    dominance: Trend | None


@dataclass(frozen=True, slots=True, eq=False)
class History:
    """A column for every bar, shape (T,)."""

    first: Answers
    """Index of the first guard that blocks, `CLEAR` where none but risk could."""
    reason: Codes
    """The code of that guard's no; of NO_SIGNAL where nothing blocks and nothing was signaled."""
    confidence: Floats
    fades: Flags
    """Whether the mode is VWAP_REVERSION; TREND_BREAKOUT elsewhere."""
    entries: Rows
    """The bars that are signaled and that nothing blocks but perhaps risk, ascending."""


class _Spread:
    """Values of runs, put on the runs' bars."""

    def __init__(self, runs: list[Run], bars: int) -> None:
        starts = np.array([run.first for run in runs], np.intp)
        self._lengths = np.diff(starts, append=bars)

    def __call__(self, values: list[Any], dtype: npt.DTypeLike) -> npt.NDArray[Any]:
        return np.repeat(np.array(values, dtype), self._lengths, axis=0)


def history(verdicts: EvaluationColumns, runs: list[Run], views: Views) -> History:
    """Judge every bar, equal to what `EvaluationColumns.judge` says run by run.

    Args:
        verdicts: The history's.
        runs: What held when, the first from bar 0 on.
        views: What holds on all bars: session and connection.
    """
    bars = len(verdicts)
    spread = _Spread(runs, bars)
    fades = spread([VWAP_REVERSION in run.permission.modes for run in runs], np.bool_)
    trend, fade = _standings(verdicts, fades)
    first = np.where(fades, fade.first, trend.first)
    reason = np.full(bars, CODES[Reason.NO_SIGNAL], np.int16)
    supports, confidence = _agreement(verdicts, runs, spread, fades)
    side = np.where(fades, fade.setup.side, trend.setup.side)
    permitted, forbidden = _regime(verdicts, runs, spread, side)
    heard = verdicts.constant(views) | {
        "regime": permitted,
        "flow": supports,
        "confidence": (confidence >= verdicts.guards.execution_confidence).astype(np.int8),
    }
    for name, passed in heard.items():
        blocks = verdicts.blocks(name, passed)
        np.minimum(first, INDEX[name], out=first, where=blocks)
    for index, guard in enumerate(GUARDS):
        reason[first == index] = CODES[guard.reason]
    slope = first == INDEX["slope"]
    reason[slope] = np.where(fades[slope], CODES[Reason.ANTI_TREND_FILTER], CODES[Reason.TREND_FILTER_AGAINST])
    regime = first == INDEX["regime"]
    reason[regime] = forbidden[regime]
    signaled = np.where(fades, fade.setup.signaled, trend.setup.signaled)
    return History(first, reason, confidence, fades, np.flatnonzero((first == CLEAR) & signaled))


def _standings(verdicts: EvaluationColumns, fades: Flags) -> tuple[Standing, Standing]:
    """Trend and fade; a mode that no bar is in is not worked out."""
    if not fades.any():
        return verdicts.trend, verdicts.trend
    return (verdicts.reversion if fades.all() else verdicts.trend), verdicts.reversion


def _agreement(verdicts: EvaluationColumns, runs: list[Run], spread: _Spread, fades: Flags) -> tuple[Answers, Floats]:
    """Whether capital flow supports the mode, and the confidence; as `core.evaluation.confidence` adds them up."""
    bars = len(fades)
    supports = np.empty(bars, np.int8)
    ends = [run.first for run in runs[1:]] + [bars]
    first = 0
    for place, (run, end) in enumerate(zip(runs, ends, strict=True)):
        mode = VWAP_REVERSION if VWAP_REVERSION in run.permission.modes else TREND_BREAKOUT
        following = runs[place + 1] if place + 1 < len(runs) else None
        if following is not None and _flows_alike(run, following):
            continue
        supports[first:end] = verdicts.flow.supports(slice(first, end), run.dominance, mode)
        first = end
    flow = np.where(supports < 0, 0.5, supports)
    regime = spread([0.5 if isnan(run.score) else run.score for run in runs], np.float64)
    trend, fade = _standings(verdicts, fades)
    structure = np.where(fades, fade.structure_share, trend.structure_share)
    slope = np.where(fades, fade.slope_share, trend.slope_share)
    return supports, REGIME_WEIGHT * regime + FLOW_WEIGHT * flow + structure + slope


def _flows_alike(run: Run, following: Run) -> bool:
    """Whether capital flow says the same of both: one dominance and one mode."""
    modes = [VWAP_REVERSION in each.permission.modes for each in (run, following)]
    return modes[0] == modes[1] and run.dominance is following.dominance


def _regime(verdicts: EvaluationColumns, runs: list[Run], spread: _Spread, side: Answers) -> tuple[Answers, Codes]:
    """Whether the regime allows each bar's side, and the code of its no."""
    known: dict[tuple[str, int], list[tuple[int, int]]] = {}
    tables = []
    for run in runs:
        key = (run.regime, id(run.permission))
        if key not in known:
            known[key] = verdicts.regime(Views(regime=run.regime, regime_score=run.score, permission=run.permission))
        tables.append(known[key])
    table = spread(tables, np.int16)  # (T, side, (passed, code)); sides 0, +1 and, as the last, -1
    chosen = table[np.arange(len(side)), side]
    return chosen[:, 0].astype(np.int8), chosen[:, 1]
