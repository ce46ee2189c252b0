"""What a venue says about its order book, in one shape: a full picture or a change to it."""

from core.message import message

Rows = list[tuple[float, float]]
"""(price, size) of levels, quote currency and base coin; size 0 removes the level."""


@message
class BookUpdate:
    """One snapshot or delta; sizes are absolute, never increments."""

    symbol: str
    ts: int
    """Event time, UTC ms."""
    is_snapshot: bool
    first_id: int
    """The first change it holds; equal to `last_id` where the venue does not say."""
    last_id: int
    """The last change it holds."""
    previous_id: int | None
    """The `last_id` of the update before, where the venue says it."""
    bids: Rows
    asks: Rows
