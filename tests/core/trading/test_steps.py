"""The decimal of a float is the one of Python's own shortest text, whoever wrote the text."""

import math
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.trading.steps import shortest


@given(st.floats() | st.floats(min_value=1e-5, max_value=1e16))
@example(1e-4)
@example(math.nextafter(1e-4, 0.0))
@example(1e15)
@example(math.nextafter(1e15, 0.0))
@example(0.1 + 0.2)
@example(-0.5)
def test_it_is_written_as_python_writes_it(value: float) -> None:
    assert shortest(value).as_tuple() == Decimal(repr(value)).as_tuple()


@pytest.mark.parametrize("value", [0.1, 63_841.25, 0.001_234_567_890_123])
def test_sums_of_it_lose_nothing(value: float) -> None:
    half = shortest(value / 2)
    assert half + half == shortest(value) == Decimal(str(value))
