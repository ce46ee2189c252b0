from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.adapters.sandbox.exchange.position import Position

FILLS = st.lists(
    st.tuples(
        st.sampled_from(["Buy", "Sell"]),
        st.integers(1, 5_000).map(lambda lots: Decimal(lots) / 1_000),
        st.integers(1, 2_000_000).map(lambda ticks: Decimal(ticks) / 10),
    ),
    max_size=30,
)


def empty() -> Position:
    return Position("BTCUSDT", 0, Decimal(10), 0)


@given(FILLS)
def test_what_was_realized_and_what_is_held_add_up_to_what_was_paid(fills: list[tuple[str, Decimal, Decimal]]) -> None:
    position = empty()
    realized = cash = held = Decimal(0)
    for side, quantity, price in fills:
        sign = 1 if side == "Buy" else -1
        realized += position.fill(side, quantity, price, 1).realized
        cash -= sign * quantity * price
        held += sign * quantity
        assert position.size == held
        assert realized == cash + position.cost * position.sign
        assert position.cost >= 0
        assert (position.cost > 0) == (held != 0)


def test_a_fill_larger_than_the_position_turns_it_over_at_its_own_price() -> None:
    position = empty()
    position.fill("Buy", Decimal(1), Decimal(100), 1)
    change = position.fill("Sell", Decimal(3), Decimal(110), 2)
    assert [change.realized, change.closed] == [10, 1]
    assert [position.side, position.size, position.entry] == ["Sell", -2, 110]


@pytest.mark.parametrize(("price", "profit"), [(Decimal(90), 10), (Decimal(110), -10)])
def test_a_short_position_gains_when_the_price_falls(price: Decimal, profit: int) -> None:
    position = empty()
    position.fill("Sell", Decimal(1), Decimal(100), 1)
    assert position.profit(price) == profit
    assert position.closable("Buy") == 1
    assert position.closable("Sell") == 0
