"""Drawdowns against a plain loop over every pair of marks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.lab.drawdown import Drawdown, drawdown, drawdown_pct

CURVES = st.lists(st.integers(1, 20).map(float), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("equity", "expected"),
    [
        ([5.0], Drawdown(0.0, 0, 0, 0, 0)),
        ([1.0, 2.0, 3.0], Drawdown(0.0, 0, 0, 0, 0)),
        ([2.0, 2.0, 2.0], Drawdown(0.0, 0, 0, 0, 0)),
        ([4.0, 3.0], Drawdown(25.0, 0, 1, None, 1)),
        ([4.0, 3.0, 4.0, 5.0], Drawdown(25.0, 0, 1, 2, 2)),
        ([10.0, 9.0, 9.0, 10.0, 20.0, 5.0, 6.0], Drawdown(75.0, 4, 5, None, 3)),
    ],
)
def test_the_deepest_fall_and_the_longest_by_hand(equity: list[float], expected: Drawdown) -> None:
    assert drawdown(np.array(equity)) == expected


@given(CURVES)
def test_no_later_mark_lies_deeper_under_an_earlier_one(equity: list[float]) -> None:
    pairs = [(equity[i] - low) / equity[i] for i in range(len(equity)) for low in equity[i:]]
    assert drawdown(np.array(equity)).max_pct == pytest.approx(100 * max(pairs))


@given(CURVES)
def test_the_longest_fall_is_the_longest_wait_for_the_peak_to_be_seen_again(equity: list[float]) -> None:
    longest = 0
    for i, peak in enumerate(equity):
        if peak < max(equity[: i + 1]):
            continue
        wait = next((j - i for j in range(i + 1, len(equity)) if equity[j] >= peak), len(equity) - 1 - i)
        longest = max(longest, wait if i + 1 < len(equity) and equity[i + 1] < peak else 0)
    assert drawdown(np.array(equity)).longest == longest


@given(CURVES, st.sampled_from([0.5, 2.0, 1024.0]))
def test_the_size_of_the_account_does_not_matter(equity: list[float], size: float) -> None:
    assert drawdown(np.array(equity)) == drawdown(size * np.array(equity))


def test_many_curves_are_measured_along_the_last_axis() -> None:
    assert drawdown_pct(np.array([[1.0, 2.0, 1.0], [4.0, 1.0, 4.0]])).tolist() == [[0, 0, 50], [0, 75, 0]]
