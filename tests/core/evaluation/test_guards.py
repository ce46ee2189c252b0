"""Each guard: what passes, what does not, what cannot be measured, with the value on the limit and one step beyond."""

from dataclasses import replace
from math import isnan, nan, nextafter
from typing import Any

import pytest

import core.evaluation.guards
from core.evaluation.evaluator import EvaluationParams, Evaluator
from core.evaluation.guards import GUARDS, distance
from core.evaluation.params import GuardParams
from core.measure.reading import Reading
from core.reasons import Reason
from core.records import Verdict
from core.regime.params import RegimeParams
from core.regime.permissions import permit
from core.risk.params import RiskParams
from core.strategies.breakout import BreakoutParams
from core.strategies.reversion import ReversionParams
from tests.core.evaluation.scene import NAMES, PARAMS, breaking, flow, returning, views


def verdict(name: str, reading: Reading, seen: Any, params: EvaluationParams = PARAMS) -> Verdict:
    _, verdicts, _, _ = Evaluator("BTCUSDT", params).evaluate(reading, seen)
    return verdicts[NAMES.index(name)]


def guarded(**changes: Any) -> EvaluationParams:
    return replace(PARAMS, guards=GuardParams(**changes))


def up(value: float) -> float:
    return nextafter(value, float("inf"))


def down(value: float) -> float:
    return nextafter(value, float("-inf"))


def test_on_the_scene_every_guard_says_yes_and_an_entry_is_made() -> None:
    _, verdicts, first, signal = Evaluator("BTCUSDT", guarded(structure_required=True)).evaluate(breaking(), views())
    assert [name for name, (passed, *_) in zip(NAMES, verdicts, strict=True) if not passed] == ["slope"]  # it is off
    assert first == -1
    assert signal is not None
    chop = Evaluator("BTCUSDT", PARAMS).evaluate(returning(), views("CHOP"))
    assert chop[2] == -1
    assert chop[3] is not None


def test_the_documented_order_is_the_order_asked() -> None:
    rows = [line.split("|")[1:3] for line in (core.evaluation.guards.__doc__ or "").splitlines() if line[:2] == "| "]
    assert [name.strip() for name, _ in rows[1:]] == NAMES
    for (_, codes), guard in zip(rows[1:], GUARDS, strict=True):
        documented = [code.strip() for code in codes.split(",")]
        assert any(
            guard.reason.name == code or (code.endswith("*") and guard.reason.name.startswith(code[:-1]))
            for code in documented
        ), guard.name


@pytest.mark.parametrize(
    ("name", "change", "passed", "value", "threshold"),
    [
        ("warm_up", {"bars": 501}, True, 500, 500),
        ("warm_up", {"bars": 500}, False, 499, 500),
        ("gap", {"bars_since_gap": 20}, True, 20, 20),
        ("gap", {"bars_since_gap": 19}, False, 19, 20),
        ("complete", {"bars_since_incomplete": 20}, True, 20, 20),
        ("complete", {"bars_since_incomplete": 19}, False, 19, 20),
        ("signal", {"close": 100.0}, False, 0, 0),
        ("signal", {"close": up(100.0)}, True, (up(100.0) - 100.0) / 2, 0),
        ("signal", {"atr": nan}, None, None, 0),
        ("volatility", {"true_range": 10.0}, True, 5, 5),
        ("volatility", {"true_range": up(10.0)}, False, up(10.0) / 2, 5),
        ("volatility", {"prev_atr": nan}, None, None, 5),
        ("volatility", {"prev_atr": 0.0}, None, None, 5),
        ("liquidity", {"target_above": up(101.0)}, True, up(101.0) - 101, 0),
        ("liquidity", {"target_above": 101.0}, False, 0, 0),
        ("liquidity", {"target_above": nan}, None, None, 0),
        ("reward", {"target_above": 105.5}, True, 1.5, 1.5),
        ("reward", {"target_above": down(105.5)}, False, (down(105.5) - 101) / 3, 1.5),
        ("reward", {"target_above": nan}, True, 3, 1.5),  # open air counts 3R
        ("reward", {"atr": nan}, None, None, 1.5),
    ],
)
def test_a_measure_has_its_limit(
    name: str,
    change: dict[str, Any],
    passed: bool | None,  # noqa: FBT001  a table's column
    value: float | None,
    threshold: float,
) -> None:
    found = verdict(name, breaking(**change), views())
    assert (found[0], found[3]) == (passed, threshold)
    assert found[2] == (None if value is None else pytest.approx(value, rel=1e-12))


