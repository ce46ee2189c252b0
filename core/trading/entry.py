"""How a breakout's entry is brought to the venue: crossed at the market, or quoted at the touch and chased."""

from dataclasses import dataclass, replace
from typing import Annotated, Self

from pydantic import Field


@dataclass(frozen=True, slots=True)
class EntryParams:
    """Kind of a breakout's entry, and the limits of a chase; a fade rests at its price whatever is set here."""

    kind: Annotated[
        str,
        Field(
            pattern="^(market|chase)$",
            description="market: cross at once; chase: post-only at the touch, where quotes come. market: simplest",
        ),
    ] = "market"
    chase_tries: Annotated[
        int, Field(ge=0, le=100, description="re-quotes after the first quote; 5: a few seconds of running after it")
    ] = 5
    chase_ms: Annotated[
        int, Field(ge=100, le=60_000, description="ms from a quote to the next at least; 1000: as quotes are sampled")
    ] = 1_000
    chase_budget_bps: Annotated[
        float,
        Field(
            ge=0, le=100, description="bps a quote may be worse than the signal's close; 5: about what crossing costs"
        ),
    ] = 5.0
    chase_then: Annotated[
        str,
        Field(
            pattern="^(cross|give_up)$",
            description="at a limit; cross: take the rest at the market, within the budget. give_up: never pay more",
        ),
    ] = "give_up"
    chase_quote_ms: Annotated[
        int, Field(ge=200, le=60_000, description="ms after which a quote is too old to act on; 5000: several samples")
    ] = 5_000
    chase_live_ms: Annotated[
        int,
        Field(ge=1_000, le=3_600_000, description="ms a chase lasts at most; 60000: then the signal is another bar's"),
    ] = 60_000

    def scaled(self, speed: float) -> Self:
        """The same real time on a market clock that runs faster."""
        return replace(
            self,
            chase_ms=int(self.chase_ms * speed),
            chase_quote_ms=int(self.chase_quote_ms * speed),
            chase_live_ms=int(self.chase_live_ms * speed),
        )
