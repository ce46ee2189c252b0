"""How long a real venue is waited for, and what is done about what is not ours."""

from dataclasses import dataclass, fields, replace
from typing import Annotated, Self

from pydantic import Field


@dataclass(frozen=True, slots=True)
class LiveParams:
    """Patience towards a venue, in ms of real time, and policies."""

    report_ms: Annotated[
        int, Field(ge=100, le=60_000, description="ms after an acknowledgment until its order is asked for; 2000")
    ] = 2_000
    look_ms: Annotated[
        int, Field(ge=20, le=10_000, description="ms to the first question about an unknown order; doubles. 200")
    ] = 200
    look_most_ms: Annotated[int, Field(ge=100, le=60_000, description="ms between such questions at most; 10000")] = (
        10_000
    )
    absent_ms: Annotated[
        int,
        Field(
            ge=1_000, le=600_000, description="ms an order must stay unheard of before it counts as not placed; 30000"
        ),
    ] = 30_000
    absent_looks: Annotated[
        int, Field(ge=1, le=100, description="questions that must find nothing in that time; 3")
    ] = 3
    retry_ms: Annotated[
        int, Field(ge=20, le=60_000, description="ms until a refused close or stop is sent again; doubles. 500")
    ] = 500
    stop_confirm_ms: Annotated[
        int,
        Field(
            ge=500, le=60_000, description="ms from a fill until its stop must be confirmed, else it is closed; 5000"
        ),
    ] = 5_000
    stop_fill_ms: Annotated[
        int, Field(ge=200, le=60_000, description="ms from a stop's triggering until it must have filled; 3000")
    ] = 3_000
    compare_ms: Annotated[
        int,
        Field(
            ge=50, le=60_000, description="ms that the venue's position may differ from ours; 1500: a fill under way"
        ),
    ] = 1_500
    audit_ms: Annotated[
        int, Field(ge=500, le=3_600_000, description="ms between readings of the account as a whole; 30000")
    ] = 30_000
    foreign_position: Annotated[
        str,
        Field(
            pattern="^(refuse|flatten|adopt)$",
            description="refuse: open nothing, touch nothing; flatten: close it; adopt: protect it and lead it",
        ),
    ] = "refuse"
    orphan_fill: Annotated[
        str,
        Field(
            pattern="^(adopt|flatten)$",
            description="late fill of an order of ours that was given up, adopt: protect and lead it, where "
            "nothing else is held; flatten: close it",
        ),
    ] = "adopt"
    adopt_stop_pct: Annotated[
        float,
        Field(gt=0, le=20, description="% from the price to an adopted position's stop while no ATR is measured; 1"),
    ] = 1.0

    def scaled(self, speed: float) -> Self:
        """The same real time on a market clock that runs faster."""
        if speed == 1:
            return self
        stretched = {
            field.name: int(getattr(self, field.name) * speed) for field in fields(self) if field.name.endswith("_ms")
        }
        return replace(self, **stretched)  # type: ignore[arg-type]  # only the numbers
