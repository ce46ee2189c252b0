"""The verdicts that depend on the bars alone: asked once for a whole history, however the views change.

The guards' comparisons are written a second time here, over columns; what they compare, and the order of the float
operations, is that of `core.evaluation.evaluator` and `core.evaluation.guards`, and a test holds both together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.evaluation.block import CODES, INDEX, Answers, Column
from core.evaluation.confidence import SLOPE_WEIGHT, STRUCTURE_WEIGHT
from core.evaluation.evaluator import EvaluationParams
from core.evaluation.guards import GUARDS
from core.evaluation.params import GuardParams
from core.market.bars import Flags, Floats
from core.measure.columns import ReadingColumns
from core.reasons import Reason
from core.strategies.columns import SetupColumns, breakout_columns, ratio, reversion_columns
from core.trading.cost import reversion_cost_pct, trend_cost_pct
from core.trading.modes import TREND_BREAKOUT

CLEAR: Final = 100
"""Past the last guard: nothing blocks."""

Columns = dict[str, Column]
"""By guard."""


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """One mode over a whole history; columns of shape (T,)."""

    setup: SetupColumns
    columns: Columns
    """Of the guards that look at the bars alone."""
    first: Answers
    """Index of the first of those that blocks, `CLEAR` where none does."""
    structure_share: Floats
    """What the last break of structure adds to the confidence; 0 where nobody asks for that."""
    slope_share: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The part of a moment that its mode decides, as columns."""

    setup: SetupColumns
    level_ahead: Callable[[], Floats]
    reward: Callable[[], Floats]
    cost: Floats
    cost_base: Floats
    cost_limit: float
    min_reward: float
    slope_limit_pct: float
    """NaN where the filter is off."""


def trend_plan(readings: ReadingColumns, params: EvaluationParams) -> Plan:
    """Every bar as a breakout."""
    setup = breakout_columns(readings, params.trend)

    def level() -> Floats:
        return np.where(setup.side > 0, readings.target_above, readings.target_below)

    def reward() -> Floats:
        ahead = np.abs(level() - setup.entry_price)
        return np.where(np.isnan(ahead), params.trend.open_air_target_r * setup.stop_distance, ahead)

    return Plan(
        setup=setup,
        level_ahead=level,
        reward=reward,
        cost=setup.entry_price * (trend_cost_pct(params.cost, params.trend.partial_fraction) / 100.0),
        cost_base=setup.stop_distance,
        cost_limit=params.cost.trend_max_r,
        min_reward=params.guards.min_reward_to_risk,
        slope_limit_pct=0.0 if params.trend.slope_filter else np.nan,
    )


def reversion_plan(readings: ReadingColumns, params: EvaluationParams) -> Plan:
    """Every bar as a fade."""
    setup = reversion_columns(readings, params.reversion)
    reward = (setup.target - setup.entry_price) * setup.side
    own = params.reversion
    return Plan(
        setup=setup,
        level_ahead=lambda: setup.target,
        reward=lambda: reward,
        cost=setup.entry_price * (reversion_cost_pct(params.cost) / 100.0),
        cost_base=reward,
        cost_limit=params.cost.reversion_max_target,
        min_reward=own.min_reward_to_risk,
        slope_limit_pct=-own.anti_trend_slope_pct if own.anti_trend_filter else np.nan,
    )


def common_columns(readings: ReadingColumns, params: EvaluationParams) -> Columns:
    """The guards that ask the same of either mode."""
    quarantine = float(params.guards.gap_quarantine_bars)

    def shock() -> Column:
        return _at_most("volatility", ratio(readings.true_range, readings.prev_atr), params.guards.max_range_atr)

    return _asked(
        params.guards,
        warm_up=lambda: _at_least("warm_up", (readings.bars - 1).astype(np.float64), float(params.warm_up_bars)),
        gap=lambda: _at_least("gap", readings.bars_since_gap.astype(np.float64), quarantine),
        complete=lambda: _at_least("complete", readings.bars_since_incomplete.astype(np.float64), quarantine),
        volatility=shock,
    )


