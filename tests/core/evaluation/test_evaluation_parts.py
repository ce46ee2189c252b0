"""Confidence, the proposal and the telling."""

from dataclasses import replace
from math import nan

import pytest

from core.book.sample import FeatureSample
from core.evaluation.confidence import confidence, grade, size_multiplier
from core.evaluation.evaluator import EvaluationParams, Evaluator
from core.evaluation.params import GuardParams
from core.evaluation.told import from_journal, told
from core.measure.reading import Reading
from core.reasons import Reason
from core.regime.params import RegimeParams
from core.regime.permissions import permit
from core.strategies.breakout import BreakoutParams, breakout
from core.strategies.reversion import ReversionParams, reversion
from core.structure.breaks import NEVER
from core.trading.signal import Signal
from tests.core.evaluation.scene import NAMES, PARAMS, breaking, flow, returning, views


def proposed(reading: Reading, regime: str, params: EvaluationParams = PARAMS) -> Signal:
    signal = Evaluator("BTCUSDT", params).evaluate(reading, views(regime))[3]
    assert signal is not None
    return signal


@pytest.mark.parametrize(
    ("score", "bias", "side", "slope", "expected"),
    [
        (1.0, "continuation", 1, 1.0, 1.0),
        (0.0, "mean_reversion", -1, -1.0, 0.0),
        (nan, None, 0, 0.0, 0.5),  # silence on every side
        (nan, None, 0, nan, 0.5),
        (0.5, "neutral", 1, -1.0, 0.6),
    ],
)
def test_a_breakouts_confidence_is_the_weighted_agreement(
    score: float, bias: str | None, side: int, slope: float, expected: float
) -> None:
    reading = breaking(break_side=side, ema_1h_slope_pct=slope)
    seen = views(regime_score=score, flow=None if bias is None else flow(bias))
    assert confidence(breakout(reading, BreakoutParams()), reading, seen) == pytest.approx(expected)


def test_a_fade_is_surer_against_the_slope() -> None:
    seen = views("CHOP")
    found = []
    for slope in (-0.1, 0.1):
        reading = returning(ema_1h_slope_pct=slope)
        found.append(confidence(reversion(reading, ReversionParams()), reading, seen))
    assert found[0] == pytest.approx(found[1] + 0.2)


def sampled(imbalance: float | None, flow_imbalance: float | None) -> FeatureSample:
    return FeatureSample("BTCUSDT", 0, True, "", imbalance=imbalance, flow_imbalance=flow_imbalance)


@pytest.mark.parametrize("score", [0.0, 0.1, 0.37, 0.7, 1.0, nan])
@pytest.mark.parametrize("bias", ["continuation", "neutral", "mean_reversion", None])
@pytest.mark.parametrize("slope", [-0.1, 0.0, 0.1])
def test_a_book_that_tells_nothing_changes_no_bit(score: float, bias: str | None, slope: float) -> None:
    reading = breaking(break_side=-1, ema_1h_slope_pct=slope)
    setup = breakout(reading, BreakoutParams())
    seen = views(regime_score=score, flow=None if bias is None else flow(bias))
    assert confidence(setup, reading, seen, sampled(None, None)) == confidence(setup, reading, seen)


@pytest.mark.parametrize(
    ("imbalance", "flow_imbalance", "expected"),
    [
        (1.0, 1.0, 1.0),
        (-1.0, -1.0, 1.0 / 1.3),
        (0.0, 0.0, 1.15 / 1.3),
        (-1.0, None, 1.0 / 1.1),
        (None, -1.0, 1.0 / 1.2),
        (None, 0.5, 1.15 / 1.2),
    ],
)
def test_book_and_tape_join_with_weights_of_their_own(
    imbalance: float | None, flow_imbalance: float | None, expected: float
) -> None:
    reading = breaking(break_side=1, ema_1h_slope_pct=1.0)
    setup, seen = breakout(reading, BreakoutParams()), views(regime_score=1.0, flow=flow("continuation"))
    assert setup.side == 1
    found = confidence(setup, reading, seen, sampled(imbalance, flow_imbalance))
    assert found == pytest.approx(expected)


def test_a_short_is_surer_where_asks_and_sellers_lead() -> None:
    short = breaking(close=89.0, prev_close=91.0, ema_1h_slope_pct=-0.1, target_below=80.0, break_side=-1)
    setup, seen = breakout(short, BreakoutParams()), views()
    assert setup.side == -1
    leads = confidence(setup, short, seen, sampled(-0.5, -0.5))
    assert leads > confidence(setup, short, seen, sampled(0.5, 0.5))


@pytest.mark.parametrize(
    ("value", "good_for"),
    [(1.0, "execution"), (0.6, "execution"), (0.599, "signal"), (0.5, "signal"), (0.499, "none"), (0.0, "none")],
)
def test_a_confidence_is_good_for_a_signal_before_it_is_for_an_entry(value: float, good_for: str) -> None:
    assert grade(value, GuardParams()) == good_for


@pytest.mark.parametrize(("value", "share"), [(0.0, 0.5), (0.5, 0.5), (0.7, 0.7), (1.0, 1.0), (1.2, 1.0)])
def test_a_confidence_earns_itself_but_at_least_a_half(value: float, share: float) -> None:
    assert size_multiplier(value) == share


