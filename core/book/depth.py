"""How much rests near the price, and on which side more."""

from collections.abc import Sequence

from core.book.ladder import Ladder


def depth(ladder: Ladder, mid: float, bands_bps: Sequence[float]) -> list[float | None]:
    """Size within each distance from mid.

    Args:
        ladder: One side of the book.
        mid: Quote currency.
        bands_bps: Distances, bps of mid, rising.

    Returns:
        Base coin for each band; None where the known levels end before the band does.
    """
    found: list[float | None] = []
    limits = [band * mid / 10_000.0 for band in bands_bps]
    total = 0.0
    for price, size in ladder.levels():
        distance = abs(price - mid)
        while distance > limits[len(found)]:
            found.append(total)
            if len(found) == len(limits):
                return found
        total += size
    return found + [None] * (len(limits) - len(found))


def imbalance(bid: float | None, ask: float | None) -> float | None:
    """The balance of two sizes, -1 all ask to +1 all bid; None where one is unknown or both are nothing."""
    if bid is None or ask is None or not bid + ask:
        return None
    return (bid - ask) / (bid + ask)
