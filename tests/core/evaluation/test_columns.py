"""The verdicts of a stretch are those of the evaluator, bar by bar and bit by bit."""

from collections.abc import Callable
from dataclasses import fields, replace
from decimal import Decimal
from itertools import pairwise
from math import inf, isnan, nextafter
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.adapters.files.candles import read_candles
from core.evaluation.columns import EvaluationColumns
from core.evaluation.evaluator import EvaluationParams, Evaluator
from core.evaluation.moment import Views
from core.evaluation.params import GuardParams
from core.flow.bias import FlowParams, flow
from core.market.bars import Bars
from core.measure.columns import ReadingColumns, columns
from core.measure.panel import PanelParams
from core.measure.reading import Reading
from core.regime.params import RegimeParams
from core.regime.permissions import permit
from core.regime.trend import Trend
from core.risk.params import RiskParams
from core.trading.instrument import Instrument
from tests.core.evaluation.scene import NAMES, PARAMS, breaking, views
from tests.core.evaluation.scenes import drawn_dominance, drawn_flow, drawn_params, drawn_views

Judged = tuple[str, int, tuple[Any, ...], int]
FILES = (
    "BTCUSDT_binance_spot_5m_2021-05_crash.csv",
    "BTCUSDT_binance_perp_5m_2023-01_2024-05.feather",
    "BTCUSDT_bybit_perp_5m_2025-01_2025-05.feather",
    "BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet",
)
CODED = {"break_kind", "session", "target_above_kind", "target_below_kind"}
CALM = Trend(0.0, ())
NO_PRICE = np.empty(0)
NO_BARS = Bars("BTCUSDT", 300_000, np.empty(0, np.int64), NO_PRICE, NO_PRICE, NO_PRICE, NO_PRICE, NO_PRICE)


def stacked(readings: list[Reading]) -> ReadingColumns:
    """Readings as columns; what evaluations do not look at is left out."""
    own = {field.name: type(field.default) for field in fields(Reading)}
    taken: dict[str, Any] = {
        name: np.array(
            [0 if name in CODED else getattr(each, name) for each in readings], kind if kind is int else None
        )
        for name, kind in own.items()
    }
    return ReadingColumns(**taken)


def one_by_one(
    readings: list[Reading], params: EvaluationParams, seen: Views, dominance: Trend | None, flow_params: FlowParams
) -> list[Judged]:
    evaluator, judged = Evaluator("BTCUSDT", params), []
    for reading in readings:
        price = reading.price_change_72h_pct
        seen.flow = flow(dominance, None if isnan(price) else price, flow_params)
        setup, verdicts, first, signal = evaluator.evaluate(reading, seen)
        assert (first < 0) == (signal is not None)
        judged.append((setup.mode, setup.side, verdicts, first))
    return judged


def at_once(asked: EvaluationColumns, stretch: tuple[int, int], seen: Views, dominance: Trend | None) -> list[Judged]:
    block = asked.judge(*stretch, seen, dominance)
    rows = zip(block.side.tolist(), block.verdicts(), block.first.tolist(), strict=True)
    return [(block.mode, side, verdicts, first) for side, verdicts, first in rows]


def assert_equal_on(
    readings: list[Reading],
    measured: ReadingColumns,
    draw: Random,
    *,
    scenes: int,
    told: Callable[[list[Judged]], object] = list,
) -> set[int]:
    """Judge random stretches under random scenes both ways; gives the first guards met."""
    met = set()
    for _ in range(scenes):
        params, flow_params = drawn_params(draw), drawn_flow(draw)
        asked = EvaluationColumns(measured, params, flow_params)
        ends = sorted((0, draw.randint(0, len(readings)), draw.randint(0, len(readings)), len(readings)))
        for stretch in pairwise(ends):
            seen, dominance = drawn_views(draw), drawn_dominance(draw)
            expected = one_by_one(readings[slice(*stretch)], params, seen, dominance, flow_params)
            firsts = [first for *_, first in expected]
            seen.flow = None
            assert told(at_once(asked, stretch, seen, dominance)) == told(expected)
            met.update(firsts)
    return met


def measured_of(bars: Bars) -> tuple[list[Reading], ReadingColumns]:
    measured = columns(bars, PanelParams())
    return [measured.row(i, Reading()) for i in range(len(measured))], measured


@pytest.mark.parametrize("name", FILES)
def test_a_stretch_of_real_bars_is_judged_as_bar_by_bar(shared_data: Path, name: str) -> None:
    bars = read_candles(shared_data / "candles" / name).bars.between(2_000, 5_000)
    met = assert_equal_on(*measured_of(bars), Random(name), scenes=12)
    assert {-1, NAMES.index("signal"), NAMES.index("session"), NAMES.index("regime")} <= met


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", FILES)
def test_every_real_bar_is_judged_as_bar_by_bar(shared_data: Path, name: str) -> None:
    bars, draw, met = read_candles(shared_data / "candles" / name).bars, Random(name), set[int]()
    for first in range(0, len(bars), 20_000):
        met |= assert_equal_on(*measured_of(bars.between(first, first + 20_000)), draw, scenes=3)
    assert len(met) >= 10


