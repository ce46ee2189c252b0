"""Trend mode: a close that crosses the Donchian channel, with an ATR stop (000 §7.A)."""

from dataclasses import dataclass
from math import nan
from typing import Annotated, Literal

from pydantic import Field

from core.measure.reading import Reading
from core.strategies.setup import Setup
from core.trading.modes import TREND_BREAKOUT


@dataclass(frozen=True, slots=True)
class BreakoutParams:
    """The breakout's numbers; defaults as 000 §7.3."""

    stop_method: Annotated[
        Literal["atr", "donchian"], Field(description="the stop: ATRs from the entry, or beyond the opposite channel")
    ] = "atr"
    stop_atr: Annotated[float, Field(gt=0, le=20, description="ATRs from entry to stop; 1.5: 000 §7.3")] = 1.5
    stop_buffer_atr: Annotated[
        float, Field(ge=0, le=5, description="ATRs beyond the opposite channel for stop_method=donchian")
    ] = 0.1
    partial_at_r: Annotated[float, Field(gt=0, le=20, description="R of the partial; 1: 000 §7.A")] = 1.0
    partial_fraction: Annotated[
        float, Field(ge=0, lt=1, description="share taken at the partial; 0.5: 000 §7.3, 0 = none")
    ] = 0.5
    trail_atr: Annotated[
        float, Field(gt=0, le=20, description="ATRs from the best close to the trailing stop; 2: 000 §7.3")
    ] = 2.0
    time_stop_bars: Annotated[
        int, Field(ge=0, le=10_000, description="bars without progress until closed; 0 = the regime's own rule")
    ] = 0
    slope_filter: Annotated[
        bool, Field(description="demand that the one-hour EMA slopes the trade's way; off: 000 calls it optional")
    ] = False
    open_air_target_r: Annotated[
        float, Field(gt=0, le=50, description="R counted as reward where no liquidity level lies ahead; 3")
    ] = 3.0


def breakout(reading: Reading, params: BreakoutParams) -> Setup:
    """The breakout on this bar: signaled where the close crosses the channel of the bars before it."""
    close, atr = reading.close, reading.atr
    above, below = close - reading.donchian_high, reading.donchian_low - close
    side = 1 if above >= below else -1 if below > above else 0
    beyond = above if side > 0 else below
    if side > 0:
        crossed = above > 0 and reading.prev_close <= reading.prev_donchian_high
    else:
        crossed = below > 0 and reading.prev_close >= reading.prev_donchian_low
    return Setup(
        mode=TREND_BREAKOUT,
        side=side,
        signaled=crossed,
        distance_atr=beyond / atr if atr > 0 else nan,
        entry_price=close,
        stop_distance=stop_distance(reading, side, params),
        target=nan,
    )


def stop_distance(reading: Reading, side: int, params: BreakoutParams) -> float:
    """Where the stop of a breakout to this side belongs, quote currency from the close; NaN while not measured."""
    if params.stop_method == "atr":
        return params.stop_atr * reading.atr
    opposite = reading.close - reading.donchian_low if side > 0 else reading.donchian_high - reading.close
    return opposite + params.stop_buffer_atr * reading.atr
