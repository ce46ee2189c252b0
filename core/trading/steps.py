"""Rounding to a whole number of steps, such as ticks of a price and lots of a quantity; exact in Decimal."""

from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, Decimal
from functools import cache
from math import ceil, floor
from typing import Final, cast

import msgspec

from core.trading.floated import floated, keep

_CLEAR: Final = 1.0 + 1e-9
_NEAR: Final = 1e-6
_MOST: Final = 1e9
"""So near to a whole step, or so many steps, and only exact arithmetic tells on which side a float lies."""
_LEAST_PLAIN: Final = 1e-4
_MOST_PLAIN: Final = 1e15
"""Between them Python's text of a float and msgspec's are the same; msgspec's takes a third of the time."""
_as_text: Final = msgspec.json.Encoder().encode


def below(value: float, step: Decimal) -> Decimal:
    """The nearest whole step at or below a value; a step of 0: the value itself."""
    return _rounded(value, step, ROUND_FLOOR)


def above(value: float, step: Decimal) -> Decimal:
    """The nearest whole step at or above a value; a step of 0: the value itself."""
    return _rounded(value, step, ROUND_CEILING)


def within(value: float, step: Decimal) -> Decimal:
    """The nearest whole step that is no farther from 0 than a value; a step of 0: the value itself."""
    return _rounded(value, step, ROUND_DOWN)


def is_product_below(quantity: Decimal, price: float, least: Decimal) -> bool:
    """Whether quantity times price, exactly, is less than that."""
    # Floats are off by a millionth of a millionth; only what is nearer than that needs the exact product.
    is_clear = floated(quantity) * price > floated(least) * _CLEAR
    return not is_clear and quantity * Decimal(price) < least


def shortest(value: float) -> Decimal:
    """The shortest decimal that reads back as this float: of its 50 exact digits sums would be rounded."""
    is_plain = _LEAST_PLAIN <= value < _MOST_PLAIN
    return Decimal(_as_text(float(value)).decode() if is_plain else repr(value))


def _rounded(value: float, step: Decimal, rounding: str) -> Decimal:
    steps = value / floated(step) if step else 0.0
    if 0.0 < steps < _MOST and _NEAR < steps % 1.0 < 1.0 - _NEAR:  # a float's error is far from a whole step
        return (ceil(steps) if rounding == ROUND_CEILING else floor(steps)) * step
    exact = shortest(value)
    if not step:
        keep(exact, float(value))
        return exact
    return exact.quantize(step, rounding) if _is_place(step) else (exact / step).to_integral_value(rounding) * step


@cache  # of a few instruments' steps
def _is_place(step: Decimal) -> bool:
    """Whether a step is 1, 0.1, 0.01 …, as most are: to round to a decimal place takes a quarter of the time."""
    _, digits, exponent = step.as_tuple()
    return digits == (1,) and cast("int", exponent) <= 0
