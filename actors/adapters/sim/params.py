"""How lively the simulated market is."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field


@dataclass(frozen=True, slots=True)
class SimParams:
    """Volatilities, lengths and rates of the simulated market; its seed is given apart."""

    start_price: Annotated[
        float, Field(ge=1_000.0, le=1_000_000.0, description="quote; where the price starts and is pulled back to")
    ] = 60_000.0
    price_home_days: Annotated[
        float, Field(ge=5.0, le=120.0, description="days to halve the distance to start_price; keeps years bounded")
    ] = 30.0
    mood_hours: Annotated[
        float,
        Field(
            ge=4.0, le=240.0, description="hours; mean life of a macro mood; DXY and BTC.D are read over days, so days"
        ),
    ] = 96.0
    stretch_hours: Annotated[
        float, Field(ge=1.0, le=48.0, description="hours; mean life of a price stretch, a few of them to a mood")
    ] = 9.0
    quiet_vol_pct: Annotated[
        float, Field(ge=5.0, le=100.0, description="% a year; 22 makes a 5-minute ATR near 0.1 %, a dull summer day")
    ] = 22.0
    trend_vol_pct: Annotated[
        float, Field(ge=20.0, le=300.0, description="% a year; 130 makes a 5-minute ATR near 0.5 %, a lively rally")
    ] = 130.0
    violent_vol_pct: Annotated[
        float, Field(ge=20.0, le=400.0, description="% a year; 170 makes a 5-minute ATR near 0.7 %, a day of May 2021")
    ] = 170.0
    trend_strength: Annotated[
        float,
        Field(ge=0.0, le=2.0, description="standard deviations an hour; drift of a rally; 0.25 is some 3 % in 9 h"),
    ] = 0.25
    swing_strength: Annotated[
        float,
        Field(ge=0.0, le=2.0, description="standard deviations an hour; drift that comes and goes, legs and pauses"),
    ] = 0.25
    swing_half_life_h: Annotated[float, Field(ge=0.25, le=12.0, description="hours; how long such a leg lasts")] = 1.5
    vol_half_life_h: Annotated[
        float, Field(ge=0.25, le=12.0, description="hours; how slowly volatility changes, what makes it cluster")
    ] = 1.0
    vol_spread: Annotated[
        float, Field(ge=0.0, le=1.0, description="log units; how far volatility wanders from its stretch's own")
    ] = 0.25
    weekend_vol: Annotated[
        float, Field(ge=0.1, le=1.5, description="ratio; volatility of Saturdays and Sundays to other days")
    ] = 0.75
    jumps_per_day: Annotated[
        float, Field(ge=0.0, le=48.0, description="a day; sudden moves in violent stretches, each with its headline")
    ] = 5.0
    jump_size: Annotated[
        float, Field(ge=0.0, le=20.0, description="bar standard deviations; typical size of a jump")
    ] = 3.5
    open_gap_bps: Annotated[
        float,
        Field(ge=0.0, le=20.0, description="0.01 %; typical step from a close to the next open, liquid books: tiny"),
    ] = 0.2
    volume_per_hour: Annotated[
        float, Field(ge=0.1, le=1_000_000.0, description="base coin an hour at 60 % volatility, as one large perpetual")
    ] = 3_000.0
    dollar_start: Annotated[
        float, Field(ge=60.0, le=190.0, description="index points; where DXY starts and is pulled back to")
    ] = 101.0
    dollar_drift_pct: Annotated[
        float, Field(ge=0.0, le=3.0, description="% a day; DXY under a mood that moves it, a week of a Fed surprise")
    ] = 0.8
    dollar_noise_pct: Annotated[
        float, Field(ge=0.0, le=3.0, description="% a day; DXY's own volatility, its calm years")
    ] = 0.2
    dominance_start_pct: Annotated[
        float, Field(ge=20.0, le=80.0, description="%; where BTC.D starts and is pulled back to")
    ] = 52.0
    dominance_drift_points: Annotated[
        float, Field(ge=0.0, le=5.0, description="points a day; BTC.D under a mood that moves it")
    ] = 1.2
    dominance_noise_points: Annotated[
        float, Field(ge=0.0, le=3.0, description="points a day; BTC.D's own volatility")
    ] = 0.2
    macro_home_days: Annotated[
        float, Field(ge=1.0, le=60.0, description="days to halve DXY's and BTC.D's distance to their starts")
    ] = 10.0
    headlines_per_day: Annotated[
        float, Field(ge=0.0, le=200.0, description="a day; headlines apart from those of jumps, a filtered news feed")
    ] = 20.0
    history_days: Annotated[
        int, Field(ge=2, le=60, description="days of bars known before the start; ten fill every indicator's warm-up")
    ] = 10
