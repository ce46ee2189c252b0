"""From a setup to a proposal: how the position would be led, with the reasons the design names (000 §7.A6, B6)."""

from math import isnan
from typing import Final

from core.evaluation.moment import Moment
from core.reasons import Reason
from core.regime.permissions import PERMISSIONS, Permission
from core.strategies.breakout import BreakoutParams
from core.strategies.reversion import ReversionParams, bands
from core.trading.modes import TREND_BREAKOUT
from core.trading.signal import Management, Signal

_BREAKOUT: Final = (Reason.TREND_BREAKOUT, Reason.DONCHIAN_BREAK, Reason.REGIME_OK, Reason.VOL_OK)
_WITH_TREND: Final = (*_BREAKOUT[:3], Reason.TREND_OK, Reason.VOL_OK)
_REVERSION: Final = (Reason.VWAP_REVERSION, Reason.BAND_REENTRY, Reason.REGIME_CHOP)
_LEVEL: Final = (*_REVERSION, Reason.ANTI_TREND_OK)
"""Of a fade that asks the trend not to be steep."""
_FULL_TRAIL: Final = next(row.trail_atr for row in PERMISSIONS if row.regime == "RISK_ON") or 2.0


def propose(symbol: str, moment: Moment, trend: BreakoutParams, reversion: ReversionParams, *, scale: float) -> Signal:
    """The signal a setup makes.

    Args:
        symbol: What would be traded.
        moment: The bar, its setup and the views.
        trend: How breakouts are led.
        reversion: How fades are led.
        scale: Size multiplier of regime and confidence.
    """
    setup = moment.setup
    is_trend = setup.mode == TREND_BREAKOUT
    return Signal(
        symbol=symbol,
        mode=setup.mode,
        side=setup.side,
        entry_price=setup.entry_price,
        stop_distance=setup.stop_distance,
        target=None if is_trend or isnan(setup.target) else setup.target,
        size_multiplier=scale,
        management=lead(moment.views.permission, trend) if is_trend else _reversion(moment, reversion),
        reasons=_reasons(moment, is_trend=is_trend),
    )


def lead(permission: Permission | None, params: BreakoutParams) -> Management:
    """How a breakout is led, in what the regime permits."""
    scale = 1.0 if permission is None or permission.trail_atr is None else permission.trail_atr / _FULL_TRAIL
    return Management(
        partial_fraction=params.partial_fraction,
        partial_at_r=params.partial_at_r,
        trail_atr=params.trail_atr * scale,
        time_stop_bars=_time_stop(params.time_stop_bars, permission),
        entry_live_bars=0,
        secondary_target=None,
    )


def _reversion(moment: Moment, params: ReversionParams) -> Management:
    lower, upper = bands(moment.reading, params)
    opposite = upper if moment.setup.side > 0 else lower
    return Management(
        partial_fraction=params.target_fraction,
        partial_at_r=None,
        trail_atr=None,
        time_stop_bars=_time_stop(params.time_stop_bars, moment.views.permission),
        entry_live_bars=params.entry_live_bars,
        secondary_target=opposite if params.secondary_target == "opposite_band" else None,
    )


def _time_stop(own: int, permission: Permission | None) -> int | None:
    """The strategy's own rule where it has one, else the regime's."""
    return own or (None if permission is None else permission.time_stop_bars)


def _reasons(moment: Moment, *, is_trend: bool) -> tuple[Reason, ...]:
    if is_trend:
        return _WITH_TREND if moment.reading.ema_1h_slope_pct * moment.setup.side > 0 else _BREAKOUT
    return _REVERSION if isnan(moment.slope_limit_pct) else _LEVEL
