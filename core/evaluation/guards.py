"""The entry guards in their fixed order; every one is asked on every closed bar, whatever the others said.

| guard | says no with | passes when |
|---|---|---|
| warm_up | WARMING_UP | bars before this one >= the panel's warm-up |
| gap | DATA_GAP | bars since a gap >= the quarantine |
| complete | BAR_INCOMPLETE | bars since an incomplete one >= the quarantine |
| signal | NO_SIGNAL | the strategy's pattern occurred; the value is the ATRs beyond its trigger |
| session | SESSION_NOT_TRADING | the session is trading |
| connection | CONNECTION_NOT_LIVE | the market stream is live |
| regime | REGIME_* | the regime allows this mode and side |
| flow | FLOW_AGAINST | the capital flow supports the mode; unknown: recorded, not blocking |
| liquidity | NO_LIQUIDITY_TARGET | a level lies ahead; open air is unmeasured, and counts `open_air_target_r` |
| structure | STRUCTURE_UNCONFIRMED | the last break of structure agrees, where that is demanded |
| slope | TREND_FILTER_AGAINST, ANTI_TREND_FILTER | the one-hour EMA agrees (trend) or is flat enough (reversion) |
| spread | SPREAD_TOO_WIDE | the spread is narrow; only a fresh sample of an order book tells it |
| volatility | VOLATILITY_SHOCK | true range <= a multiple of the ATR before the bar |
| cost | COST_TOO_HIGH | round-trip cost over R (trend) or over the target's distance (reversion) is small |
| reward | REWARD_TOO_SMALL | reward over risk is large enough |
| confidence | CONFIDENCE_TOO_LOW | enough of the picture agrees |
| risk | RISK_HALTED_*, MAX_POSITIONS_OPEN, SIZE_BELOW_MINIMUM | the account may take the trade |
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import isnan, nan
from typing import Literal

from core.evaluation.moment import Moment
from core.evaluation.params import GuardParams
from core.reasons import Reason
from core.records import Verdict
from core.trading.modes import TREND_BREAKOUT

_HALTS = {"halted_for_day": Reason.RISK_HALTED_FOR_DAY, "halted_for_week": Reason.RISK_HALTED_FOR_WEEK}


def _at_least(reason: Reason, value: float, threshold: float) -> Verdict:
    if isnan(value):
        return (None, reason, None, threshold)
    return (value >= threshold, reason, value, threshold)


def _at_most(reason: Reason, value: float, threshold: float) -> Verdict:
    if isnan(value):
        return (None, reason, None, threshold)
    return (value <= threshold, reason, value, threshold)


def _warm_up(moment: Moment, params: GuardParams) -> Verdict:
    return _at_least(Reason.WARMING_UP, float(moment.reading.bars - 1), float(moment.warm_up_bars))


def _gap(moment: Moment, params: GuardParams) -> Verdict:
    return _at_least(Reason.DATA_GAP, float(moment.reading.bars_since_gap), float(params.gap_quarantine_bars))


def _complete(moment: Moment, params: GuardParams) -> Verdict:
    return _at_least(
        Reason.BAR_INCOMPLETE, float(moment.reading.bars_since_incomplete), float(params.gap_quarantine_bars)
    )


def _signal(moment: Moment, params: GuardParams) -> Verdict:
    setup = moment.setup
    if isnan(setup.distance_atr):
        return (None, Reason.NO_SIGNAL, None, 0.0)
    return (setup.signaled, Reason.NO_SIGNAL, setup.distance_atr, 0.0)


def _session(moment: Moment, params: GuardParams) -> Verdict:
    return (moment.views.session == "trading", Reason.SESSION_NOT_TRADING, None, None)


def _connection(moment: Moment, params: GuardParams) -> Verdict:
    return (moment.views.connection == "live", Reason.CONNECTION_NOT_LIVE, None, None)


def _regime(moment: Moment, params: GuardParams) -> Verdict:
    views, permission = moment.views, moment.views.permission
    score = None if isnan(views.regime_score) else views.regime_score
    if views.regime == "undetermined" or permission is None:
        return (False, Reason.REGIME_UNDETERMINED, score, None)
    if not permission.modes:
        return (False, permission.blocked or Reason.REGIME_STAND_DOWN, score, None)
    if moment.setup.mode not in permission.modes:
        return (False, Reason.REGIME_FORBIDS_MODE, score, None)
    return (moment.setup.side in permission.sides, Reason.REGIME_FORBIDS_SIDE, score, None)


def _flow(moment: Moment, params: GuardParams) -> Verdict:
    flow = moment.views.flow
    return (None if flow is None else flow.supports(moment.setup.mode), Reason.FLOW_AGAINST, None, None)


def _liquidity(moment: Moment, params: GuardParams) -> Verdict:
    ahead = (moment.level_ahead - moment.setup.entry_price) * moment.setup.side
    if isnan(ahead):  # open air
        return (None, Reason.NO_LIQUIDITY_TARGET, None, 0.0)
    return (ahead > 0, Reason.NO_LIQUIDITY_TARGET, ahead, 0.0)


def _structure(moment: Moment, params: GuardParams) -> Verdict:
    side = moment.reading.break_side
    if not params.structure_required or not side:
        return (None, Reason.STRUCTURE_UNCONFIRMED, float(side) if side else None, float(moment.setup.side))
    return (side == moment.setup.side, Reason.STRUCTURE_UNCONFIRMED, float(side), float(moment.setup.side))


def _slope(moment: Moment, params: GuardParams) -> Verdict:
    along = moment.reading.ema_1h_slope_pct * moment.setup.side
    is_trend = moment.setup.mode == TREND_BREAKOUT
    reason = Reason.TREND_FILTER_AGAINST if is_trend else Reason.ANTI_TREND_FILTER
    limit = moment.slope_limit_pct
    if isnan(limit) or isnan(along):  # the filter is off, or nothing is measured
        return (None, reason, None if isnan(along) else along, None)
    return (along > limit, reason, along, limit)


def _spread(moment: Moment, params: GuardParams) -> Verdict:
    return _at_most(Reason.SPREAD_TOO_WIDE, moment.views.spread_bps, params.max_spread_bps)


def _volatility(moment: Moment, params: GuardParams) -> Verdict:
    before = moment.reading.prev_atr
    ratio = moment.reading.true_range / before if before > 0 else nan
    return _at_most(Reason.VOLATILITY_SHOCK, ratio, params.max_range_atr)


def _cost(moment: Moment, params: GuardParams) -> Verdict:
    if moment.cost_base <= 0:
        return (False, Reason.COST_TOO_HIGH, None, moment.cost_limit)
    return _at_most(Reason.COST_TOO_HIGH, moment.cost / moment.cost_base, moment.cost_limit)


def _reward(moment: Moment, params: GuardParams) -> Verdict:
    risk = moment.setup.stop_distance
    ratio = moment.reward / risk if risk > 0 else nan
    return _at_least(Reason.REWARD_TOO_SMALL, ratio, moment.min_reward)


def _confidence(moment: Moment, params: GuardParams) -> Verdict:
    return _at_least(Reason.CONFIDENCE_TOO_LOW, moment.confidence, params.execution_confidence)


def _risk(moment: Moment, params: GuardParams) -> Verdict:
    views = moment.views
    if views.risk in _HALTS:
        return (False, _HALTS[views.risk], None, None)
    if views.open_positions >= views.max_positions:
        return (False, Reason.MAX_POSITIONS_OPEN, float(views.open_positions), float(views.max_positions))
    quantity = None if isnan(moment.quantity) else moment.quantity
    if moment.size_refusal is not None:
        return (False, moment.size_refusal, quantity, None)
    return (True, Reason.SIZE_BELOW_MINIMUM, quantity, None)


Ask = Callable[[Moment, GuardParams], Verdict]


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard: its name, the code it is filed under, how its value is compared, and the question."""

    name: str
    reason: Reason
    compares: Literal["at_least", "at_most", "above", "yes_or_no"]
    ask: Ask


