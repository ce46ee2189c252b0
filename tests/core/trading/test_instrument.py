"""Ticks and lots: exact, and rounded to the side that is safe."""

from dataclasses import replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.trading.instrument import Instrument

BYBIT = Instrument()
EXACT = Instrument(tick=Decimal(0), lot=Decimal(0), min_quantity=Decimal(0), min_notional=Decimal(0))
PRICES = st.floats(0.01, 1_000_000)


@pytest.mark.parametrize(
    ("value", "below", "above"), [(100.0, "100.0", "100.0"), (100.04, "100.0", "100.1"), (0.1 + 0.2, "0.3", "0.4")]
)
def test_prices_go_to_the_tick_below_and_above(value: float, below: str, above: str) -> None:
    assert BYBIT.price_below(value) == Decimal(below)
    assert BYBIT.price_above(value) == Decimal(above)


@pytest.mark.parametrize(("side", "away", "toward"), [(1, "100.0", "100.1"), (-1, "100.1", "100.0")])
def test_a_stop_gives_room_and_a_target_asks_no_less(side: int, away: str, toward: str) -> None:
    assert BYBIT.price_away(100.05, side) == Decimal(away)
    assert BYBIT.price_toward(100.05, side) == Decimal(toward)


@pytest.mark.parametrize(
    ("value", "quantity"), [(0.001, "0.001"), (0.0009999, "0"), (0.0019999, "0.001"), (1.2345, "1.234"), (-5.0, "0")]
)
def test_quantities_go_down_to_the_lot_and_below_the_minimum_to_nothing(value: float, quantity: str) -> None:
    assert BYBIT.quantity(value) == Decimal(quantity)


@pytest.mark.parametrize(
    ("quantity", "price", "dust"),
    [("0.001", 5000.0, False), ("0.001", 4999.9, True), ("0.0009", 100_000.0, True), ("0.002", 2500.0, False)],
)
def test_dust_is_below_the_minimum_quantity_or_notional(quantity: str, price: float, dust: bool) -> None:  # noqa: FBT001  a table's column
    assert BYBIT.is_dust(Decimal(quantity), price) is dust


@given(price=PRICES)
def test_a_rounded_price_is_on_the_grid_and_within_one_tick(price: float) -> None:
    below, above = BYBIT.price_below(price), BYBIT.price_above(price)
    assert below % BYBIT.tick == above % BYBIT.tick == 0
    assert below <= Decimal(repr(price)) <= above
    assert above - below in (Decimal(0), BYBIT.tick)


@given(
    tick=st.sampled_from(["0.1", "0.01", "0.5", "0.25", "5", "0.00001"]).map(Decimal),
    price=PRICES
    | st.builds(lambda count, ulps: count / 10 * (1 + ulps * 2.0**-52), st.integers(1, 10**6), st.integers(-3, 3)),
)
def test_rounding_is_that_of_the_shortest_text_however_near_to_a_tick(tick: Decimal, price: float) -> None:
    steps = Decimal(repr(price)) / tick
    instrument = replace(BYBIT, tick=tick)
    below, above = instrument.price_below(price), instrument.price_above(price)
    assert below == steps.to_integral_value(ROUND_FLOOR) * tick
    assert above == steps.to_integral_value(ROUND_CEILING) * tick
    assert instrument.float_away(price, 1) == float(below)
    if below < above:
        assert below.as_tuple().exponent == above.as_tuple().exponent == tick.as_tuple().exponent, "as venues spell it"


def test_what_is_no_price_is_not_rounded_to_one() -> None:
    assert BYBIT.price_below(float("nan")).is_nan()
    assert BYBIT.price_above(0.0) == BYBIT.price_below(0.0) == 0
    assert BYBIT.price_below(-0.05) == Decimal("-0.1")
    assert BYBIT.price_above(-0.05) == 0


@given(value=PRICES)
def test_no_step_means_no_rounding(value: float) -> None:
    assert float(EXACT.price_below(value)) == float(EXACT.price_above(value)) == float(EXACT.quantity(value)) == value
    assert EXACT.float_away(value, -1) == value


@given(value=st.floats(0.001, 1e6))
def test_a_quantity_is_never_more_than_asked(value: float) -> None:
    rounded = BYBIT.quantity(value)
    assert 0 <= Decimal(repr(value)) - rounded < BYBIT.lot
    assert rounded % BYBIT.lot == 0


@pytest.mark.parametrize(
    ("tick", "below", "above"),
    [("0.1", "100.7", "100.8"), ("0.5", "100.5", "101.0"), ("0.25", "100.75", "101.00"), ("5", "100", "105")],
)
def test_prices_lie_on_ticks_of_any_size(tick: str, below: str, above: str) -> None:
    steps = Instrument(tick=Decimal(tick))
    value = float(below) + 0.03
    assert (steps.price_below(value), steps.price_above(value)) == (Decimal(below), Decimal(above))
