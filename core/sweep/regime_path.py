"""The regime as every bar's close saw it. It does not depend on what is swept, so all parameter sets share one path."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from math import isnan
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.evaluation.confidence import FLOW_WEIGHT, REGIME_WEIGHT
from core.flow.bias import FlowParams
from core.flow.columns import FlowColumns
from core.market.bars import Floats
from core.regime.permissions import PERMISSIONS, Permission
from core.regime.trend import Trend
from core.sweep.records import MODES, RULE, Records
from core.trading.modes import TREND_BREAKOUT, VWAP_REVERSION

_FULL_TRAIL = next(row.trail_atr for row in PERMISSIONS if row.regime == "RISK_ON") or 2.0


class Stretch(NamedTuple):
    """What holds from a bar's close on, until the next stretch."""

    first: int
    """Index of the bar."""
    regime: str
    score: float
    """The regime's own; NaN where it has none."""
    permission: Permission
    dominance: Trend | None
    """The trend of bitcoin's dominance."""


@dataclass(frozen=True, slots=True, eq=False)
class RegimePath:
    """Stretch after stretch, the first from bar 0 on.

    Args:
        stretches: In order of their bars; at least one.
        bars: How many bars the path covers.
        transitions: How often each chart that does not depend on the swept settings moved, by (chart, event).
    """

    stretches: tuple[Stretch, ...]
    bars: int
    transitions: Mapping[tuple[str, str], int]

    def rules(self) -> tuple[Records, npt.NDArray[np.uint8]]:
        """The distinct permissions, and which of them holds at each bar; shape (T,)."""
        places: dict[tuple[str, Permission], int] = {}
        codes = [places.setdefault((each.regime, each.permission), len(places)) for each in self.stretches]
        rules: Records = np.array([_rule(regime, permission) for regime, permission in places], RULE)
        return rules, self._held(np.array(codes, np.uint8))

    def agreement(self, supports: npt.NDArray[np.int8]) -> Floats:
        """What regime score and capital flow add to the confidence, as `core.evaluation.confidence` weighs them."""
        scores = np.array([0.5 if isnan(each.score) else each.score for each in self.stretches])
        flow = np.where(supports < 0, 0.5, supports)
        return np.asarray(REGIME_WEIGHT * self._held(scores) + FLOW_WEIGHT * flow)

    def supports(self, price_change_72h_pct: Floats, params: FlowParams) -> npt.NDArray[np.int8]:
        """Whether the capital flow suits the mode the regime allows: 1 yes, 0 no, -1 unmeasured; shape (T,)."""
        flow, found = FlowColumns(price_change_72h_pct, params), np.empty(self.bars, np.int8)
        lasts = [*(each.first for each in self.stretches[1:]), self.bars]
        same = groupby(zip(self.stretches, lasts, strict=True), key=lambda pair: (pair[0].dominance, _mode(pair[0])))
        for (dominance, mode), pairs in same:
            held = list(pairs)
            at = slice(held[0][0].first, held[-1][1])
            found[at] = flow.supports(at, dominance, mode)
        return found

    def _held(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        firsts = np.array([each.first for each in self.stretches])
        return np.repeat(values, np.diff(firsts, append=self.bars))


def _mode(stretch: Stretch) -> str:
    """The mode that is looked at: reversion where it is permitted, else the breakout."""
    return VWAP_REVERSION if VWAP_REVERSION in stretch.permission.modes else TREND_BREAKOUT


def _rule(regime: str, permission: Permission) -> tuple[float, float, int, int, int, int, int]:
    allowed = permission.modes and regime != "undetermined"
    return (
        permission.size_multiplier,
        1.0 if permission.trail_atr is None else permission.trail_atr / _FULL_TRAIL,
        permission.time_stop_bars or 0,
        MODES.index(permission.modes[0]) if allowed else 0,
        int(1 in permission.sides),
        int(-1 in permission.sides),
        int(regime == "CHOP"),
    )
