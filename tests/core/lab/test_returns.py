"""Returns from equity marks, and the ratios made of them."""

from math import isnan, nan, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.durations import DAY_MS, HOUR_MS
from core.errors import InvariantBroken
from core.lab.returns import annualised, daily_equity, moments, sharpe_ratios, simple_returns, sortino

DAY = 1_704_067_200_000  # 2024-01-01 00:00 UTC
WIDE = st.lists(st.floats(-0.5, 0.5), min_size=3, max_size=60).filter(lambda x: np.std(x) > 1e-3)


def test_a_day_is_worth_its_last_mark_and_midnight_ends_the_day_before() -> None:
    times = np.array([DAY + HOUR_MS, DAY + DAY_MS, DAY + DAY_MS + 1, DAY + DAY_MS + HOUR_MS])
    equity = daily_equity(times, np.array([101.0, 102.0, 103.0, 104.0]), start_equity=100.0)
    assert equity.tolist() == [100.0, 102.0, 104.0]


def test_a_day_without_marks_keeps_the_last_one() -> None:
    equity = daily_equity(np.array([DAY + 1, DAY + 3 * DAY_MS]), np.array([110.0, 90.0]), start_equity=100.0)
    assert equity.tolist() == [100.0, 110.0, 110.0, 90.0]


def test_a_ruined_account_stays_ruined_however_its_marks_go_on() -> None:
    times = DAY + np.arange(1, 5) * DAY_MS
    equity = daily_equity(times, np.array([50.0, -10.0, 30.0, 60.0]), start_equity=100.0)
    assert equity.tolist() == [100.0, 50.0, 0.0, 0.0, 0.0]
    assert simple_returns(equity).tolist() == [-0.5, -1.0, 0.0, 0.0]


def test_no_marks_leave_the_start() -> None:
    none = daily_equity(np.array([], dtype=np.int64), np.array([]), start_equity=5.0)
    assert none.tolist() == [5.0]
    assert simple_returns(none).tolist() == []


@pytest.mark.parametrize(
    ("times", "equity", "start"),
    [
        ([2, 1], [1.0, 1.0], 1.0),
        ([1, 1], [1.0, 1.0], 1.0),
        ([1], [1.0, 1.0], 1.0),
        ([1], [1.0], 0.0),
        ([1], [1.0], nan),
    ],
)
def test_marks_out_of_order_or_without_a_start_are_a_bug(times: list[int], equity: list[float], start: float) -> None:
    with pytest.raises(InvariantBroken, match="rising time"):
        daily_equity(np.array(times), np.array(equity), start_equity=start)


def test_moments_of_a_small_series_by_hand() -> None:
    shape = moments(np.array([0.0, 0.0, 0.0, 4.0]))
    assert (shape.periods, shape.mean, shape.deviation) == (4, 1.0, 2.0)
    assert shape.sharpe == 0.5
    assert shape.skew == pytest.approx(2 / sqrt(3))
    assert shape.kurtosis == pytest.approx(7 / 3)


def test_a_large_normal_sample_has_no_skew_and_a_kurtosis_of_three() -> None:
    shape = moments(np.random.default_rng(1).standard_normal(200_000))
    assert shape.skew == pytest.approx(0, abs=0.02)
    assert shape.kurtosis == pytest.approx(3, abs=0.05)


@pytest.mark.parametrize("returns", [[], [0.1], [0.0] * 9, [0.1] * 9])
def test_returns_that_never_move_have_no_ratio(returns: list[float]) -> None:
    assert isnan(moments(np.array(returns)).sharpe)
    assert np.isnan(sharpe_ratios(np.array([returns]).T.reshape(-1, 1))).all()


@given(WIDE, st.floats(1e-3, 1e3))
def test_neither_leverage_nor_order_changes_what_a_ratio_says(returns: list[float], leverage: float) -> None:
    one, other = moments(np.array(returns)), moments(leverage * np.array(sorted(returns)))
    assert (other.sharpe, other.skew, other.kurtosis) == pytest.approx(
        (one.sharpe, one.skew, one.kurtosis), rel=1e-6, abs=1e-9
    )


@given(WIDE)
def test_kurtosis_is_never_less_than_one_and_the_squared_skew(returns: list[float]) -> None:
    shape = moments(np.array(returns))
    assert shape.kurtosis >= 1 + shape.skew**2 - 1e-9


@given(WIDE, WIDE)
def test_many_series_at_once_have_the_ratios_they_have_alone(one: list[float], other: list[float]) -> None:
    periods = min(len(one), len(other))
    matrix = np.array([one[:periods], other[:periods], [0.0] * periods]).T
    alone = [moments(matrix[:, i]).sharpe for i in range(3)]
    assert sharpe_ratios(matrix) == pytest.approx(alone, nan_ok=True)


def test_a_year_has_every_day() -> None:
    assert annualised(0.1) == pytest.approx(0.1 * sqrt(365))
    assert annualised(0.1, periods_per_year=4) == pytest.approx(0.2)


def test_sortino_counts_only_what_falls_short_but_over_all_periods() -> None:
    returns = np.array([0.03, -0.01, 0.02, -0.02])
    assert sortino(returns) == pytest.approx(0.005 / sqrt((0.01**2 + 0.02**2) / 4))
    assert sortino(returns, target=0.02) == pytest.approx(-0.015 / sqrt((0.03**2 + 0.04**2) / 4))


def test_sortino_is_unknown_where_nothing_fell_short() -> None:
    assert isnan(sortino(np.array([0.01, 0.0])))
    assert isnan(sortino(np.array([])))
