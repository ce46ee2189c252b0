"""What one holds of a symbol, to the last digit.

The cost of what is held is kept, not its average: parts leave at their share of the cost, the last part takes what is
left. So the profits of a position always add up to what was received less what was paid.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from actors.adapters.sandbox.exchange.amount import ZERO, rounded


class Change(NamedTuple):
    """What a fill did to a position."""

    realized: Decimal
    """Quote currency, before fees."""
    closed: Decimal
    """Base coin."""


@dataclass(slots=True)
class Position:
    """One symbol's position, in one-way mode or one leg of hedge mode."""

    symbol: str
    idx: int
    leverage: Decimal
    created: int
    size: Decimal = ZERO
    """Base coin, negative when short."""
    cost: Decimal = ZERO
    """What was paid for it, quote currency, unsigned."""
    realized: Decimal = ZERO
    """Since it was opened, fees and funding included."""
    realized_ever: Decimal = ZERO
    updated: int = 0
    seq: int = 0
    status: str = "Normal"
    opened: int = 0

    @property
    def side(self) -> str:
        """`Buy`, `Sell`, or nothing when flat."""
        return "Buy" if self.size > 0 else "Sell" if self.size < 0 else ""

    @property
    def entry(self) -> Decimal:
        """Average entry price; 0 when flat."""
        return rounded(self.cost / abs(self.size)) if self.size else ZERO

    @property
    def sign(self) -> int:
        """1 long, -1 short, 0 flat."""
        return (self.size > 0) - (self.size < 0)

    def profit(self, price: Decimal) -> Decimal:
        """What closing everything at a price would realize, before fees."""
        return self.size * price - self.cost * self.sign

    def closable(self, side: str) -> Decimal:
        """How much an order of this side could close."""
        sign = 1 if side == "Buy" else -1
        return abs(self.size) if self.sign == -sign else ZERO

    def fill(self, side: str, quantity: Decimal, price: Decimal, now: int) -> Change:
        """Apply a fill; one that is larger than an opposite position turns it over."""
        closed = min(quantity, self.closable(side))
        realized = self._reduce(closed, price) if closed else ZERO
        opened = quantity - closed
        if opened:
            if not self.size:
                self.opened, self.realized = now, ZERO
            self.size += opened if side == "Buy" else -opened
            self.cost += opened * price
        self.updated = now
        return Change(realized, closed)

    def book(self, amount: Decimal) -> None:
        """Add to the realized profit: a fee, a funding, a profit."""
        self.realized += amount
        self.realized_ever += amount

    def _reduce(self, quantity: Decimal, price: Decimal) -> Decimal:
        sign, held = self.sign, abs(self.size)
        share = self.cost if quantity == held else rounded(self.cost * quantity / held)
        self.cost -= share
        self.size -= quantity * sign
        return (quantity * price - share) * sign
