from math import isnan

import pytest

from core.liquidity.span import Span
from core.structure.breaks import BOS, CHOCH, NEVER, Breaks


def swing(high: float, low: float, *, bar: int = 1) -> Span:
    span = Span("swing", weight=0.5)
    span.begin(high, low, bar)
    return span


@pytest.mark.parametrize(
    ("close", "side"),
    [(110.0, 0), (110.01, 1), (100.0, 0), (90.0, 0), (89.99, -1)],
    ids=["at", "beyond", "in", "at", "below"],
)
def test_only_a_close_beyond_the_swing_breaks_structure(close: float, side: int) -> None:
    breaks = Breaks()
    breaks.update(close, swing(110.0, 90.0))
    assert breaks.side == side
    assert breaks.kind == (BOS if side else "")


def test_the_first_break_continues_and_the_opposite_one_changes_character() -> None:
    breaks = Breaks()
    kinds = []
    for bar, close in enumerate([111.0, 112.0, 80.0, 79.0, 120.0], start=1):
        breaks.update(close, swing(110.0, 90.0, bar=bar))
        kinds.append((breaks.kind, breaks.side))
    assert kinds == [(BOS, 1), (BOS, 1), (CHOCH, -1), (BOS, -1), (CHOCH, 1)]


def test_a_break_names_the_price_that_was_closed_beyond() -> None:
    breaks = Breaks()
    assert isnan(breaks.level)
    levels = []
    for bar, close in enumerate([111.0, 100.0, 80.0], start=1):
        breaks.update(close, swing(110.0, 90.0, bar=bar))
        levels.append(breaks.level)
    assert levels == [110.0, 110.0, 90.0]


def test_one_swing_is_broken_once_and_the_break_ages() -> None:
    breaks = Breaks()
    span = swing(110.0, 90.0)
    ages = []
    for close in (100.0, 111.0, 112.0, 113.0):
        breaks.update(close, span)
        ages.append(breaks.age)
    assert ages == [NEVER + 1, 0, 1, 2]


def test_before_any_swing_nothing_can_break() -> None:
    breaks = Breaks()
    breaks.update(1e9, Span("swing", weight=0.5))
    assert (breaks.kind, breaks.side) == ("", 0)
