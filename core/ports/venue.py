"""What a trading venue must take, whatever is behind it."""

from typing import Protocol

from core.trading.orders import AmendOrder, CancelOrder, MoveStop, OrderRequest
from core.verdict import Approved


class Venue(Protocol):
    """The venue's side of the order gate; an order that was not approved has the wrong type."""

    def submit(self, order: Approved[OrderRequest], now: int) -> object:
        """Take an order; an entry carries its protective stop's distance."""

    def cancel(self, order: CancelOrder, now: int) -> object:
        """Take an order off the book."""

    def amend(self, order: AmendOrder, now: int) -> object:
        """Move a resting entry to another price; its stop keeps its distance."""

    def move_stop(self, stop: MoveStop, now: int) -> object:
        """Replace the protective stop of an open position."""