def test_a_breakout_is_proposed_with_the_designs_reasons() -> None:
    signal = proposed(breaking(), "RISK_ON")
    codes = [reason.name for reason in signal.reasons]
    assert codes == ["TREND_BREAKOUT", "DONCHIAN_BREAK", "REGIME_OK", "TREND_OK", "VOL_OK"]
    against = proposed(breaking(ema_1h_slope_pct=-0.1), "RISK_ON", _without_confidence())
    assert Reason.TREND_OK not in against.reasons
    assert (signal.side, signal.entry_price, signal.stop_distance, signal.target) == (1, 101.0, 3.0, None)
    assert signal.size_multiplier == pytest.approx(0.96)
    led = signal.management
    assert (led.partial_fraction, led.partial_at_r, led.trail_atr, led.time_stop_bars) == (0.5, 1.0, 2.0, None)
    assert (led.entry_live_bars, led.secondary_target) == (0, None)


def test_a_fade_is_proposed_with_the_designs_reasons() -> None:
    signal = proposed(returning(), "CHOP")
    codes = [reason.name for reason in signal.reasons]
    assert codes == ["VWAP_REVERSION", "BAND_REENTRY", "REGIME_CHOP", "ANTI_TREND_OK"]
    assert signal.target == 100.0
    led = signal.management
    assert (led.partial_fraction, led.partial_at_r, led.trail_atr, led.time_stop_bars) == (1.0, None, None, 24)
    assert (led.entry_live_bars, led.secondary_target) == (3, None)
    plain = replace(PARAMS, reversion=ReversionParams(anti_trend_filter=False))
    assert Reason.ANTI_TREND_OK not in proposed(returning(), "CHOP", plain).reasons


def test_the_rest_of_a_fade_may_go_to_the_opposite_band() -> None:
    params = replace(PARAMS, reversion=ReversionParams(secondary_target="opposite_band", target_fraction=0.5))
    assert proposed(returning(), "CHOP", params).management.secondary_target == 102.0
    mirror = returning(close=101.5, high=102.5, low=101.0, swing_high=102.5)
    assert proposed(mirror, "CHOP", params).management.secondary_target == 98.0


def test_the_regime_scales_size_trail_and_patience() -> None:
    reduced = permit("RISK_OFF", None, RegimeParams(risk_off_policy="reduced"))
    seen = views("RISK_OFF", permission=reduced, flow=flow("neutral"))
    short = breaking(close=89.0, prev_close=91.0, ema_1h_slope_pct=-0.1, target_below=80.0, break_side=-1)
    signal = Evaluator("BTCUSDT", _without_confidence()).evaluate(short, seen)[3]
    assert signal is not None
    assert (signal.size_multiplier, signal.management.trail_atr, signal.management.time_stop_bars) == (0.35, 1.5, 24)


def test_a_strategys_own_time_stop_wins_over_the_regimes() -> None:
    params = replace(PARAMS, reversion=ReversionParams(time_stop_bars=7))
    assert proposed(returning(), "CHOP", params).management.time_stop_bars == 7


def test_verdicts_are_told_by_name_and_come_back_from_the_journal() -> None:
    verdicts = Evaluator("BTCUSDT", PARAMS).evaluate(breaking(bars=400), views())[1]
    rows = told(verdicts)
    assert [row["guard"] for row in rows] == NAMES
    assert rows[0] == {
        "guard": "warm_up",
        "code": "WARMING_UP",
        "passed": False,
        "value": 399.0,
        "threshold": 500.0,
        "distance": 101.0,
        "label": None,
    }
    kept = [[reason.name, passed, value, threshold] for passed, reason, value, threshold in verdicts]
    assert from_journal(kept) == list(verdicts)


@pytest.mark.parametrize(
    ("true_range", "called"),
    [(0.0, "normal"), (5.0, "normal"), (5.01, "high"), (10.0, "high"), (10.01, "extreme"), (nan, None)],
)
def test_volatility_is_named_and_extreme_is_where_its_guard_says_no(true_range: float, called: str | None) -> None:
    reading = replace(breaking(), true_range=true_range, prev_atr=2.0)
    rows = {row["guard"]: row for row in told(Evaluator("BTCUSDT", PARAMS).evaluate(reading, views())[1])}
    assert rows["volatility"]["label"] == called
    assert (rows["volatility"]["passed"] is False) == (called == "extreme")
    assert {row["label"] for name, row in rows.items() if name != "volatility"} == {None}


def test_a_gap_that_never_was_has_no_number_and_is_passed() -> None:
    since = {"bars_since_gap": NEVER + 833, "bars_since_incomplete": NEVER - 1}
    rows = {row["guard"]: row for row in told(Evaluator("BTCUSDT", PARAMS).evaluate(breaking(**since), views())[1])}
    assert (rows["gap"]["value"], rows["gap"]["passed"], rows["gap"]["threshold"]) == (None, True, 20.0)
    assert rows["complete"]["value"] == NEVER - 1


def _without_confidence() -> EvaluationParams:
    return replace(PARAMS, guards=GuardParams(off=("confidence",)))
