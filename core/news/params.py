"""How long news count and how much."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from core.durations import DAY_MS, HOUR_MS, MINUTE_MS


@dataclass(frozen=True, slots=True)
class NewsParams:
    """Impact windows and weights; a headline's weight fades linearly to zero at its window's end."""

    high_window_ms: Annotated[
        int, Field(ge=MINUTE_MS, le=7 * DAY_MS, description="ms; central banks and collapses move hours of trading")
    ] = 4 * HOUR_MS
    medium_window_ms: Annotated[
        int, Field(ge=MINUTE_MS, le=7 * DAY_MS, description="ms; half of a high-impact window")
    ] = 2 * HOUR_MS
    low_window_ms: Annotated[
        int, Field(ge=MINUTE_MS, le=7 * DAY_MS, description="ms; commentary is old after an hour")
    ] = HOUR_MS
    high_weight: Annotated[float, Field(gt=0, le=1, description="one high-impact headline can fill the signal")] = 1.0
    medium_weight: Annotated[float, Field(gt=0, le=1, description="two medium headlines fill the signal")] = 0.6
    low_weight: Annotated[float, Field(gt=0, le=1, description="chatter alone stays weak")] = 0.3
    negation_words: Annotated[
        int, Field(ge=0, le=10, description="words; how far a `not` reaches, within its clause")
    ] = 3
    negation_strength: Annotated[
        float, Field(ge=0, le=1, description="share kept, with the sign turned: `not bullish` is half of bearish")
    ] = 0.5
    relief_words: Annotated[
        int, Field(ge=0, le=10, description="words; how near `returned` or `lifted` must stand to undo bad news")
    ] = 6
    direction_words: Annotated[
        int,
        Field(ge=0, le=10, description="words; how far behind `inflation` a `rises` may stand and still be its own"),
    ] = 3
    hedge_words: Annotated[
        int, Field(ge=0, le=20, description="words; how far a `may` reaches, within its clause; longer than a `not`")
    ] = 5
    hedge_strength: Annotated[
        float, Field(ge=0, le=1, description="share kept of what only may be: `may approve` is half of an approval")
    ] = 0.5
    same_story: Annotated[
        float,
        Field(gt=0, le=1, description="share of words two headlines must have in common to be one story; 1: all"),
    ] = 0.6
    loud: Annotated[
        float, Field(gt=0, le=1, description="tone from which a side counts when alignment is named; below: neutral")
    ] = 0.15
    alarm: Annotated[
        float, Field(gt=0, le=1, description="tone below minus this is RISK: bad news too loud to set against others")
    ] = 0.5
    most_items: Annotated[int, Field(ge=1, le=10_000, description="headlines remembered; bounds memory")] = 256
    model: Annotated[
        str,
        Field(description="file of `chartwright train-news` that reads the tone; empty: the lexicon does, as shipped"),
    ] = ""
    stale_ms: Annotated[
        int,
        Field(ge=HOUR_MS, le=30 * DAY_MS, description="ms without a headline after which the feed is stale; a day"),
    ] = DAY_MS