PRICE = st.sampled_from([float("nan"), 0.0, 97.5, 99.0, 100.0, 100.1, 103.0])
WIDTH = st.sampled_from([float("nan"), 0.0, 1e-9, 0.5, 1.0, 2.0])
SLOPE = st.sampled_from([float("nan"), -0.4, -0.3, 0.0, 0.3, 0.31])
COUNT = st.sampled_from([0, 19, 20, 500, 501, 1_000_000_000])
CHANGE = st.sampled_from([float("nan"), -6.0, -2.5, -0.5, 0.0, 0.5, 2.5, 6.0])
CLOSE = st.sampled_from([97.5, 99.0, 100.0, 100.1, 103.0])
PRICES = ("prev_close", "donchian_high", "donchian_low", "prev_donchian_high", "prev_donchian_low", "vwap")
READING = st.builds(
    Reading,
    **dict.fromkeys((*PRICES, "swing_high", "swing_low", "target_above", "target_below"), PRICE),
    **dict.fromkeys(("high", "low", "close"), CLOSE),
    **dict.fromkeys(("atr", "prev_atr", "true_range", "sigma"), WIDTH),
    **dict.fromkeys(("bars", "bars_since_gap", "bars_since_incomplete"), COUNT),
    ema_1h_slope_pct=SLOPE,
    price_change_72h_pct=CHANGE,
    break_side=st.sampled_from([-1, 0, 1]),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(READING, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_whatever_is_measured_a_stretch_is_judged_as_bar_by_bar(readings: list[Reading], draw: Random) -> None:
    assert_equal_on(readings, stacked(readings), draw, scenes=2, told=repr)  # -0.0 is not 0.0


@pytest.mark.parametrize(
    "instrument",
    [
        Instrument(min_notional=Decimal("5.05")),
        Instrument(min_quantity=Decimal("0.0105"), min_notional=Decimal(0)),
        Instrument(lot=Decimal("0.003"), min_quantity=Decimal(0), min_notional=Decimal("3.03")),
        Instrument(min_quantity=Decimal(0), min_notional=Decimal(0)),
        Instrument(lot=Decimal(0), min_quantity=Decimal("0.01")),
        Instrument(max_market=Decimal("0.05"), max_limit=Decimal("0.02")),
    ],
)
def test_a_quantity_on_a_step_or_a_limit_is_rounded_as_for_one_bar(instrument: Instrument) -> None:
    """A risk of 100 buys whole lots and a float more or less; 50 lots are worth the first minimum exactly."""
    params = replace(
        PARAMS, instrument=instrument, risk=RiskParams(max_notional_pct=1000), guards=GuardParams(off=("confidence",))
    )
    exact = [100.0 / (lots * 0.001) / 1.5 for lots in range(1, 120)]
    widths = [width for each in exact for width in (nextafter(each, 0.0), each, nextafter(each, inf))]
    readings = [breaking(atr=width) for width in (*widths, 1e5, 1e300, 1e-300, 0.0, -2.0)]
    expected = one_by_one(readings, params, views(), CALM, FlowParams())
    asked = EvaluationColumns(stacked(readings), params, FlowParams())
    assert repr(at_once(asked, (0, len(readings)), views(), CALM)) == repr(expected)
    passed = {verdicts[NAMES.index("risk")][0] for _, _, verdicts, _ in expected}
    assert passed == {True, False}


def test_no_bar_at_all_is_no_entry() -> None:
    asked = EvaluationColumns(columns(NO_BARS, PanelParams()), PARAMS, FlowParams())
    assert at_once(asked, (0, 0), views(), CALM) == []


def test_the_flow_of_the_views_is_not_read() -> None:
    asked = EvaluationColumns(stacked([breaking()]), PARAMS, FlowParams())
    assert views().flow is not None
    firsts = [asked.judge(0, 1, seen, CALM).first.tolist() for seen in (views(flow=None), views())]
    assert firsts == [[-1], [-1]]
    index = NAMES.index("flow")
    assert asked.judge(0, 1, views(), None).passed[index].tolist() == [-1]


def test_where_the_signal_guard_is_off_a_bar_without_signal_is_still_no_entry() -> None:
    params = replace(PARAMS, guards=GuardParams(off=("signal", "liquidity", "reward")))
    asked = EvaluationColumns(stacked([breaking(close=100.0)]), params, FlowParams())
    assert asked.judge(0, 1, views(), CALM).first.tolist() == [NAMES.index("signal")]


def test_the_regime_decides_which_mode_is_judged() -> None:
    asked = EvaluationColumns(stacked([breaking()]), PARAMS, FlowParams())
    modes = [asked.judge(0, 1, views(regime), CALM).mode for regime in ("RISK_ON", "CHOP", "undetermined")]
    assert modes == ["TREND_BREAKOUT", "VWAP_REVERSION", "TREND_BREAKOUT"]
    only_short = permit("RISK_OFF", None, RegimeParams(risk_off_policy="reduced"))
    blocked = asked.judge(0, 1, views("RISK_OFF", permission=only_short), CALM)
    assert blocked.first.tolist() == [NAMES.index("regime")]
