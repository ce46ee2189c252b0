"""The signal of one bar of a history, read from its columns; equal to what `Evaluator` makes of that bar."""

from math import nan
from typing import Final

from core.evaluation.confidence import size_multiplier
from core.evaluation.evaluator import EvaluationParams
from core.evaluation.moment import Moment, Views
from core.evaluation.propose import propose
from core.measure.columns import ReadingColumns
from core.measure.reading import Reading
from core.strategies.columns import SetupColumns
from core.strategies.setup import Setup
from core.trading.modes import VWAP_REVERSION
from core.trading.signal import Signal


class Proposer:
    """Proposes entries on bars that nothing blocks.

    Args:
        readings: The measures of every bar.
        params: How positions are led, and which guards are off.
    """

    def __init__(self, readings: ReadingColumns, params: EvaluationParams) -> None:
        self._readings: Final = readings
        self._params: Final = params
        self._is_scaled: Final = "confidence" not in params.guards.off
        self._reading: Final = Reading()

    def signal(self, symbol: str, row: int, setup: SetupColumns, confidence: float, views: Views) -> Signal:
        """What is proposed at a bar's close, under what the actors around the strategist had said by then."""
        readings, reading, reversion = self._readings, self._reading, self._params.reversion
        is_fade = setup.mode == VWAP_REVERSION
        reading.ema_1h_slope_pct = readings.ema_1h_slope_pct.item(row)
        if is_fade:
            reading.atr, reading.vwap = readings.atr.item(row), readings.vwap.item(row)
            reading.sigma = readings.sigma.item(row)
        one = Setup(
            mode=setup.mode,
            side=setup.side.item(row),
            signaled=True,
            distance_atr=setup.distance_atr.item(row),
            entry_price=setup.entry_price.item(row),
            stop_distance=setup.stop_distance.item(row),
            target=setup.target.item(row),
        )
        moment = Moment(reading, one, views)
        moment.slope_limit_pct = -reversion.anti_trend_slope_pct if is_fade and reversion.anti_trend_filter else nan
        scale = 0.0 if views.permission is None else views.permission.size_multiplier
        if self._is_scaled:
            scale *= size_multiplier(confidence)
        return propose(symbol, moment, self._params.trend, reversion, scale=scale)
