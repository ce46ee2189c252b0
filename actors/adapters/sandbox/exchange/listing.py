"""A listed contract: its steps, limits and how its numbers are written."""

from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from math import floor, log10

_QUOTE = "USDT"


@dataclass(frozen=True, slots=True)
class Listing:
    """One linear perpetual settled in USDT."""

    symbol: str
    tick: Decimal
    """Quote currency."""
    lot: Decimal
    """Base coin; the smallest order as well."""
    max_limit: Decimal
    """Base coin; the largest limit order."""
    max_market: Decimal
    """Base coin; the largest market order."""
    launched_ms: int = 1_584_230_400_000
    min_notional: Decimal = Decimal(5)
    """USDT."""

    @property
    def coin(self) -> str:
        """The base coin."""
        return self.symbol.removesuffix(_QUOTE)

    def price(self, ticks: int) -> Decimal:
        """So many ticks, as a price."""
        return self.tick * ticks

    def ticks(self, price: float) -> int:
        """The nearest number of ticks to a price."""
        return round(price / float(self.tick))

    def is_on_tick(self, price: Decimal) -> bool:
        """Whether a price is a positive whole number of ticks."""
        return price > 0 and not price % self.tick

    def is_on_lot(self, quantity: Decimal) -> bool:
        """Whether a quantity is a positive whole number of lots."""
        return quantity > 0 and not quantity % self.lot

    def whole_lots(self, quantity: Decimal) -> Decimal:
        """The largest tradable quantity not above this one."""
        return (quantity / self.lot).to_integral_value(ROUND_DOWN) * self.lot


def listing(symbol: str, price: float) -> Listing:
    """The contract for a symbol: Bybit's steps for the best known, for others steps that suit the price."""
    known = {"BTCUSDT": ("0.10", "0.001"), "ETHUSDT": ("0.01", "0.01")}.get(symbol)
    magnitude = floor(log10(price))
    tick, lot = known or (str(Decimal(1).scaleb(magnitude - 5)), str(Decimal(1).scaleb(min(1 - magnitude, 3))))
    step = Decimal(lot)
    # Bybit's BTCUSDT takes limit orders of 1,190 BTC and market orders of 500.
    return Listing(symbol, Decimal(tick), step, max_limit=step * 1_190_000, max_market=step * 500_000)
