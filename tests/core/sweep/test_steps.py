"""Ticks and lots in floats are those that Decimal gives."""

from decimal import Decimal
from math import inf, nextafter

import pytest
from hypothesis import given
from hypothesis import settings as how
from hypothesis import strategies as st

from core.evaluation.evaluator import EvaluationParams
from core.measure.panel import PanelParams
from core.sweep.params import settings
from core.sweep.records import Record
from core.sweep.steps import away, coins, is_dust, units_of
from core.trading.instrument import Instrument

STEPS = st.sampled_from(
    [Decimal(0), Decimal("0.1"), Decimal("0.001"), Decimal("0.05"), Decimal("2.5"), Decimal("1e-8")]
)
MULTIPLES = st.integers(0, 10_000_000)
PRICES = st.floats(0.01, 200_000, allow_nan=False)


def record(instrument: Instrument) -> Record:
    return settings([{}], measure=PanelParams(), evaluation=EvaluationParams(instrument=instrument))[0]


@how(deadline=None)  # the first example compiles
@given(step=STEPS, price=PRICES, side=st.sampled_from([1, -1]))
def test_a_price_is_rounded_away_as_decimal_rounds_it(step: Decimal, price: float, side: int) -> None:
    instrument = Instrument(tick=step)
    assert away(record(instrument), price, side) == float(instrument.price_away(price, side))


@how(deadline=None)  # the first example compiles
@given(step=STEPS, count=MULTIPLES, side=st.sampled_from([1, -1]), nudge=st.sampled_from([0, 1, -1]))
def test_a_price_on_a_tick_or_one_float_beside_it_is_rounded_as_decimal_rounds_it(
    step: Decimal, count: int, side: int, nudge: int
) -> None:
    price = float(step * count)
    price = nextafter(price, inf * nudge) if nudge and price else price
    instrument = Instrument(tick=step)
    assert away(record(instrument), price, side) == float(instrument.price_away(price, side))


@how(deadline=None)  # the first example compiles
@given(lot=STEPS, value=st.floats(0, 1_000, allow_nan=False), least=st.sampled_from([0, "0.001", "0.5"]))
def test_a_quantity_is_rounded_down_as_decimal_rounds_it(lot: Decimal, value: float, least: str) -> None:
    instrument = Instrument(lot=lot, min_quantity=Decimal(least))
    found = record(instrument)
    assert coins(found, units_of(found, value)) == float(instrument.quantity(value))


@pytest.mark.parametrize(("quantity", "dust"), [(0.001, True), (0.002, False), (0.0, True)])
def test_dust_is_below_the_minimum_quantity_or_notional(quantity: float, dust: bool) -> None:  # noqa: FBT001
    instrument = Instrument(min_notional=Decimal(50))
    found = record(instrument)
    assert is_dust(found, units_of(found, quantity), 40_000.0) is dust
    assert instrument.is_dust(instrument.quantity(quantity), 40_000.0) is dust
