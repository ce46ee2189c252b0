"""What is remembered of a decimal is its float, whoever took its place meanwhile."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from core.trading.floated import floated
from core.trading.steps import below

DECIMALS = st.decimals(allow_nan=False, allow_infinity=False)


@given(st.lists(DECIMALS, max_size=300))
def test_it_is_the_float_first_and_later(values: list[Decimal]) -> None:
    for _ in range(2):
        assert [floated(value) for value in values] == [float(value) for value in values]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), max_size=300))
def test_a_price_without_ticks_is_known_as_what_it_was_made_of(values: list[float]) -> None:
    made = [below(value, Decimal(0)) for value in values]
    assert [floated(value) for value in made] == values == [float(value) for value in made]
