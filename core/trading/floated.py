"""Floats of decimals that are asked for again and again: a trade measures and records its quantity a dozen times."""

from decimal import Decimal
from typing import Final

_PLACES: Final = 64
_known: Final[list[tuple[Decimal, float]]] = [(Decimal(0), 0.0)] * _PLACES
"""The last decimals seen, by where they are in memory; holding them keeps others from taking that place."""


def floated(value: Decimal) -> float:
    """`float(value)`, which goes by way of text, at once where this very object was asked for lately."""
    place = (id(value) >> 4) % _PLACES
    known, found = _known[place]
    if known is value:
        return found
    return keep(value, float(value))


def keep(value: Decimal, found: float) -> float:
    """Know this float of a decimal, as who made the decimal of it does; returns it."""
    _known[(id(value) >> 4) % _PLACES] = (value, found)
    return found
