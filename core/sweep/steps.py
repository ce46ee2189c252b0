"""Ticks and lots in floats, as exact as `core.trading.instrument.Instrument` is in Decimal.

A multiple of a step is made by one rounded division of whole numbers, which gives the float that its decimal text
gives; so a price or quantity is never a step off, however it was reached. Quantities travel as units: lots, or coins
where the instrument has no lot.
"""

from math import floor

from core.sweep.machine import callable_part, part
from core.sweep.records import Record


@part
def whole(value: float, step: float, numerator: float, denominator: float) -> float:
    """The most whole steps not above a value; the value itself where there is no step."""
    if step == 0.0:
        return value
    steps = float(floor(value / step))
    while (steps + 1.0) * numerator / denominator <= value:
        steps += 1.0
    while steps * numerator / denominator > value:
        steps -= 1.0
    return steps


@callable_part
def units_of(given: Record, value: float) -> float:
    """The most units not above a quantity in coins; 0 where they are below the minimum quantity."""
    units = whole(value, given.lot, given.lot_part, given.lot_parts)
    return units if units >= given.fewest_units else 0.0


@callable_part
def coins(given: Record, units: float) -> float:
    """What so many units are."""
    if given.lot == 0.0:
        return units
    return float(units * given.lot_part / given.lot_parts)


@callable_part
def away(given: Record, value: float, side: int) -> float:
    """The tick on the losing side of a price for a position of this side."""
    if given.tick == 0.0:
        return value
    ticks = whole(value, given.tick, given.tick_part, given.tick_parts)
    below = float(ticks * given.tick_part / given.tick_parts)
    return below if side > 0 or below == value else float((ticks + 1.0) * given.tick_part / given.tick_parts)


@callable_part
def is_dust(given: Record, units: float, price: float) -> bool:
    """Whether a quantity is too small for an order of its own."""
    return bool(units < given.fewest_units or coins(given, units) * price < given.min_notional)
