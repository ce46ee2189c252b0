"""How much is traded: the formula, its caps, the lots, and the noes."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.message import revised
from core.reasons import Reason
from core.risk.params import RiskParams
from core.risk.sizing import quantity, size
from core.trading.instrument import Instrument
from core.trading.signal import EntryPlan, Management, Signal
from core.verdict import Approved, Rejected

PARAMS = RiskParams()
EXACT = Instrument(tick=Decimal(0), lot=Decimal(0), min_quantity=Decimal(0), min_notional=Decimal(0))
SIGNAL = Signal(
    symbol="BTCUSDT",
    mode="TREND_BREAKOUT",
    side=1,
    entry_price=100.0,
    stop_distance=4.0,
    target=None,
    size_multiplier=1.0,
    management=Management(0.5, 1.0, 2.0, None, 0, None),
    reasons=(Reason.TREND_BREAKOUT,),
)


def coins(signal: Signal = SIGNAL, *, balance: float = 10_000.0, reduced: bool = False, **params: float) -> float:
    return quantity(signal, balance=balance, reduced=reduced, params=replace(PARAMS, **params))  # type: ignore[arg-type]  # floats alone


def test_the_risk_is_the_balance_times_percent_times_multipliers_over_the_stop() -> None:
    assert coins() == 10_000 * 0.01 / 4
    assert coins(revised(SIGNAL, size_multiplier=0.5)) == 12.5
    assert coins(balance=5_000.0) == 12.5
    assert coins(reduced=True) == 12.5
    assert coins(reduced=True, reduced_multiplier=0.25) == 6.25


@pytest.mark.parametrize(
    ("stop", "params", "expected"),
    [
        (100 / 95, {}, 95.0),  # exactly at 95 % of the balance
        (1.0, {}, 95.0),  # capped
        (1.0, {"max_notional_pct": 50.0}, 50.0),
        (1.0, {"max_notional": 1_000.0}, 10.0),
        (1.0, {"max_notional": 1_000_000.0}, 95.0),  # the percentage still holds
    ],
)
def test_the_notional_is_capped(stop: float, params: dict[str, Any], expected: float) -> None:
    assert coins(revised(SIGNAL, stop_distance=stop), **params) == pytest.approx(expected)


def sized(signal: Signal, instrument: Instrument, balance: float = 10_000.0) -> Approved[EntryPlan] | Rejected[Signal]:
    return size(signal, balance=balance, reduced=False, params=PARAMS, instrument=instrument)


@pytest.mark.parametrize(
    ("mode", "limits", "quantity"),
    [
        ("TREND_BREAKOUT", {"max_market": Decimal(25)}, Decimal(25)),
        ("TREND_BREAKOUT", {"max_market": Decimal("24.999")}, Decimal("24.999")),
        ("TREND_BREAKOUT", {"max_limit": Decimal(10)}, Decimal(25)),
        ("VWAP_REVERSION", {"max_market": Decimal(10)}, Decimal(25)),
        ("VWAP_REVERSION", {"max_limit": Decimal(10)}, Decimal(10)),
    ],
)
def test_what_the_venue_does_not_take_in_one_order_is_cut_and_said(
    mode: str, limits: dict[str, Decimal], quantity: Decimal
) -> None:
    found = sized(revised(SIGNAL, mode=mode), replace(Instrument(), **limits))
    assert isinstance(found, Approved)
    plan = found.item
    assert (plan.quantity, plan.risk_amount) == (quantity, float(quantity) * 4)
    is_cut = quantity < 25
    assert plan.cut_from == (Decimal(25) if is_cut else None)
    assert (Reason.SIZE_CUT_TO_VENUE in plan.reasons) is is_cut
    told = {name: plan.facts()[name] for name in ("value", "threshold") if name in plan.facts()}
    assert told == ({"value": 25.0, "threshold": float(quantity)} if is_cut else {})


def test_the_plan_is_in_lots_and_says_what_it_risks() -> None:
    plan = sized(revised(SIGNAL, stop_distance=3.0), Instrument())
    assert isinstance(plan, Approved)
    assert plan.item.quantity == Decimal("33.333")
    assert plan.item.risk_amount == pytest.approx(99.999)


@pytest.mark.parametrize(
    ("balance", "instrument", "passes"),
    [
        (4.0, Instrument(min_quantity=Decimal("0.01"), min_notional=Decimal(0)), True),  # exactly 0.01
        (3.99, Instrument(min_quantity=Decimal("0.01"), min_notional=Decimal(0)), False),
        (20.0, Instrument(min_notional=Decimal(5)), True),  # 0.05 coins are exactly 5
        (19.99, Instrument(min_notional=Decimal(5)), False),
        (0.0, EXACT, False),
        (-10.0, EXACT, False),
    ],
)
def test_less_than_the_venues_minimum_is_refused(balance: float, instrument: Instrument, passes: bool) -> None:  # noqa: FBT001  a table's column
    found = sized(SIGNAL, instrument, balance)
    assert isinstance(found, Approved) is passes
    if isinstance(found, Rejected):
        assert found.reason is Reason.SIZE_BELOW_MINIMUM


@pytest.mark.parametrize("distance", [0.0, -1.0, float("nan")])
def test_a_stop_that_is_no_distance_is_refused(distance: float) -> None:
    found = sized(revised(SIGNAL, stop_distance=distance), Instrument())
    assert isinstance(found, Rejected)
    assert found.reason is Reason.STOP_DISTANCE_INVALID


@given(
    price=st.floats(0.5, 200_000),
    stop_pct=st.floats(0.01, 20),
    balance=st.floats(1, 1e7),
    multiplier=st.floats(0, 1),
    lot=st.sampled_from(["0", "0.001", "0.01", "1"]),
)
def test_no_size_risks_more_than_allowed_or_leaves_the_lots(
    price: float, stop_pct: float, balance: float, multiplier: float, lot: str
) -> None:
    signal = revised(SIGNAL, entry_price=price, stop_distance=price * stop_pct / 100, size_multiplier=multiplier)
    found = sized(signal, Instrument(lot=Decimal(lot), min_quantity=Decimal(lot)), balance)
    if isinstance(found, Rejected):
        assert found.reason is Reason.SIZE_BELOW_MINIMUM
        return
    plan = found.item
    assert plan.risk_amount <= balance * 0.01 * multiplier * (1 + 1e-9)
    assert float(plan.quantity) * price <= balance * 0.95 * (1 + 1e-9)
    assert plan.quantity > 0
    if Decimal(lot):
        assert plan.quantity % Decimal(lot) == 0