@pytest.mark.parametrize(
    ("name", "change", "passed", "reason"),
    [
        ("session", {}, True, Reason.SESSION_NOT_TRADING),
        ("session", {"session": "paused"}, False, Reason.SESSION_NOT_TRADING),
        ("connection", {}, True, Reason.CONNECTION_NOT_LIVE),
        ("connection", {"connection": "stale"}, False, Reason.CONNECTION_NOT_LIVE),
        ("regime", {"regime": "undetermined"}, False, Reason.REGIME_UNDETERMINED),
        ("regime", {"permission": None}, False, Reason.REGIME_UNDETERMINED),
        ("regime", {"permission": permit("RISK_OFF", None, RegimeParams())}, False, Reason.REGIME_STAND_DOWN),
        ("regime", {"permission": permit("DECOUPLED", 1.0, RegimeParams())}, True, Reason.REGIME_FORBIDS_SIDE),
        ("regime", {"permission": permit("DECOUPLED", -1.0, RegimeParams())}, False, Reason.REGIME_FORBIDS_SIDE),
        ("flow", {"flow": flow("neutral")}, True, Reason.FLOW_AGAINST),
        ("flow", {"flow": flow("mean_reversion")}, False, Reason.FLOW_AGAINST),
        ("flow", {"flow": flow("neutral", None)}, None, Reason.FLOW_AGAINST),
        ("flow", {"flow": None}, None, Reason.FLOW_AGAINST),
        ("spread", {"spread_bps": 5.0}, True, Reason.SPREAD_TOO_WIDE),
        ("spread", {"spread_bps": up(5.0)}, False, Reason.SPREAD_TOO_WIDE),
        ("spread", {"spread_bps": nan}, None, Reason.SPREAD_TOO_WIDE),
        ("risk", {"risk": "halted_for_day"}, False, Reason.RISK_HALTED_FOR_DAY),
        ("risk", {"risk": "halted_for_week"}, False, Reason.RISK_HALTED_FOR_WEEK),
        ("risk", {"risk": "reduced"}, True, Reason.SIZE_BELOW_MINIMUM),
        ("risk", {"open_positions": 1, "max_positions": 2}, True, Reason.SIZE_BELOW_MINIMUM),
        ("risk", {"open_positions": 1, "max_positions": 1}, False, Reason.MAX_POSITIONS_OPEN),
        ("risk", {"balance": 0.1}, False, Reason.SIZE_BELOW_MINIMUM),
    ],
)
def test_what_others_say_counts(name: str, change: dict[str, Any], passed: bool | None, reason: Reason) -> None:  # noqa: FBT001  a table's column
    found = verdict(name, breaking(), views(**change))
    assert found[:2] == (passed, reason)


def test_a_mode_the_regime_does_not_permit_is_said_so() -> None:
    odd = replace(permit("RISK_ON", None, RegimeParams()), modes=("OTHER",))
    assert verdict("regime", breaking(), views(permission=odd))[:2] == (False, Reason.REGIME_FORBIDS_MODE)


@pytest.mark.parametrize(("side", "required", "passed"), [(1, True, True), (-1, True, False), (0, True, None)])
def test_structure_is_asked_where_it_is_demanded(side: int, required: bool, passed: bool | None) -> None:  # noqa: FBT001  a table's column
    reading = breaking(break_side=side)
    assert verdict("structure", reading, views(), guarded(structure_required=required))[0] is passed
    assert verdict("structure", reading, views())[0] is None


@pytest.mark.parametrize(("slope", "passed"), [(0.0, False), (up(0.0), True), (-0.1, False), (nan, None)])
def test_the_trend_filter_demands_a_slope_with_the_breakout(slope: float, passed: bool | None) -> None:  # noqa: FBT001  a table's column
    params = replace(PARAMS, trend=BreakoutParams(slope_filter=True))
    found = verdict("slope", breaking(ema_1h_slope_pct=slope), views(), params)
    assert found[:2] == (passed, Reason.TREND_FILTER_AGAINST)
    assert verdict("slope", breaking(ema_1h_slope_pct=slope), views())[0] is None


@pytest.mark.parametrize(("slope", "passed"), [(-0.3, False), (up(-0.3), True), (0.5, True), (nan, None)])
def test_the_anti_trend_filter_refuses_to_fade_a_steep_slope(slope: float, passed: bool | None) -> None:  # noqa: FBT001  a table's column
    reading = returning(ema_1h_slope_pct=slope)
    assert verdict("slope", reading, views("CHOP"))[:2] == (passed, Reason.ANTI_TREND_FILTER)
    off = replace(PARAMS, reversion=ReversionParams(anti_trend_filter=False))
    assert verdict("slope", reading, views("CHOP"), off)[0] is None


def test_a_breakouts_cost_is_measured_in_r() -> None:
    # taker in, half out by a resting order, half by a crossing one: 0.01 % + 0.5 * 0.01 % of 101, over R = 3
    passed, _, value, threshold = verdict("cost", breaking(), views())
    assert (passed, threshold) == (True, 0.15)
    assert value == pytest.approx(101 * 0.00015 / 3)
    assert value is not None
    dear = replace(PARAMS, cost=replace(PARAMS.cost, trend_max_r=down(value)))
    assert verdict("cost", breaking(), views(), dear)[0] is False
    just = replace(PARAMS, cost=replace(PARAMS.cost, trend_max_r=value))
    assert verdict("cost", breaking(), views(), just)[0] is True


def test_a_fades_cost_is_measured_in_the_distance_to_its_target() -> None:
    params = replace(PARAMS, cost=replace(PARAMS.cost, maker_fee_pct=0.02))
    passed, _, value, threshold = verdict("cost", returning(), views("CHOP"), params)
    assert (passed, threshold) == (True, 0.25)
    assert value == pytest.approx(98.5 * 0.0004 / 1.5)


