"""One side of an order book: its levels by price, in order.

Theory of operation: sizes are in a dict; the best level is the top of a heap that may hold prices that are gone, which
are dropped when they come to the top. So a change costs little wherever in the book it is, and the full order is made
only when somebody reads it, a few times a second: a sorted list is a heap too, and takes the heap's place.
"""

from collections.abc import Iterator
from heapq import heappop, heappush
from math import inf
from typing import Final, Literal

from core.book.update import Rows

_SPARE: Final = 1_000
"""Prices that are gone, beyond as many as there are levels, after which the heap is made anew."""


class Ladder:
    """The levels of one side. Keys are prices signed so that the best one is the least, so both sides read alike.

    Args:
        side: +1 bids, where a higher price is better, -1 asks.
    """

    __slots__ = ("_heap", "_is_sorted", "_known", "_sign", "_sizes")

    def __init__(self, side: Literal[1, -1]) -> None:
        self._sign = -float(side)
        self._sizes: dict[float, float] = {}
        self._heap: list[float] = []
        self._is_sorted = True
        self._known = inf

    def __len__(self) -> int:
        return len(self._sizes)

    def clear(self) -> None:
        """Forget every level."""
        self._sizes.clear()
        self._heap.clear()
        self._known = inf

    def bound(self) -> None:
        """Take the worst level held now as the last one whose neighbours are known.

        Of a market whose snapshot was cut off, levels beyond it become known only as they change.
        """
        self._known = max(self._sizes, default=inf)

    def change(self, rows: Rows) -> bool:
        """Set the sizes of these levels; whether all of them could be believed (finite, not negative)."""
        sizes, heap, sign = self._sizes, self._heap, self._sign
        self._is_sorted = False
        for price, size in rows:
            key = price * sign
            if 0.0 < size < inf:
                if key not in sizes:
                    if not 0.0 < price < inf:
                        return False
                    heappush(heap, key)
                sizes[key] = size
            elif size == 0.0:
                sizes.pop(key, None)
            else:
                return False
        while heap and heap[0] not in sizes:
            heappop(heap)
        if len(heap) > 2 * len(sizes) + _SPARE:
            self._sort()
        return True

    @property
    def best(self) -> tuple[float, float]:
        """Price and size of the best level.

        Raises:
            IndexError: If there is none.
        """
        key = self._heap[0]
        return key * self._sign, self._sizes[key]

    @property
    def end(self) -> float:
        """Price of the last known level.

        Raises:
            IndexError: If no level is held.
        """
        self._sort()
        return min(self._known, self._heap[-1]) * self._sign

    def levels(self) -> Iterator[tuple[float, float]]:
        """(price, size) of the known levels, best first; the ladder must not change meanwhile."""
        self._sort()
        sizes, sign, known = self._sizes, self._sign, self._known
        for key in self._heap:
            if key > known:
                return
            yield key * sign, sizes[key]

    def _sort(self) -> None:
        if not self._is_sorted:
            self._heap = sorted(self._sizes)
            self._is_sorted = True
