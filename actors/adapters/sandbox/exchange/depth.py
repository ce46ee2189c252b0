"""The book of the others: levels around the price, sized by a hash, so that it is a pure function of price and seed.

What the account takes is gone until the price moves; then the others have quoted anew. The account's own resting orders
are not in it: they meet the tape instead (`matching`).
"""

from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from typing import Final, NamedTuple

from actors.adapters.sandbox.exchange.listing import Listing

LEVELS: Final = 200
_DENSE: Final = 25
"""Levels one tick apart; the further ones stand wider and wider apart."""
_MASK: Final = (1 << 64) - 1


class Level(NamedTuple):
    """A price and what can be had there."""

    price: Decimal
    size: Decimal
    """Base coin."""


def _offset(level: int) -> int:
    return level + max(0, level - _DENSE) ** 2 // 16


OFFSETS: Final = tuple(_offset(level) for level in range(LEVELS))


class Depth:
    """Both sides of one symbol's book.

    Args:
        listing: Whose.
        lots: Typical size of a level near the touch, in lots.
        seed: Of the sizes.
    """

    def __init__(self, listing: Listing, *, lots: int, seed: int) -> None:
        self._listing = listing
        self._lots = lots
        self._seed = seed
        self._taken: dict[tuple[str, int], int] = {}
        self._beat = 0
        self.bid, self.ask = 0, 1
        """Best prices, in ticks."""

    def move(self, price: int, *, is_up: bool) -> None:
        """Quote around a price just traded, in ticks: on the ask where it rose, on the bid where it fell."""
        self._beat += 1
        self._taken.clear()
        self.bid = max(1, price - 1 if is_up else price)
        self.ask = self.bid + 1

    def levels(self, side: str, count: int) -> list[Level]:
        """The best levels of a side, best first.

        Args:
            side: `Buy` for bids, `Sell` for asks.
            count: At most so many, at most 200.
        """
        found = (
            Level(self._listing.price(ticks), self._listing.lot * lots) for ticks, lots in self._stack(side) if lots > 0
        )
        return list(islice(found, count))

    def crossing(self, taker: str, limit: Decimal | None) -> Iterator[Level]:
        """What a taker can have up to its limit, best first."""
        maker = "Sell" if taker == "Buy" else "Buy"
        for level in self.levels(maker, LEVELS):
            if limit is not None and (level.price > limit if taker == "Buy" else level.price < limit):
                return
            yield level

    def take(self, taker: str, level: Level, quantity: Decimal) -> None:
        """Remove what was taken at a level."""
        key = ("Sell" if taker == "Buy" else "Buy", int(level.price / self._listing.tick))
        self._taken[key] = self._taken.get(key, 0) + int(quantity / self._listing.lot)

    def _stack(self, side: str) -> Iterator[tuple[int, int]]:
        is_bid = side == "Buy"
        for level, offset in enumerate(OFFSETS):
            ticks = self.bid - offset if is_bid else self.ask + offset
            if ticks < 1:
                return
            yield ticks, self._size(side, ticks, level) - self._taken.get((side, ticks), 0)

    def _size(self, side: str, ticks: int, level: int) -> int:
        # splitmix64's mixing; the beat is coarse, so that most levels stay while the price stands
        x = (ticks * 0x9E3779B97F4A7C15 + (self._seed << 1 | (side == "Buy")) * 0xBF58476D1CE4E5B9) & _MASK
        x = (x + (self._beat // 4) * 0x94D049BB133111EB) & _MASK
        x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
        share = 300 + ((x ^ (x >> 31)) % 1_400)
        return max(1, self._lots * share * (20 + level) // 20_000)
