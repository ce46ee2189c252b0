"""What the exchange tells the world: rows for topics, in the order in which they happened."""

from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]
"""One entry of a message's `data`, as it is sent."""


@dataclass(frozen=True, slots=True)
class Event:
    """A row for a topic; what is private is the account's."""

    topic: str
    """`order`, `execution`, `position`, `wallet`; public: `publicTrade`, `allLiquidation`, `closed`."""
    symbol: str
    ts: int
    """Market time, UTC ms."""
    row: Row
