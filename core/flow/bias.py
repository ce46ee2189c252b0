"""Capital flow: where money moves within crypto, read from bitcoin's dominance."""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from core.message import Facts, message
from core.regime.trend import Trend, trend_of
from core.trading.modes import TREND_BREAKOUT

Direction = Literal["BTC_INFLOW", "BTC_OUTFLOW", "NEUTRAL"]
Bias = Literal["continuation", "mean_reversion", "neutral"]


@dataclass(frozen=True, slots=True)
class FlowParams:
    """When dominance counts as a flow, and when price contradicts it."""

    direction_minimum: Annotated[
        float, Field(ge=0, lt=1, description="dominance trend beyond which money flows; a fifth of full strength")
    ] = 0.2
    divergence_minimum: Annotated[
        float, Field(gt=0, le=1, description="trend that price and dominance each need to contradict each other")
    ] = 0.5
    price_weak_pct: Annotated[
        float, Field(ge=0, le=50, description="%; bitcoin's change in 72 h below which its trend is 0")
    ] = 1.0
    price_strong_pct: Annotated[
        float, Field(gt=0, le=100, description="%; bitcoin's change in 72 h that is a full trend; about one sigma")
    ] = 5.0


@message
class Flow:
    """Where money flows and what kind of trade that supports."""

    direction: Direction
    trend: float | None
    """Dominance's, in [-1, 1]; None where it is unknown."""
    momentum: float | None
    """Its shortest look-back minus its longest; None where fewer than two are measured."""
    price_trend: float | None
    divergence: bool
    """Price and dominance run against each other, both strongly."""
    strength: float
    """In [0, 1]."""
    bias: Bias

    def supports(self, mode: str) -> bool | None:
        """Whether the bias suits `TREND_BREAKOUT` or `VWAP_REVERSION`; None where dominance is unknown."""
        if self.trend is None:
            return None
        against: Bias = "mean_reversion" if mode == TREND_BREAKOUT else "continuation"
        return self.bias != against

    def facts(self) -> Facts:
        """What the journal keeps."""
        return {
            "direction": self.direction,
            "trend": self.trend,
            "momentum": self.momentum,
            "price_trend": self.price_trend,
            "divergence": self.divergence,
            "strength": self.strength,
            "bias": self.bias,
        }


def flow(btc_dominance: Trend | None, price_change_72h_pct: float | None, params: FlowParams) -> Flow:
    """Read the flow; without dominance it is neutral and supports nothing in particular."""
    b = None if btc_dominance is None else btc_dominance.value
    price = (
        None
        if price_change_72h_pct is None
        else trend_of(price_change_72h_pct, weak=params.price_weak_pct, strong=params.price_strong_pct)
    )
    momentum = None if btc_dominance is None else btc_dominance.momentum
    diverges = _diverges(b, price, params.divergence_minimum)
    direction = _direction(b, params.direction_minimum)
    return Flow(
        direction=direction,
        trend=b,
        momentum=momentum,
        price_trend=price,
        divergence=diverges,
        strength=abs(b or 0.0),
        bias=_bias(direction, momentum, diverges=diverges),
    )


def _diverges(b: float | None, price: float | None, minimum: float) -> bool:
    return b is not None and price is not None and b * price < 0 and min(abs(b), abs(price)) >= minimum


def _direction(b: float | None, minimum: float) -> Direction:
    if b is None or abs(b) <= minimum:
        return "NEUTRAL"
    return "BTC_INFLOW" if b > 0 else "BTC_OUTFLOW"


def _bias(direction: Direction, momentum: float | None, *, diverges: bool) -> Bias:
    """Continuation where momentum agrees with the flow, mean reversion where it or price disagrees."""
    if diverges:
        return "mean_reversion"
    if direction == "NEUTRAL" or not momentum:
        return "neutral"
    return "continuation" if (momentum > 0) == (direction == "BTC_INFLOW") else "mean_reversion"
