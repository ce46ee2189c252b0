"""Chop mode: price leaves the band around the session VWAP and closes back inside; fade it to the VWAP (000 §7.B)."""

from dataclasses import dataclass
from math import nan
from typing import Annotated, Literal

from pydantic import Field

from core.measure.bands import atr_bands, sigma_bands
from core.measure.reading import Reading
from core.strategies.setup import Setup
from core.trading.modes import VWAP_REVERSION


@dataclass(frozen=True, slots=True)
class ReversionParams:
    """The reversion's numbers; defaults as 000 §7.3."""

    band_method: Annotated[Literal["atr", "sigma"], Field(description="how the band is made; atr: 000 §7.3")] = "atr"
    k_atr: Annotated[float, Field(gt=0, le=20, description="ATRs from VWAP to the band; 1: 000 §7.3")] = 1.0
    k_sigma: Annotated[float, Field(gt=0, le=20, description="standard deviations from VWAP to the band; 2")] = 2.0
    stop_method: Annotated[
        Literal["swing", "band"], Field(description="the stop: beyond the recent swing, or beyond the band")
    ] = "swing"
    stop_buffer_atr: Annotated[float, Field(ge=0, le=5, description="ATRs beyond it; 0.3: 000 §7.B")] = 0.3
    target_fraction: Annotated[
        float,
        Field(gt=0, le=1, description="share closed at the VWAP; 1 = all: without a second target the rest drifts"),
    ] = 1.0
    secondary_target: Annotated[
        Literal["none", "opposite_band"], Field(description="where the rest goes while the regime is still CHOP")
    ] = "none"
    entry_live_bars: Annotated[int, Field(ge=1, le=100, description="closed bars a resting entry stays; 3")] = 3
    time_stop_bars: Annotated[
        int, Field(ge=0, le=10_000, description="bars until closed; 0 = the regime's own rule")
    ] = 0
    anti_trend_filter: Annotated[bool, Field(description="do not fade a steep one-hour EMA; on: 000 §7.B3")] = True
    anti_trend_slope_pct: Annotated[
        float, Field(gt=0, le=10, description="% per hour; a steeper EMA is not faded. 0.3: its 95th percentile")
    ] = 0.3
    min_reward_to_risk: Annotated[
        float, Field(ge=0, le=20, description="distance to the VWAP over distance to the stop, at least; 0.8")
    ] = 0.8


def reversion(reading: Reading, params: ReversionParams) -> Setup:
    """The fade on this bar: signaled where the bar traded beyond the band and closed back inside it."""
    lower, upper = bands(reading, params)
    below, above = lower - reading.low, reading.high - upper
    side = 1 if below >= above else -1 if above > below else 0
    # A close beyond the VWAP as well has already passed its own target.
    inside = lower < reading.close < reading.vwap if side > 0 else reading.vwap < reading.close < upper
    beyond = below if side > 0 else above
    return Setup(
        mode=VWAP_REVERSION,
        side=side,
        signaled=beyond > 0 and inside,
        distance_atr=beyond / reading.atr if reading.atr > 0 else nan,
        entry_price=reading.close,
        stop_distance=_stop_distance(reading, side, params),
        target=reading.vwap,
    )


def bands(reading: Reading, params: ReversionParams) -> tuple[float, float]:
    """The band's lower and upper price by the method set."""
    if params.band_method == "atr":
        return atr_bands(reading.vwap, reading.atr, params.k_atr)
    return sigma_bands(reading.vwap, reading.sigma, params.k_sigma)


def _stop_distance(reading: Reading, side: int, params: ReversionParams) -> float:
    buffer = params.stop_buffer_atr * reading.atr
    lower, upper = bands(reading, params)
    if side > 0:
        level = min(reading.low, reading.swing_low) if params.stop_method == "swing" else min(reading.low, lower)
        return reading.close - level + buffer
    level = max(reading.high, reading.swing_high) if params.stop_method == "swing" else max(reading.high, upper)
    return level - reading.close + buffer
