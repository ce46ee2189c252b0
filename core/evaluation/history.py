"""Which bars of a whole history are entries and what blocks the others, under views that change from run to run.

A history's views do not depend on its trades, so they are known before the first trade is led; what does depend on
trades is asked when it is known: whether risk halts, and whether the account can take the signal's size.
"""

from dataclasses import dataclass
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
from core.regime.path import RegimePath
from core.regime.permissions import Permission

Rows = npt.NDArray[np.intp]


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


def history(verdicts: EvaluationColumns, path: RegimePath, views: Views) -> History:
    """Judge every bar, equal to what `EvaluationColumns.judge` says stretch by stretch.

    Args:
        verdicts: The history's.
        path: What the regime permits when.
        views: What holds on all bars: session and connection.
    """
    fades = path.fades()
    trend, fade = _standings(verdicts, fades)

    def either(of_fade: npt.NDArray[Any], of_trend: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.where(fades, of_fade, of_trend)

    supports = verdicts.supports(path)
    flow = np.where(supports < 0, 0.5, supports)
    agrees = REGIME_WEIGHT * path.scores() + FLOW_WEIGHT * flow
    confidence = (
        agrees + either(fade.structure_share, trend.structure_share) + either(fade.slope_share, trend.slope_share)
    )
    permitted, forbidden = _regime(verdicts, path, either(fade.setup.side, trend.setup.side))
    heard = verdicts.constant(views) | {
        "regime": permitted,
        "flow": supports,
        "confidence": (confidence >= verdicts.guards.execution_confidence).astype(np.int8),
    }
    first = either(fade.first, trend.first)
    for name, passed in heard.items():
        np.minimum(first, INDEX[name], out=first, where=verdicts.blocks(name, passed))
    signaled = either(fade.setup.signaled, trend.setup.signaled)
    reason = _reasons(first, fades, forbidden)
    return History(first, reason, confidence, fades, np.flatnonzero((first == CLEAR) & signaled))


def _standings(verdicts: EvaluationColumns, fades: Flags) -> tuple[Standing, Standing]:
    """Trend and fade; a mode that no bar is in is not worked out."""
    if not fades.any():
        return verdicts.trend, verdicts.trend
    return (verdicts.reversion if fades.all() else verdicts.trend), verdicts.reversion


def _regime(verdicts: EvaluationColumns, path: RegimePath, side: Answers) -> tuple[Answers, Codes]:
    """Whether the regime allows each bar's side, and the code of its no."""
    known: dict[tuple[str, Permission], list[tuple[int, int]]] = {}
    tables = []
    for each in path.stretches:
        key = (each.regime, each.permission)
        if key not in known:
            known[key] = verdicts.regime(Views(regime=each.regime, regime_score=each.score, permission=each.permission))
        tables.append(known[key])
    table = path.spread(np.array(tables, np.int16))  # (T, side, (passed, code)); sides 0, +1 and, as the last, -1
    chosen = table[np.arange(len(side)), side]
    return chosen[:, 0].astype(np.int8), chosen[:, 1]


def _reasons(first: Answers, fades: Flags, forbidden: Codes) -> Codes:
    """The code of each bar's first no; two guards have more than one."""
    reason = np.full(len(first), CODES[Reason.NO_SIGNAL], np.int16)
    for index, guard in enumerate(GUARDS):
        reason[first == index] = CODES[guard.reason]
    slope = first == INDEX["slope"]
    reason[slope] = np.where(fades[slope], CODES[Reason.ANTI_TREND_FILTER], CODES[Reason.TREND_FILTER_AGAINST])
    regime = first == INDEX["regime"]
    reason[regime] = forbidden[regime]
    return reason
