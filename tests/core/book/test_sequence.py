import pytest

from core.book.sequence import BINANCE_FUTURES, BINANCE_SPOT, BYBIT, Continuity, UpdateRule
from tests.core.book.pictures import delta

APPLY, SKIP, GAP = Continuity.APPLY, Continuity.SKIP, Continuity.GAP


@pytest.mark.parametrize(
    ("rule", "first_id", "last_id", "previous_id", "is_fresh", "found"),
    [
        (BYBIT, 11, 11, None, False, APPLY),
        (BYBIT, 15, 15, None, False, APPLY),  # the page promises no continuity, only that it rises
        (BYBIT, 10, 10, None, False, GAP),
        (BYBIT, 9, 9, None, False, GAP),
        (BINANCE_SPOT, 5, 10, None, True, SKIP),
        (BINANCE_SPOT, 5, 11, None, True, APPLY),
        (BINANCE_SPOT, 11, 12, None, False, APPLY),
        (BINANCE_SPOT, 12, 13, None, True, GAP),
        (BINANCE_SPOT, 12, 13, None, False, GAP),
        (BINANCE_FUTURES, 5, 9, 4, True, SKIP),
        (BINANCE_FUTURES, 5, 10, 4, True, APPLY),
        (BINANCE_FUTURES, 12, 14, 10, True, APPLY),  # the snapshot lies in the hole before U
        (BINANCE_FUTURES, 12, 14, 8, True, APPLY),
        (BINANCE_FUTURES, 12, 14, 11, True, GAP),
        (BINANCE_FUTURES, 12, 14, 10, False, APPLY),
        (BINANCE_FUTURES, 12, 14, 9, False, GAP),
        (BINANCE_FUTURES, 12, 14, 11, False, GAP),
        (BINANCE_FUTURES, 5, 10, 4, False, SKIP),
        (BINANCE_FUTURES, 11, 14, None, False, APPLY),
    ],
)
def test_a_book_that_holds_ten_takes_what_the_venues_page_says(
    rule: UpdateRule, first_id: int, last_id: int, previous_id: int | None, *, is_fresh: bool, found: Continuity
) -> None:
    assert rule.continuity(delta(first_id, last_id, [], [], previous_id=previous_id), 10, is_fresh) is found
