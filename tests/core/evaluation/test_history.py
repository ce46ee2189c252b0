"""A whole history under changing views is judged as its stretches are, one by one."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

from actors.adapters.files.candles import read_candles
from core.evaluation.block import INDEX, REASONS
from core.evaluation.columns import EvaluationColumns
from core.evaluation.evaluator import EvaluationParams, Evaluator
from core.evaluation.history import history
from core.evaluation.moment import Views
from core.flow.bias import FlowParams, flow
from core.measure.columns import columns
from core.measure.panel import PanelParams
from core.measure.reading import Reading
from core.regime.params import RegimeParams
from core.regime.path import RegimePath, Stretch
from core.regime.permissions import permit
from core.regime.trend import Trend

FILE = "BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet"
REGIMES = ("RISK_ON", "CHOP", "RISK_OFF", "DECOUPLED", "undetermined")


def drawn_runs(draw: Random, bars: int) -> list[Stretch]:
    starts = [0, *sorted(draw.sample(range(1, bars), 30))]
    runs = []
    for first in starts:
        regime, crypto = draw.choice(REGIMES), draw.choice((None, -0.5, 0.5))
        policies = RegimeParams(risk_off_policy=draw.choice(("reduced", "stand_down")))
        dominance = draw.choice((None, Trend(0.8, ()), Trend(-0.8, ()), Trend(0.0, ())))
        runs.append(Stretch(first, regime, draw.random(), permit(regime, crypto, policies), dominance))
    return runs


def views_of(run: Stretch) -> Views:
    return Views("trading", "live", run.regime, run.score, run.permission, balance=1e7)


@pytest.mark.parametrize("seed", range(4))
def test_every_bar_is_judged_as_in_its_stretch_and_leads_to_the_same_signal(shared_data: Path, seed: int) -> None:
    bars = read_candles(shared_data / "candles" / FILE).bars.between(30_000, 34_000)
    measured, params = columns(bars, PanelParams()), EvaluationParams()
    asked, runs = EvaluationColumns(measured, params, FlowParams()), drawn_runs(Random(seed), len(bars))
    found = history(asked, RegimePath(tuple(runs), len(bars), {}), views_of(runs[0]))
    evaluator = Evaluator("BTCUSDT", params)
    entered = set()
    for run, end in zip(runs, [*(run.first for run in runs[1:]), len(bars)], strict=True):
        block = asked.judge(run.first, end, views_of(run), run.dominance)
        for row, first in enumerate(block.first.tolist()):
            bar = run.first + row
            if first in (-1, INDEX["risk"]):
                entered.add(bar)
            else:
                assert REASONS[found.reason[bar]] is REASONS[block.reason[first, row]]
    assert found.entries.tolist() == sorted(entered)
    for bar in found.entries.tolist():
        run = runs[int(np.searchsorted([run.first for run in runs], bar, "right")) - 1]
        seen, reading = views_of(run), measured.row(bar, Reading())
        seen.flow = flow(run.dominance, reading.price_change_72h_pct, FlowParams())
        *_, signal = evaluator.evaluate(reading, seen)
        assert asked.signal("BTCUSDT", bar, found.confidence.item(bar), seen) == signal


def test_what_nobody_asks_for_is_not_worked_out(shared_data: Path) -> None:
    from actors.system import crew_params  # noqa: PLC0415
    from settings import load  # noqa: PLC0415

    bars = read_candles(shared_data / "candles" / FILE).bars.between(0, 2_000)
    measured, params = columns(bars, PanelParams()), crew_params(load(profile="bare-trend")).evaluation
    always = Stretch(0, "RISK_ON", 1.0, permit("RISK_ON", None, RegimeParams()), None)
    path = RegimePath((always,), len(bars), {})
    history(EvaluationColumns(measured, params, FlowParams()), path, views_of(always))
    worked_out = {
        name for name in ("atr", "vwap", "swing_high", "target_above", "asia_high") if _is_there(measured, name)
    }
    assert worked_out == {"atr"}


def _is_there(measured: object, name: str) -> bool:
    try:
        object.__getattribute__(measured, name)
    except AttributeError:
        return False
    return True