def standing(readings: ReadingColumns, plan: Plan, common: Columns, params: GuardParams) -> Standing:
    """Ask the guards that look at the bars alone."""
    setup = plan.setup

    def broken() -> Answers:
        return readings.break_side.astype(np.int8)

    def along() -> Floats:
        return readings.ema_1h_slope_pct * setup.side

    columns = common | _asked(
        params,
        signal=lambda: _answered("signal", setup.signaled, setup.distance_atr, 0.0),
        liquidity=lambda: _liquidity(plan),
        structure=lambda: _structure(broken(), setup, required=params.structure_required),
        slope=lambda: _slope(along(), plan),
        cost=lambda: _cost(plan),
        reward=lambda: _at_least("reward", ratio(plan.reward(), setup.stop_distance), plan.min_reward),
    )
    first = _first(columns, params, len(setup.side))
    with_trend = 1 if setup.mode == TREND_BREAKOUT else -1
    agrees = "confidence" not in params.off
    return Standing(
        setup=setup,
        columns=columns,
        first=first,
        structure_share=STRUCTURE_WEIGHT * _agreement(broken() * setup.side) if agrees else setup.silent,
        slope_share=SLOPE_WEIGHT * _agreement(along() * with_trend) if agrees else setup.silent,
    )


def _asked(params: GuardParams, **columns: Callable[[], Column]) -> Columns:
    """The columns of the guards that are on."""
    return {name: column() for name, column in columns.items() if name not in params.off}


def blocking(name: str, passed: Answers | int, params: GuardParams) -> Flags | bool:
    """Where a guard that is on keeps an entry from being made."""
    return passed < 1 if name in params.block_unmeasured else passed == 0


def _first(columns: Columns, params: GuardParams, bars: int) -> Answers:
    first = np.full(bars, CLEAR, np.int8)
    for name, column in columns.items():
        np.minimum(first, INDEX[name], out=first, where=blocking(name, column.passed, params))
    return first


def _answered(name: str, yes: Flags, value: Floats, threshold: float) -> Column:
    """Yes or no where the value is measured."""
    passed = np.where(np.isnan(value), -1, yes).astype(np.int8)
    return Column(passed, CODES[GUARDS[INDEX[name]].reason], value, threshold)


def _at_least(name: str, value: Floats, threshold: float) -> Column:
    return _answered(name, value >= threshold, value, threshold)


def _at_most(name: str, value: Floats, threshold: float) -> Column:
    return _answered(name, value <= threshold, value, threshold)


def _liquidity(plan: Plan) -> Column:
    ahead = (plan.level_ahead() - plan.setup.entry_price) * plan.setup.side
    return _answered("liquidity", ahead > 0, ahead, 0.0)


def _structure(broken: Answers, setup: SetupColumns, *, required: bool) -> Column:
    agrees = np.where(broken == 0, -1, broken == setup.side).astype(np.int8)
    return Column(
        passed=agrees if required else -1,
        reason=CODES[Reason.STRUCTURE_UNCONFIRMED],
        value=np.where(broken == 0, np.nan, broken),
        threshold=setup.side.astype(np.float64),
    )


def _slope(along: Floats, plan: Plan) -> Column:
    is_trend = plan.setup.mode == TREND_BREAKOUT
    limit = np.where(np.isnan(along), np.nan, plan.slope_limit_pct)
    return Column(
        passed=np.where(np.isnan(limit), -1, along > limit).astype(np.int8),
        reason=CODES[Reason.TREND_FILTER_AGAINST if is_trend else Reason.ANTI_TREND_FILTER],
        value=along,
        threshold=limit,
    )


def _cost(plan: Plan) -> Column:
    share = ratio(plan.cost, plan.cost_base)
    column = _at_most("cost", share, plan.cost_limit)
    # Nothing to win is a no, not a value that cannot be measured.
    return column._replace(passed=np.where(plan.cost_base <= 0, 0, column.passed).astype(np.int8))


def _agreement(signed: Floats | Answers) -> Floats:
    return np.where(signed > 0, 1.0, np.where(signed < 0, 0.0, 0.5))
