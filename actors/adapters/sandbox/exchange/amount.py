"""Amounts of money: exact decimals, and how they are written."""

from decimal import Decimal

ZERO = Decimal(0)
CENT = Decimal("0.00000001")
"""The smallest amount an average or a margin is told in."""


def plain(value: Decimal) -> str:
    """The number's shortest text without an exponent."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(value: Decimal) -> Decimal:
    """To eight places, half to even."""
    return value.quantize(CENT)


def stepped(value: Decimal, step: Decimal) -> str:
    """The number with as many places as its step has."""
    return format(value.quantize(step), "f")
