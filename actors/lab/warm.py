"""Compile what is compiled on first use, now: `python -m actors.lab.warm`, which installing ends with.

What is made is kept beside the sources, so that the first backtest need not wait some seconds, nor the first sweep ten.
"""

from typing import Final

import numpy as np

from actors.crew import CrewParams
from actors.lab.backtest import backtest
from actors.lab.regime_path import regime_path
from actors.replay import ReplaySource
from core.durations import MINUTE_MS
from core.evaluation.evaluator import EvaluationParams
from core.flow.bias import FlowParams
from core.market.bars import Bars
from core.measure.panel import PanelParams
from core.news.params import NewsParams
from core.regime.params import RegimeParams
from core.sweep.sweep import Sweep

_BARS: Final = 2_000
_TIMEFRAME_MS: Final = 5 * MINUTE_MS


def warm() -> None:
    """Run a backtest and a sweep over a few waves."""
    source = ReplaySource(_waves(), [], [])
    params = CrewParams(
        measure=PanelParams(),
        evaluation=EvaluationParams(),
        regime=RegimeParams(),
        news=NewsParams(),
        flow=FlowParams(),
    )
    backtest(source, params)
    path = regime_path(source, params)
    bars = source.whole().bars
    Sweep(bars, path, measure=params.measure, evaluation=params.evaluation, flow=params.flow).run([{}])


def _waves() -> Bars:
    count = np.arange(_BARS)
    close = 30_000.0 + 500.0 * np.sin(count / 50.0)
    opened = np.concatenate((close[:1], close[:-1]))
    return Bars(
        symbol="BTCUSDT",
        timeframe_ms=_TIMEFRAME_MS,
        open_ms=count * _TIMEFRAME_MS,
        open=opened,
        high=np.maximum(opened, close) + 10.0,
        low=np.minimum(opened, close) - 10.0,
        close=close,
        volume=np.full(_BARS, 100.0),
    )


if __name__ == "__main__":
    warm()
