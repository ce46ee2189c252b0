"""The regime as every bar's close saw it: it does not depend on trades, so a history has one path."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby
from math import isnan
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from core.flow.bias import FlowParams
from core.flow.columns import FlowColumns
from core.market.bars import Floats
from core.regime.permissions import Permission
from core.regime.trend import Trend
from core.trading.modes import TREND_BREAKOUT, VWAP_REVERSION

Answers = npt.NDArray[np.int8]
"""1 yes, 0 no, -1 unmeasured."""


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

    @property
    def mode(self) -> str:
        """The mode that is looked at: reversion where it is permitted, else the breakout."""
        return VWAP_REVERSION if VWAP_REVERSION in self.permission.modes else TREND_BREAKOUT


@dataclass(frozen=True, slots=True, eq=False)
class RegimePath:
    """Stretch after stretch, the first from bar 0 on.

    Args:
        stretches: In order of their bars; at least one.
        bars: How many bars the path covers.
        transitions: How often each chart that does not depend on trades moved, by (chart, event).
    """

    stretches: tuple[Stretch, ...]
    bars: int
    transitions: Mapping[tuple[str, str], int]

    def spread(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """A value of each stretch, on each of its bars."""
        firsts = np.array([each.first for each in self.stretches])
        return np.repeat(values, np.diff(firsts, append=self.bars), axis=0)

    def scores(self) -> Floats:
        """The regime's score as the confidence takes it, shape (T,): a half where there is none."""
        return self.spread(np.array([0.5 if isnan(each.score) else each.score for each in self.stretches]))

    def fades(self) -> npt.NDArray[np.bool_]:
        """Whether the mode that is looked at is VWAP_REVERSION, shape (T,)."""
        return self.spread(np.array([each.mode == VWAP_REVERSION for each in self.stretches]))

    def supports(self, price_change_72h_pct: Floats, params: FlowParams) -> Answers:
        """Whether the capital flow suits the mode that is looked at, shape (T,)."""
        with np.errstate(invalid="ignore"):  # NaN is an answer here
            flow, found = FlowColumns(price_change_72h_pct, params), np.empty(self.bars, np.int8)
            lasts = [*(each.first for each in self.stretches[1:]), self.bars]
            pairs = zip(self.stretches, lasts, strict=True)
            for (dominance, mode), same in groupby(pairs, key=lambda pair: (pair[0].dominance, pair[0].mode)):
                held = list(same)
                at = slice(held[0][0].first, held[-1][1])
                found[at] = flow.supports(at, dominance, mode)
        return found
