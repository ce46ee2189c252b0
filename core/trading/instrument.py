"""What a venue trades and in which steps: prices in ticks, quantities in lots, exact in Decimal."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal
from functools import cache
from math import ceil, floor
from typing import Annotated, cast

from pydantic import Field

_CLEAR = 1.0 + 1e-9
_NEAR, _MOST = 1e-6, 1e9
"""So near to a whole step, or so many steps, and only exact arithmetic tells on which side a float lies."""


@dataclass(frozen=True, slots=True)
class Instrument:
    """One symbol's steps, minimums and largest orders; a step of 0 means no rounding (to check the engine)."""

    tick: Annotated[
        Decimal, Field(ge=0, description="quote currency; price step, 0 = none. 0.1: Bybit's BTCUSDT perpetual")
    ] = Decimal("0.1")
    lot: Annotated[
        Decimal, Field(ge=0, description="base coin; quantity step, 0 = none. 0.001: Bybit's BTCUSDT perpetual")
    ] = Decimal("0.001")
    min_quantity: Annotated[
        Decimal, Field(ge=0, description="base coin; smallest order. 0.001: Bybit's BTCUSDT perpetual")
    ] = Decimal("0.001")
    min_notional: Annotated[
        Decimal, Field(ge=0, description="quote currency; smallest order value. 5: Bybit's linear perpetuals")
    ] = Decimal(5)
    max_market: Annotated[
        Decimal, Field(ge=0, description="base coin; largest market order, 0 = no limit. 500 on Bybit's BTCUSDT")
    ] = Decimal(0)
    max_limit: Annotated[
        Decimal, Field(ge=0, description="base coin; largest limit order, 0 = no limit. 1190 on Bybit's BTCUSDT")
    ] = Decimal(0)

    def price_below(self, value: float) -> Decimal:
        """The nearest tick at or below a price."""
        return _step(value, self.tick, ROUND_FLOOR)

    def price_above(self, value: float) -> Decimal:
        """The nearest tick at or above a price."""
        return _step(value, self.tick, ROUND_CEILING)

    def price_away(self, value: float, side: int) -> Decimal:
        """The tick on the losing side of a price for a position of this side: where a stop gives room."""
        return self.price_below(value) if side > 0 else self.price_above(value)

    def float_away(self, value: float, side: int) -> float:
        """`price_away` as a float, which without ticks is the value itself."""
        return float(self.price_away(value, side)) if self.tick else value

    def price_toward(self, value: float, side: int) -> Decimal:
        """The tick on the winning side of a price for a position of this side: where a target asks no less."""
        return self.price_above(value) if side > 0 else self.price_below(value)

    def quantity(self, value: float) -> Decimal:
        """The largest tradable quantity not above a value; 0 where it is below the minimum quantity."""
        rounded = _step(value, self.lot, ROUND_DOWN)
        return rounded if rounded >= self.min_quantity else Decimal(0)

    def slice_of(self, quantity: Decimal) -> Decimal:
        """As much of a quantity as one market order may have."""
        return min(quantity, self.max_market) if self.max_market else quantity

    def is_dust(self, quantity: Decimal, price: float) -> bool:
        """Whether a quantity is too small for an order of its own."""
        if quantity < self.min_quantity:
            return True
        if not self.min_notional:
            return False
        # Floats are off by a millionth of a millionth; only what is nearer than that needs the exact product.
        is_clear = float(quantity) * price > float(self.min_notional) * _CLEAR
        return not is_clear and quantity * Decimal(price) < self.min_notional


def _step(value: float, step: Decimal, rounding: str) -> Decimal:
    steps = value / _size(step) if step else 0.0
    if 0.0 < steps < _MOST and _NEAR < steps % 1.0 < 1.0 - _NEAR:  # a float's error is far from a whole step
        return (ceil(steps) if rounding == ROUND_CEILING else floor(steps)) * step
    # The float's shortest text, not its 50 exact digits: sums of those would be rounded, and halves not add up.
    exact = Decimal(repr(value))
    if not step:
        return exact
    return exact.quantize(step, rounding) if _is_place(step) else (exact / step).to_integral_value(rounding) * step


@cache  # of a few instruments' steps
def _size(step: Decimal) -> float:
    return float(step)


@cache  # likewise
def _is_place(step: Decimal) -> bool:
    """Whether a step is 1, 0.1, 0.01 …, as most are: to round to a decimal place takes a quarter of the time."""
    _, digits, exponent = step.as_tuple()
    return digits == (1,) and cast("int", exponent) <= 0
