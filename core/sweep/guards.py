"""Whether a signal is an entry as far as bars and regime go: every guard but the account's, compiled.

What the guards compare, and the order of the float operations, is that of `core.evaluation.evaluator` and
`core.evaluation.guards`; a test holds every trade to the engine's.
"""

import numpy as np

from core.evaluation.block import INDEX
from core.evaluation.confidence import SLOPE_WEIGHT, STRUCTURE_WEIGHT
from core.sweep.machine import inner, part
from core.sweep.records import FADE, TREND, Record
from core.sweep.signals import band

_WARM_UP, _GAP, _COMPLETE, _SIGNAL = (INDEX[name] for name in ("warm_up", "gap", "complete", "signal"))
_FLOW, _LIQUIDITY, _STRUCTURE, _SLOPE = (INDEX[name] for name in ("flow", "liquidity", "structure", "slope"))
_SPREAD, _VOLATILITY, _COST, _REWARD = (INDEX[name] for name in ("spread", "volatility", "cost", "reward"))
_CONFIDENCE = INDEX["confidence"]
_OF_BREAKOUT = sum(1 << place for place in (_LIQUIDITY, _STRUCTURE, _SLOPE, _COST, _REWARD))

Measured = tuple[float, float, float, float]
"""The ATR at a bar and at the one before, and Donchian's upper and lower band before it."""


@inner
def propose(bar: Record, look: Record, rule: Record, given: Record, levels: Measured, found: Record) -> bool:
    """Write the entry that a signal proposes, and say whether no guard stands against it.

    Args:
        bar: The bar.
        look: Its measures.
        rule: The regime's.
        given: The parameter set.
        levels: Its own measures.
        found: The signal's bar and side; the rest is written.
    """
    side = found.side
    if not (rule.long if side > 0 else rule.short) or not _market_is_fit(look, given, found.bar, levels):
        return False
    found.second, found.scale = np.nan, rule.multiplier
    if rule.mode == TREND:
        found.target = np.nan
        found.stop_distance = _breakout_stop(bar.close, given, levels, side)
        fits = _breakout_fits(bar.close, look, given, side, found.stop_distance)
    else:
        width = band(given, levels[0], look.sigma)
        found.target = look.vwap
        found.stop_distance = _fade_stop(bar, look, given, side, width) + given.reversion_stop_buffer_atr * levels[0]
        if given.reversion_secondary_target:
            found.second = look.vwap + width if side > 0 else look.vwap - width
        fits = _fade_fits(bar.close, look, given, side, found.stop_distance)
    return fits and found.stop_distance > 0.0 and _is_confident(look, rule, given, found)


@part
def _blocks(given: Record, guard: int, passed: int) -> bool:
    """Whether a guard that said 1 yes, 0 no or -1 unmeasured is on and keeps the entry from being made."""
    if (given.guards_off >> guard) & 1:
        return False
    return passed == 0 or (passed < 0 and ((given.guards_block_unmeasured >> guard) & 1) == 1)


@part
def _at_least(value: float, threshold: float) -> int:
    return -1 if np.isnan(value) else int(value >= threshold)


@part
def _above(value: float, threshold: float) -> int:
    return -1 if np.isnan(value) or np.isnan(threshold) else int(value > threshold)


@part
def _ratio(over: float, under: float) -> float:
    return over / under if under > 0.0 else np.nan


@inner
def _market_is_fit(look: Record, given: Record, t: int, levels: Measured) -> bool:
    return not (
        _blocks(given, _WARM_UP, int(t >= given.measure_warm_up_bars))
        or _blocks(given, _GAP, int(look.since_gap >= given.guards_gap_quarantine_bars))
        or _blocks(given, _COMPLETE, int(look.since_incomplete >= given.guards_gap_quarantine_bars))
        or _blocks(given, _SIGNAL, 1 if levels[0] > 0.0 else -1)
        or _blocks(given, _FLOW, look.supports)
        or _blocks(given, _SPREAD, -1)
        or _is_shocked(look, given, levels[1])
    )


