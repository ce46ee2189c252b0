from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.book.ladder import Ladder

ROWS = st.lists(st.tuples(st.integers(1, 30).map(float), st.sampled_from([0.0, 0.0, 1.0, 2.5])), max_size=60)


@given(ROWS)
def test_a_ladder_is_its_last_sizes_in_order(rows: list[tuple[float, float]]) -> None:
    expected = {price: size for price, size in rows}  # noqa: C416 - the last row of a price counts
    held = sorted((price, size) for price, size in expected.items() if size)
    bids, asks = Ladder(1), Ladder(-1)
    assert bids.change(rows)
    assert asks.change(rows)
    assert list(asks.levels()) == held
    assert list(bids.levels()) == held[::-1]
    assert len(bids) == len(held)
    if held:
        assert (asks.best, bids.best) == (held[0], held[-1])


@pytest.mark.parametrize(
    "row", [(10.0, -1.0), (10.0, nan), (10.0, inf), (nan, 1.0), (inf, 1.0), (0.0, 1.0), (-1.0, 1.0)]
)
def test_what_cannot_be_is_not_believed(row: tuple[float, float]) -> None:
    assert not Ladder(1).change([row])
    assert not Ladder(-1).change([(9.0, 1.0), row])


def test_removing_what_is_not_there_is_normal() -> None:
    assert Ladder(1).change([(10.0, 0.0)])


def test_levels_beyond_a_cut_off_snapshot_are_held_but_not_told() -> None:
    bids = Ladder(1)
    bids.change([(10.0, 1.0), (9.0, 1.0)])
    bids.bound()
    bids.change([(8.0, 5.0), (9.5, 2.0)])
    assert [price for price, _ in bids.levels()] == [10.0, 9.5, 9.0]
    bids.change([(10.0, 0.0), (9.5, 0.0), (9.0, 0.0)])
    assert bids.best == (8.0, 5.0)
    bids.clear()
    bids.change([(7.0, 1.0)])
    assert list(bids.levels()) == [(7.0, 1.0)]


def test_a_price_that_comes_and_goes_leaves_nothing_behind() -> None:
    asks = Ladder(-1)
    asks.change([(10.0, 1.0)])
    for _ in range(5_000):
        asks.change([(11.0, 1.0), (12.0, 1.0)])
        asks.change([(11.0, 0.0)])
    assert len(asks._heap) < 2_000
    assert (list(asks.levels()), asks.end) == ([(10.0, 1.0), (12.0, 1.0)], 12.0)
    asks.change([(10.0, 0.0)])
    assert asks.best == (12.0, 1.0)


@given(st.lists(ROWS, max_size=8), st.sets(st.integers(0, 7)))
def test_reading_a_ladder_does_not_change_it(changes: list[list[tuple[float, float]]], read_after: set[int]) -> None:
    read, unread = Ladder(1), Ladder(1)
    for i, rows in enumerate(changes):
        read.change(rows)
        unread.change(rows)
        if i in read_after:
            list(read.levels())
        assert len(read) == len(unread)
        if len(read):
            assert read.best == unread.best
    assert list(read.levels()) == list(unread.levels())
