"""Which guards stand between a closed bar and an entry, and how strict they are."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field


@dataclass(frozen=True, slots=True)
class GuardParams:
    """Thresholds of the entry guards that belong to no strategy."""

    off: Annotated[
        tuple[str, ...], Field(description="guards not looked at, by name; none: each answers a way to lose money")
    ] = ()
    block_unmeasured: Annotated[
        tuple[str, ...],
        Field(description="guards that say no when their value cannot be measured; the rest are recorded and ignored"),
    ] = ("warm_up", "signal", "regime", "cost", "reward", "volatility")
    gap_quarantine_bars: Annotated[
        int, Field(ge=0, le=10_000, description="bars after a gap without entries; 20: the Donchian look-back")
    ] = 20
    structure_required: Annotated[
        bool, Field(description="demand that the last break of structure agrees; off: 000 M7 wants none of it (K2)")
    ] = False
    max_spread_bps: Annotated[float, Field(gt=0, le=1000, description="bps; a wider spread blocks entries. 5")] = 5.0
    max_range_atr: Annotated[
        float, Field(gt=0, le=100, description="true range over the ATR before the bar; above is a shock. 5")
    ] = 5.0
    min_reward_to_risk: Annotated[
        float, Field(ge=0, le=20, description="reward over risk of a breakout, at least; 1.5: 001-8")
    ] = 1.5
    signal_confidence: Annotated[
        float, Field(ge=0, le=1, description="confidence from which a signal is worth showing; 0.5 (K4)")
    ] = 0.5
    execution_confidence: Annotated[float, Field(ge=0, le=1, description="confidence an entry needs; 0.6 (K4)")] = 0.6
