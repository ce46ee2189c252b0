"""A choice is on the front exactly if no other beats it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lab.pareto import front

Row = st.tuples(*[st.sampled_from([-np.inf, -1.0, 0.0, 1.0, 2.0])] * 3)


@given(st.lists(Row, min_size=1, max_size=30))
def test_the_front_is_what_no_row_beats_in_one_figure_without_losing_in_another(rows: list[tuple[float, ...]]) -> None:
    figures = np.array(rows)
    beaten = [
        any((other >= row).all() and (other > row).any() for other in figures)  # the definition
        for row in figures
    ]
    assert sorted(front(figures).tolist()) == np.flatnonzero(~np.array(beaten)).tolist()


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([[1, 5], [2, 4], [3, 3], [2, 3]], [2, 1, 0]),
        ([[1, 1], [1, 1]], [0, 1]),
        ([[0], [2], [1]], [1]),
    ],
)
def test_the_front_begins_with_the_best_by_the_first_figure(rows: list[list[float]], found: list[int]) -> None:
    assert front(np.array(rows, dtype=np.float64)).tolist() == found
