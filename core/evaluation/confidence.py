"""How much of the picture agrees with a trade, 0 to 1: four factors, each 1 agreeing, 0.5 silent, 0 against."""

from math import isnan

from core.evaluation.moment import Views
from core.measure.reading import Reading
from core.strategies.setup import Setup
from core.trading.modes import TREND_BREAKOUT

REGIME_WEIGHT = 0.4
FLOW_WEIGHT = 0.2
STRUCTURE_WEIGHT = 0.2
SLOPE_WEIGHT = 0.2


def confidence(setup: Setup, reading: Reading, views: Views) -> float:
    """The weighted agreement of regime score, capital flow, market structure and the one-hour slope."""
    regime = 0.5 if isnan(views.regime_score) else views.regime_score
    supports = None if views.flow is None else views.flow.supports(setup.mode)
    flow = 0.5 if supports is None else float(supports)
    with_trend = 1 if setup.mode == TREND_BREAKOUT else -1
    return (
        REGIME_WEIGHT * regime
        + FLOW_WEIGHT * flow
        + STRUCTURE_WEIGHT * _agrees(reading.break_side * setup.side)
        + SLOPE_WEIGHT * _agrees(reading.ema_1h_slope_pct * setup.side * with_trend)
    )


def size_multiplier(value: float) -> float:
    """The part of full size a confidence earns: itself, at least a half."""
    return min(1.0, max(0.5, value))


def _agrees(signed: float) -> float:
    if signed > 0:
        return 1.0
    return 0.0 if signed < 0 else 0.5
