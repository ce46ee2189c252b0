from pathlib import Path

import pytest

from actors.adapters.files.candles import read_candles
from actors.crew import CrewParams
from actors.lab.backtest import backtest
from actors.lab.regime_path import regime_path
from actors.lab.warm import warm
from actors.replay import ReplaySource
from actors.system import crew_params
from core.sweep.kernel import run
from core.sweep.sweep import Sweep
from settings import load
from tests.bench.candles import written, year


def swept(source: ReplaySource, params: CrewParams) -> None:
    bars = source.whole().bars
    path = regime_path(source, params)
    sweep = Sweep(bars, path, measure=params.measure, evaluation=params.evaluation, flow=params.flow)
    sweep.run([{}, {"trend.stop_atr": 2.0}], keep_trades=True, keep_days=True)


@pytest.mark.slow
def test_a_sweep_of_a_candle_file_needs_no_machine_code_that_warming_did_not_make(tmp_path: Path) -> None:
    warm()
    made = list(run.signatures)  # type: ignore[attr-defined]  # numba's
    source = ReplaySource(
        read_candles(written(year(5).between(0, 3_000), tmp_path / "BTCUSDT_5m.parquet")).bars, [], []
    )
    params = crew_params(load(profile="bare-trend"))
    backtest(source, params)
    swept(source, params)

    assert made
    assert list(run.signatures) == made  # type: ignore[attr-defined]