GUARDS: tuple[Guard, ...] = (
    Guard("warm_up", Reason.WARMING_UP, "at_least", _warm_up),
    Guard("gap", Reason.DATA_GAP, "at_least", _gap),
    Guard("complete", Reason.BAR_INCOMPLETE, "at_least", _complete),
    Guard("signal", Reason.NO_SIGNAL, "above", _signal),
    Guard("session", Reason.SESSION_NOT_TRADING, "yes_or_no", _session),
    Guard("connection", Reason.CONNECTION_NOT_LIVE, "yes_or_no", _connection),
    Guard("regime", Reason.REGIME_FORBIDS_MODE, "yes_or_no", _regime),
    Guard("flow", Reason.FLOW_AGAINST, "yes_or_no", _flow),
    Guard("liquidity", Reason.NO_LIQUIDITY_TARGET, "above", _liquidity),
    Guard("structure", Reason.STRUCTURE_UNCONFIRMED, "yes_or_no", _structure),
    Guard("slope", Reason.TREND_FILTER_AGAINST, "above", _slope),
    Guard("spread", Reason.SPREAD_TOO_WIDE, "at_most", _spread),
    Guard("volatility", Reason.VOLATILITY_SHOCK, "at_most", _volatility),
    Guard("cost", Reason.COST_TOO_HIGH, "at_most", _cost),
    Guard("reward", Reason.REWARD_TOO_SMALL, "at_least", _reward),
    Guard("confidence", Reason.CONFIDENCE_TOO_LOW, "at_least", _confidence),
    Guard("risk", Reason.SIZE_BELOW_MINIMUM, "yes_or_no", _risk),
)
"""The documented order. Append-only: journals hold verdicts by position."""


def distance(index: int, verdict: Verdict) -> float | None:
    """How much the value must change for the guard to pass; None where it passes, or the value is not what fails."""
    passed, _, value, threshold = verdict
    compares = GUARDS[index].compares
    if passed is not False or value is None or threshold is None or compares == "yes_or_no":
        return None
    short = value - threshold if compares == "at_most" else threshold - value
    return short if short >= 0 else None
