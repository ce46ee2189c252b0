"""A change of a position that the account is told of: a trade, a funding, a liquidation."""

from dataclasses import dataclass
from decimal import Decimal

from actors.adapters.sandbox.exchange.amount import ZERO
from actors.adapters.sandbox.exchange.order import Order


@dataclass(frozen=True, slots=True)
class Execution:
    """One entry of the execution list."""

    exec_id: str
    order: Order
    """As it was right after."""
    kind: str
    """`Trade`, `Funding`, `BustTrade` or `AdlTrade`."""
    side: str
    price: Decimal
    quantity: Decimal
    """Base coin; of a funding the whole position, though nothing was traded."""
    fee: Decimal
    """Paid; negative: received."""
    rate: Decimal
    is_maker: bool
    mark: Decimal
    ts: int
    seq: int
    closed: Decimal = ZERO
    """Base coin; the part that closed something."""
    realized: Decimal = ZERO
    """Quote currency, before fees."""

    @property
    def value(self) -> Decimal:
        """Quote currency."""
        return self.price * self.quantity
