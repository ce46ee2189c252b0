"""What a source allows and what it owes: intervals, delays, quotas, costs."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from core.durations import DAY_MS, HOUR_MS, MINUTE_MS


@dataclass(frozen=True, slots=True)
class Terms:
    """How often a source may be asked, how late it may be, and what asking costs; each source has its own numbers."""

    interval_ms: Annotated[
        int, Field(ge=10_000, le=7 * DAY_MS, description="ms between polls; so that a day's polls fit a free plan")
    ] = HOUR_MS
    max_delay_ms: Annotated[
        int,
        Field(
            ge=MINUTE_MS,
            le=400 * DAY_MS,
            description="ms the newest item may be late before the source is refused; what its plan promises",
        ),
    ] = 6 * HOUR_MS
    per_minute: Annotated[
        int, Field(ge=0, le=100_000, description="credits a minute, of the free plan; 0 = no limit")
    ] = 0
    per_day: Annotated[
        int, Field(ge=0, le=10_000_000, description="credits in any 24 hours, of the free plan; 0 = no limit")
    ] = 0
    per_month: Annotated[
        int, Field(ge=0, le=100_000_000, description="credits in any 31 days, of the free plan; 0 = no limit")
    ] = 0
    credits: Annotated[
        int, Field(ge=1, le=1_000, description="credits one request costs; one, at every source built in")
    ] = 1
