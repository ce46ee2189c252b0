"""What is said about orders and fills, between position, order, gate and venue; FIX's words."""

from decimal import Decimal

from core.message import Facts, message
from core.reasons import Reason


@message
class OrderRequest:
    """One order as it is meant, before any venue's spelling."""

    client_order_id: str
    symbol: str
    position: str
    """The position's instance; it owns the order."""
    role: str
    """`entry`, `partial`, `target` or `exit`."""
    side: int
    quantity: Decimal
    price: Decimal | None
    """Limit price; None for a market order."""
    post_only: bool
    reduce_only: bool
    stop_distance: float | None
    """On an entry: the protective stop's distance from the fill."""
    reference_price: float | None = None
    """On an entry: the price it was decided at, where a venue that wants an absolute stop measures from."""

    def facts(self) -> Facts:
        """For the record of the order's beginning."""
        return {
            "client_order_id": self.client_order_id,
            "role": self.role,
            "side": self.side,
            "quantity": float(self.quantity),
            "price": None if self.price is None else float(self.price),
            "stop_distance": self.stop_distance,
            "reduce_only": self.reduce_only,
        }


@message
class PlaceOrder:
    """Bring this order to the venue, through the gate."""

    request: OrderRequest


@message
class CancelOrder:
    """Take a resting order back."""

    symbol: str
    client_order_id: str
    reason: Reason


@message
class AmendOrder:
    """Move a resting entry to another price; its stop keeps its distance."""

    symbol: str
    client_order_id: str
    price: Decimal


@message
class MoveStop:
    """Replace the protective stop's price."""

    symbol: str
    position: str
    price: Decimal


@message
class OrderAccepted:
    """The venue has the order."""

    client_order_id: str


@message
class OrderRefused:
    """The gate or the venue said no."""

    client_order_id: str
    reason: Reason
    detail: str
    value: float | None
    threshold: float | None


@message
class OrderReplaced:
    """The order rests at this price now, as was asked for."""

    client_order_id: str
    price: Decimal


@message
class ReplaceRefused:
    """The order was not moved, and rests where it says; None: where it was."""

    client_order_id: str
    price: Decimal | None
    reason: Reason
    detail: str


@message
class OrderCanceled:
    """The order is off the book."""

    client_order_id: str
    reason: Reason


@message
class OrderFilled:
    """A fill of an order; on an entry also where the venue put the stop."""

    client_order_id: str
    quantity: Decimal
    price: float
    fee: float
    maker: bool
    complete: bool
    stop_price: float | None

    def facts(self) -> Facts:
        """For the record of the order it fills."""
        return {"quantity": float(self.quantity), "price": self.price, "fee": self.fee, "maker": self.maker}


@message
class StopFilled:
    """Quantity was closed by something else than an order of ours: the protective stop, or what `reason` says."""

    position: str
    quantity: Decimal
    price: float
    fee: float
    reason: Reason | None = None
    """None: the protective stop."""


@message
class StopAmended:
    """The venue holds the protective stop at this price now."""

    position: str
    price: float
    reason: Reason = Reason.STOP_TRAILED
    """Why it moved, where it was held at another price before."""


@message
class StopLost:
    """The venue holds no protective stop any more while quantity is open."""

    position: str
    reason: Reason


@message
class FundingCharged:
    """Funding was paid (positive) or received (negative) on an open position."""

    position: str
    amount: float


@message
class LegFilled:
    """An order's fill as its position sees it."""

    role: str
    fill: OrderFilled


@message
class LegEnded:
    """An order of the position ended without (further) fills."""

    role: str
    client_order_id: str
    reason: Reason