def test_a_trade_without_room_costs_too_much() -> None:
    assert verdict("cost", breaking(atr=0.0), views())[:3] == (False, Reason.COST_TOO_HIGH, None)


def test_a_fades_reward_is_its_target_over_its_stop() -> None:
    reading = returning()  # stop: 1 + 0.6 below, target: 1.5 above
    passed, _, value, threshold = verdict("reward", reading, views("CHOP"))
    assert (passed, threshold) == (True, 0.8)
    assert value == pytest.approx(1.5 / 1.6)
    just = replace(PARAMS, reversion=ReversionParams(min_reward_to_risk=value or 0.0))
    assert verdict("reward", reading, views("CHOP"), just)[0] is True
    beyond = replace(PARAMS, reversion=ReversionParams(min_reward_to_risk=up(value or 0.0)))
    assert verdict("reward", reading, views("CHOP"), beyond)[0] is False


def test_a_fades_liquidity_is_the_vwap_it_returns_to() -> None:
    found = verdict("liquidity", returning(target_above=98.0), views("CHOP"))
    assert found == (True, Reason.NO_LIQUIDITY_TARGET, 1.5, 0.0)


def test_confidence_needs_its_threshold() -> None:
    value = verdict("confidence", breaking(), views())[2]
    assert value == pytest.approx(0.4 * 0.9 + 0.6)
    for threshold, passed in ((value, True), (up(value or 0.0), False)):
        assert verdict("confidence", breaking(), views(), guarded(execution_confidence=threshold))[0] is passed


def test_a_size_that_the_venue_refuses_is_the_risk_guards_value() -> None:
    params = replace(PARAMS, risk=RiskParams(risk_pct=0.00001))
    passed, reason, value, _ = verdict("risk", breaking(), views(), params)
    assert (passed, reason) == (False, Reason.SIZE_BELOW_MINIMUM)
    assert value is not None
    assert 0 < value < 0.001


def test_all_guards_are_asked_also_when_the_first_says_no() -> None:
    _, verdicts, first, signal = Evaluator("BTCUSDT", PARAMS).evaluate(
        breaking(bars=1, true_range=11.0), views(session="paused")
    )
    refused = [name for name, (passed, *_) in zip(NAMES, verdicts, strict=True) if passed is False]
    assert refused == ["warm_up", "session", "volatility"]
    assert (first, signal) == (0, None)


def test_a_guard_that_is_off_is_not_looked_at() -> None:
    params = guarded(off=("session", "volatility"))
    _, verdicts, first, signal = Evaluator("BTCUSDT", params).evaluate(
        breaking(true_range=11.0), views(session="paused")
    )
    assert verdicts[NAMES.index("session")] == (None, Reason.SESSION_NOT_TRADING, None, None)
    assert first == -1
    assert signal is not None


def test_an_unmeasured_guard_blocks_only_where_policy_says_so() -> None:
    reading = breaking(prev_atr=nan)
    assert Evaluator("BTCUSDT", PARAMS).evaluate(reading, views())[2] == NAMES.index("volatility")
    assert Evaluator("BTCUSDT", guarded(block_unmeasured=())).evaluate(reading, views())[2] == -1
    off = guarded(off=("volatility",))
    assert Evaluator("BTCUSDT", off).evaluate(reading, views())[2] == -1
    flow_blocks = guarded(block_unmeasured=("flow",))
    assert Evaluator("BTCUSDT", flow_blocks).evaluate(breaking(), views(flow=None))[2] == NAMES.index("flow")


def test_no_signal_is_no_entry_even_where_that_guard_is_off() -> None:
    params = guarded(off=tuple(NAMES))
    _, _, first, signal = Evaluator("BTCUSDT", params).evaluate(breaking(close=99.5), views())
    assert (NAMES[first], signal) == ("signal", None)


@pytest.mark.parametrize(
    ("name", "found", "expected"),
    [
        ("warm_up", (False, 499.0, 500.0), 1.0),
        ("warm_up", (True, 500.0, 500.0), None),
        ("spread", (False, 6.0, 5.0), 1.0),
        ("spread", (None, None, 5.0), None),
        ("liquidity", (False, -2.0, 0.0), 2.0),
        ("signal", (False, 0.0, 0.0), 0.0),
        ("signal", (False, 1.0, 0.0), None),  # far enough beyond, but it crossed earlier
        ("cost", (False, None, 0.15), None),
        ("structure", (False, -1.0, 1.0), None),  # a side has no distance
        ("session", (False, None, None), None),
    ],
)
def test_the_distance_is_what_the_value_still_lacks(
    name: str, found: tuple[bool | None, float | None, float | None], expected: float | None
) -> None:
    passed, value, threshold = found
    index = NAMES.index(name)
    assert distance(index, (passed, GUARDS[index].reason, value, threshold)) == expected


def test_every_guard_answers_nan_with_not_measured() -> None:
    for found in Evaluator("BTCUSDT", PARAMS).evaluate(Reading(), views())[1]:
        assert found[2] is None or not isnan(found[2])
