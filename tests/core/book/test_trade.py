from math import nan

import pytest

from core.book.trade import aggressor


@pytest.mark.parametrize(
    ("price", "mid", "last_price", "last_side", "side"),
    [
        (100.1, 100.0, nan, 0, 1),
        (99.9, 100.0, 99.0, 1, -1),
        (100.0, 100.0, 99.0, -1, 1),
        (100.0, 100.0, 101.0, 1, -1),
        (100.0, nan, 100.0, -1, -1),
        (100.0, nan, 100.0, 1, 1),
        (100.0, nan, nan, 0, 0),
    ],
)
def test_who_took_is_told_by_the_mid_and_then_by_the_last_move(
    price: float, mid: float, last_price: float, last_side: int, side: int
) -> None:
    assert aggressor(price, mid=mid, last_price=last_price, last_side=last_side) == side
