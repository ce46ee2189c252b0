"""What a venue trades and in which steps: prices in ticks, quantities in lots, exact in Decimal."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from core.trading.steps import above, below, is_product_below, within


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
        return below(value, self.tick)

    def price_above(self, value: float) -> Decimal:
        """The nearest tick at or above a price."""
        return above(value, self.tick)

    def price_away(self, value: float, side: int) -> Decimal:
        """The tick on the losing side of a price for a position of this side: where a stop gives room."""
        return below(value, self.tick) if side > 0 else above(value, self.tick)

    def float_away(self, value: float, side: int) -> float:
        """`price_away` as a float, which without ticks is the value itself."""
        return float(self.price_away(value, side)) if self.tick else value

    def price_toward(self, value: float, side: int) -> Decimal:
        """The tick on the winning side of a price for a position of this side: where a target asks no less."""
        return above(value, self.tick) if side > 0 else below(value, self.tick)

    def quantity(self, value: float) -> Decimal:
        """The largest tradable quantity not above a value; 0 where it is below the minimum quantity."""
        rounded = within(value, self.lot)
        return rounded if rounded >= self.min_quantity else Decimal(0)

    def slice_of(self, quantity: Decimal) -> Decimal:
        """As much of a quantity as one market order may have."""
        return min(quantity, self.max_market) if self.max_market else quantity

    def is_dust(self, quantity: Decimal, price: float) -> bool:
        """Whether a quantity is too small for an order of its own."""
        if quantity < self.min_quantity:
            return True
        return bool(self.min_notional) and is_product_below(quantity, price, self.min_notional)
