"""What a trade pays: fees, slippage and funding, and the round trip its planned order types add up to (REGIME.md)."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field


@dataclass(frozen=True, slots=True)
class CostParams:
    """Fees and frictions; the defaults are Bybit's non-VIP perpetual fees."""

    taker_fee_pct: Annotated[
        float, Field(ge=0, le=1, description="% of notional for orders that take; 0.055: Bybit non-VIP")
    ] = 0.055
    maker_fee_pct: Annotated[
        float, Field(ge=-0.05, le=1, description="% of notional for orders that rest; 0.02: Bybit non-VIP")
    ] = 0.02
    slippage_bps: Annotated[
        float, Field(ge=0, le=100, description="bps of price lost by orders that cross; 1: a BTC book of normal depth")
    ] = 1.0
    funding_pct: Annotated[
        float, Field(ge=-1, le=1, description="% of notional paid by longs every 8 h; 0.01: Bybit's base rate")
    ] = 0.01
    trend_max_r: Annotated[
        float,
        Field(gt=0, le=10, description="R; a breakout's round-trip cost at most. 0.15: fees must not own the edge"),
    ] = 0.15
    reversion_max_target: Annotated[
        float, Field(gt=0, le=10, description="share of the distance to the target; a fade's round-trip cost at most")
    ] = 0.25


def trend_cost_pct(params: CostParams, partial_fraction: float) -> float:
    """Percent of price a breakout pays: taker in, a resting partial, the rest out by a crossing stop."""
    crossing = params.taker_fee_pct + params.slippage_bps / 100.0
    return crossing + partial_fraction * params.maker_fee_pct + (1.0 - partial_fraction) * crossing


def reversion_cost_pct(params: CostParams) -> float:
    """Percent of price a fade pays as planned: a resting entry and a resting target."""
    return 2.0 * params.maker_fee_pct