@part
def _is_shocked(look: Record, given: Record, atr: float) -> bool:
    """The bar's range is only looked at where it is asked for."""
    if (given.guards_off >> _VOLATILITY) & 1:
        return False
    shock = _ratio(look.true_range, atr)
    return _blocks(given, _VOLATILITY, -1 if np.isnan(shock) else int(shock <= given.guards_max_range_atr))


@part
def _breakout_stop(close: float, given: Record, levels: Measured, side: int) -> float:
    atr, _, upper, lower = levels
    if given.trend_stop_method == 0:
        return float(given.trend_stop_atr * atr)
    opposite = close - lower if side > 0 else upper - close
    return float(opposite + given.trend_stop_buffer_atr * atr)


@part
def _breakout_fits(close: float, look: Record, given: Record, side: int, risk: float) -> bool:
    if given.guards_off & _OF_BREAKOUT == _OF_BREAKOUT:
        return True
    level = look.target_above if side > 0 else look.target_below
    reward = given.trend_open_air_target_r * risk if np.isnan(level) else abs(level - close)
    limit = 0.0 if given.trend_slope_filter else np.nan
    return not (
        _blocks(given, _LIQUIDITY, _above((level - close) * side, 0.0))
        or _blocks(given, _STRUCTURE, _structure(look, given, side))
        or _blocks(given, _SLOPE, _above(look.slope * side, limit))
        or _blocks(given, _COST, _affords(close * given.trend_cost, risk, given.cost_trend_max_r))
        or _blocks(given, _REWARD, _at_least(_ratio(reward, risk), given.guards_min_reward_to_risk))
    )


@part
def _fade_stop(bar: Record, look: Record, given: Record, side: int, width: float) -> float:
    """Without its buffer."""
    is_swing = given.reversion_stop_method == 0
    if side > 0:
        below = look.swing_low if is_swing else look.vwap - width
        return float(bar.close - (min(bar.low, below)))
    above = look.swing_high if is_swing else look.vwap + width
    return float((max(bar.high, above)) - bar.close)


@part
def _fade_fits(close: float, look: Record, given: Record, side: int, risk: float) -> bool:
    reward = (look.vwap - close) * side
    limit = -given.reversion_anti_trend_slope_pct if given.reversion_anti_trend_filter else np.nan
    return not (
        _blocks(given, _LIQUIDITY, _above(reward, 0.0))
        or _blocks(given, _STRUCTURE, _structure(look, given, side))
        or _blocks(given, _SLOPE, _above(look.slope * side, limit))
        or _blocks(given, _COST, _affords(close * given.reversion_cost, reward, given.cost_reversion_max_target))
        or _blocks(given, _REWARD, _at_least(_ratio(reward, risk), given.reversion_min_reward_to_risk))
    )


@part
def _structure(look: Record, given: Record, side: int) -> int:
    return int(look.break_side == side) if given.guards_structure_required and look.break_side != 0 else -1


@part
def _affords(cost: float, base: float, limit: float) -> int:
    """Nothing to win is a no, not a value that cannot be measured."""
    if base <= 0.0:
        return 0
    return -1 if np.isnan(base) else int(cost / base <= limit)


@part
def _is_confident(look: Record, rule: Record, given: Record, found: Record) -> bool:
    """Ask the confidence guard, which also scales the size unless it is off."""
    if (given.guards_off >> _CONFIDENCE) & 1:
        return True
    slope = look.slope * found.side * (-1 if rule.mode == FADE else 1)
    structure = STRUCTURE_WEIGHT * _agrees(float(look.break_side * found.side))
    confidence = look.agreement + structure + SLOPE_WEIGHT * _agrees(slope)
    found.scale = rule.multiplier * min(1.0, max(0.5, confidence))
    return not _blocks(given, _CONFIDENCE, _at_least(confidence, given.guards_execution_confidence))


@part
def _agrees(signed: float) -> float:
    if signed > 0.0:
        return 1.0
    return 0.0 if signed < 0.0 else 0.5
