"""An order and its life."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from actors.adapters.sandbox.exchange.amount import ZERO

OPEN: Final = frozenset({"New", "PartiallyFilled", "Untriggered"})
RESTING: Final = frozenset({"New", "PartiallyFilled"})
POSITION_STOPS: Final = frozenset({"TakeProfit", "StopLoss", "TrailingStop"})
"""Kinds of stops that belong to the whole position, follow its size and go with it."""
PARTIAL_STOPS: Final = frozenset({"PartialTakeProfit", "PartialStopLoss"})


@dataclass(frozen=True, slots=True)
class Bracket:
    """Take profit and stop loss that an order brings along."""

    take_profit: Decimal = ZERO
    """0: none."""
    stop_loss: Decimal = ZERO
    take_profit_by: str = "LastPrice"
    stop_loss_by: str = "LastPrice"
    mode: str = "Full"
    take_profit_limit: Decimal = ZERO
    """0: it closes at the market."""
    stop_loss_limit: Decimal = ZERO

    @property
    def is_empty(self) -> bool:
        """Whether there is neither."""
        return not self.take_profit and not self.stop_loss


@dataclass(slots=True)
class Order:
    """One order, mutable: the exchange moves it."""

    order_id: str
    symbol: str
    side: str
    kind: str
    """`Market` or `Limit`."""
    qty: Decimal
    price: Decimal
    """The limit; of a market order the worst price it accepts."""
    created: int
    link_id: str = ""
    time_in_force: str = "GTC"
    position_idx: int = 0
    reduce_only: bool = False
    close_on_trigger: bool = False
    trigger_price: Decimal = ZERO
    trigger_direction: int = 0
    """1: when the price rises to it, 2: when it falls to it."""
    trigger_by: str = ""
    bracket: Bracket = Bracket()
    stop_kind: str = ""
    """`Stop` for a conditional order, or which of a position's stops it is."""
    create_type: str = "CreateByUser"
    last_on_created: Decimal = ZERO
    status: str = "New"
    filled: Decimal = ZERO
    value: Decimal = ZERO
    """Of the fills, quote currency."""
    fee: Decimal = ZERO
    reject_reason: str = "EC_NoError"
    cancel_type: str = "UNKNOWN"
    updated: int = 0
    sibling: str = ""
    """The other half of a partial bracket, which goes when this one triggers."""
    trail: Decimal = ZERO
    """Distance of a trailing stop, quote currency."""
    activation: Decimal = ZERO
    """Price from which it trails; 0: at once."""

    @property
    def leaves(self) -> Decimal:
        """What is still to be filled; 0 once the order is final."""
        return self.qty - self.filled if self.is_open or self.status == "Triggered" else ZERO

    @property
    def is_open(self) -> bool:
        """Whether it can still be filled."""
        return self.status in OPEN

    @property
    def is_resting(self) -> bool:
        """Whether it stands in the book."""
        return self.status in RESTING

    @property
    def is_stop(self) -> bool:
        """Whether it belongs to a position."""
        return self.stop_kind in POSITION_STOPS or self.stop_kind in PARTIAL_STOPS
