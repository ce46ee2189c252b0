"""Which kind of trade the capital flow supports, for many bars under one dominance."""

import numpy as np
import numpy.typing as npt

from core.flow.bias import FlowParams, flow
from core.market.bars import Floats
from core.regime.trend import Trend
from core.trading.modes import TREND_BREAKOUT

Answers = npt.NDArray[np.int8]
"""1 yes, 0 no, -1 unmeasured."""


class FlowColumns:
    """`core.flow.bias.flow` over a history: dominance is constant in a stretch, only price's trend moves.

    Args:
        price_change_72h_pct: Shape (T,); NaN where it cannot be measured yet.
        params: How capital flow is read.
    """

    def __init__(self, price_change_72h_pct: Floats, params: FlowParams) -> None:
        self._params = params
        share = np.clip(price_change_72h_pct / params.price_strong_pct, -1.0, 1.0)
        self._price_trend = np.where(np.abs(price_change_72h_pct) < params.price_weak_pct, 0.0, share)

    def supports(self, at: slice | npt.NDArray[np.intp], dominance: Trend | None, mode: str) -> Answers | int:
        """Whether the bias suits the mode on these bars; one number where it is the same on all of them."""
        calm = flow(dominance, None, self._params).supports(mode)
        if dominance is None or calm is None:
            return -1
        minimum = self._params.divergence_minimum
        if abs(dominance.value) < minimum:
            return int(calm)
        price = self._price_trend[at]
        diverges = (dominance.value * price < 0) & (np.abs(price) >= minimum)
        against = mode != TREND_BREAKOUT  # a divergence is a bias to mean reversion
        return np.where(diverges, against, calm).astype(np.int8)
