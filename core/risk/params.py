"""How much may be lost: per trade, per day, per week, at once."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field


@dataclass(frozen=True, slots=True)
class RiskParams:
    """The risk officer's numbers; defaults as seed design 001-8."""

    start_balance: Annotated[float, Field(gt=0, description="quote currency of paper money at the start; 10,000")] = (
        10_000.0
    )
    risk_pct: Annotated[
        float, Field(gt=0, le=2, description="% of balance lost at the stop, per trade; 1, never above 2 (K13)")
    ] = 1.0
    max_notional_pct: Annotated[
        float, Field(gt=0, le=1000, description="% of balance one position may be worth; 95: no leverage")
    ] = 95.0
    max_notional: Annotated[
        float, Field(ge=0, description="quote currency one position may be worth; 0 = no cap of its own")
    ] = 0.0
    daily_loss_pct: Annotated[
        float, Field(gt=0, le=1000, description="% of the day's opening equity; entries halt there until 00:00 UTC. 5")
    ] = 5.0
    weekly_loss_pct: Annotated[
        float, Field(gt=0, le=1000, description="% of the week's opening equity; entries halt until Monday. 10")
    ] = 10.0
    reduce_at: Annotated[
        float, Field(gt=0, le=1, description="share of the daily limit from which new trades are smaller; 0.5")
    ] = 0.5
    reduced_multiplier: Annotated[
        float, Field(gt=0, le=1, description="size multiplier while risk is reduced; 0.5")
    ] = 0.5
    max_positions: Annotated[int, Field(ge=1, le=1000, description="positions open at once, over all symbols; 3")] = 3
