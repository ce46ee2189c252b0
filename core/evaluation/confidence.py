"""How much of the picture agrees with a trade, 0 to 1: factors that are each 1 agreeing, 0.5 silent, 0 against.

Four are always there. Order book and tape join with weights of their own where they are measured; where they are not,
the four are all there is, so candles alone give the same confidence whether or not anybody asks for the book.
"""

from math import isnan
from typing import Literal

from core.book.sample import FeatureSample
from core.evaluation.moment import Views
from core.evaluation.params import GuardParams
from core.measure.reading import Reading
from core.strategies.setup import Setup
from core.trading.modes import TREND_BREAKOUT

REGIME_WEIGHT = 0.4
FLOW_WEIGHT = 0.2
STRUCTURE_WEIGHT = 0.2
SLOPE_WEIGHT = 0.2
BOOK_WEIGHT = 0.1
"""Little: what rests in a book can be pulled."""
ORDER_FLOW_WEIGHT = 0.2
"""Trades were paid for."""


def confidence(setup: Setup, reading: Reading, views: Views, sample: FeatureSample | None = None) -> float:
    """The weighted agreement of regime score, capital flow, market structure and the one-hour slope.

    Args:
        setup: The possible trade.
        reading: The bar.
        views: What the actors around say.
        sample: Book and tape at the bar's close, if they are followed: imbalance of the book and of the order flow on
            the trade's side agree with it.
    """
    regime = 0.5 if isnan(views.regime_score) else views.regime_score
    supports = None if views.flow is None else views.flow.supports(setup.mode)
    flow = 0.5 if supports is None else float(supports)
    with_trend = 1 if setup.mode == TREND_BREAKOUT else -1
    agreement = (
        REGIME_WEIGHT * regime
        + FLOW_WEIGHT * flow
        + STRUCTURE_WEIGHT * _agrees(reading.break_side * setup.side)
        + SLOPE_WEIGHT * _agrees(reading.ema_1h_slope_pct * setup.side * with_trend)
    )
    return agreement if sample is None else _joined(agreement, sample, setup.side)


def grade(value: float, params: GuardParams) -> Literal["execution", "signal", "none"]:
    """What a confidence is good for: an entry, being shown as a signal, or nothing (K4)."""
    if value >= params.execution_confidence:
        return "execution"
    return "signal" if value >= params.signal_confidence else "none"


def size_multiplier(value: float) -> float:
    """The part of full size a confidence earns: itself, at least a half."""
    return min(1.0, max(0.5, value))


def _joined(agreement: float, sample: FeatureSample, side: int) -> float:
    """Add what book and tape measured; the four factors weigh 1 together."""
    total, weight = agreement, 1.0
    for imbalance, own in ((sample.imbalance, BOOK_WEIGHT), (sample.flow_imbalance, ORDER_FLOW_WEIGHT)):
        if imbalance is not None:
            total += own * (1.0 + side * imbalance) / 2.0
            weight += own
    return total / weight


def _agrees(signed: float) -> float:
    if signed > 0:
        return 1.0
    return 0.0 if signed < 0 else 0.5
