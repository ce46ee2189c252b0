"""Marginals, maps and plateaus against plain loops."""

from itertools import product
from math import inf, isnan, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InvariantBroken
from core.lab.sensitivity import Swept, Value, marginals, pair_maps, plateau

LENGTHS, STOPS, METHODS = (10, 20, 30, 40), (1.0, 1.5, 2.0), ("atr", "donchian")
GRID: list[tuple[int, float, str]] = list(product(LENGTHS, STOPS, METHODS))
SWEPT: Swept = {name: [row[i] for row in GRID] for i, name in enumerate(("length", "stop", "method"))}
FIGURES = st.lists(st.floats(-5, 5) | st.just(nan), min_size=len(GRID), max_size=len(GRID)).map(np.array)


def at(*where: Value) -> int:
    return GRID.index(where)  # type: ignore[arg-type]


@given(FIGURES)
def test_marginals_are_means_and_medians_of_the_sets_with_a_figure(figure: np.ndarray) -> None:
    for i, marginal in enumerate(marginals(SWEPT, figure)):
        for value, mean, median, sets in zip(
            marginal.values, marginal.mean, marginal.median, marginal.sets, strict=True
        ):
            own = [x for row, x in zip(GRID, figure, strict=True) if row[i] == value and not isnan(x)]
            assert sets == len(own)
            assert mean == pytest.approx(np.mean(own) if own else nan, nan_ok=True)
            assert median == pytest.approx(np.median(own) if own else nan, nan_ok=True)


def test_marginals_name_parameters_in_the_order_given_and_values_rising() -> None:
    found = marginals(SWEPT, np.zeros(len(GRID)))
    assert [(marginal.name, marginal.values) for marginal in found] == [
        ("length", LENGTHS),
        ("stop", STOPS),
        ("method", METHODS),
    ]
    assert [type(value) for value in found[0].values] == [int] * 4


@given(FIGURES)
def test_a_map_has_the_mean_of_every_pair_of_values(figure: np.ndarray) -> None:
    first, *_ = pair_maps(SWEPT, figure)
    for (i, length), (j, stop) in product(enumerate(LENGTHS), enumerate(STOPS)):
        own = [x for row, x in zip(GRID, figure, strict=True) if row[:2] == (length, stop) and not isnan(x)]
        assert first.sets[i, j] == len(own)
        assert first.mean[i, j] == pytest.approx(np.mean(own) if own else nan, nan_ok=True)


def test_every_two_parameters_that_were_varied_have_a_map() -> None:
    maps = pair_maps({**SWEPT, "fixed": [7] * len(GRID)}, np.zeros(len(GRID)))
    assert [(found.row, found.column) for found in maps] == [
        ("length", "stop"),
        ("length", "method"),
        ("stop", "method"),
    ]
    assert maps[0].mean.shape == (4, 3)


def test_sets_that_lie_apart_from_all_others_leave_holes_in_the_map() -> None:
    (only,) = pair_maps({"a": [1, 2], "b": [1, 2]}, np.array([3.0, 4.0]))
    assert np.isnan(only.mean).tolist() == [[False, True], [True, False]]
    assert only.sets.tolist() == [[1, 0], [0, 1]]


def test_neighbours_are_one_step_away_in_numbers_and_alike_in_texts() -> None:
    figure = np.zeros(len(GRID))
    figure[at(20, 1.0, "atr")] = 1.0
    found = plateau(SWEPT, figure)
    assert found.best == at(20, 1.0, "atr")
    expected = {at(length, stop, "atr") for length in (10, 20, 30) for stop in (1.0, 1.5)} - {found.best}
    assert set(found.neighbours.tolist()) == expected


def test_a_lone_peak_scores_zero_and_a_plateau_one() -> None:
    swept: Swept = {"length": list(range(10))}
    peak, flat = np.zeros(10), np.array([0, 0, 0, 0, 0, 0, 0, 5.0, 5.0, 5.0])
    peak[4] = 5.0
    assert (plateau(swept, peak).score, plateau(swept, peak).mean_loss) == (0.0, 5.0)
    assert (plateau(swept, flat).score, plateau(swept, flat).best) == (0.5, 7)
    wide = np.array([0, 0, 0, 0, 0, 0, 0, 5.0, 5.1, 5.0])
    assert plateau(swept, wide).score == pytest.approx(1 - 0.1 / 5.1)


def test_the_worst_neighbour_says_how_steep_the_cliff_is() -> None:
    found = plateau({"length": [1, 2, 3, 4, 5]}, np.array([0.0, 4.0, 5.0, -2.0, 0.0]))
    assert (found.best, found.figure, found.neighbours.tolist()) == (2, 5.0, [1, 3])
    assert (found.mean_loss, found.worst_loss) == (4.0, 7.0)
    assert found.score == pytest.approx(1 - 4 / 5)


@given(
    st.lists(st.integers(-9, 9).map(float), min_size=len(GRID), max_size=len(GRID)),
    st.sampled_from([0.25, 1.0, 8.0]),
    st.integers(-99, 99),
)
def test_the_score_knows_neither_unit_nor_zero(drawn: list[float], unit: float, shift: int) -> None:
    figure = np.array(drawn)
    one, other = plateau(SWEPT, figure), plateau(SWEPT, unit * figure + shift)
    assert (other.best, other.neighbours.tolist()) == (one.best, one.neighbours.tolist())
    assert other.mean_loss == pytest.approx(unit * one.mean_loss)
    assert other.score == pytest.approx(one.score, nan_ok=True)


def test_a_random_search_asks_a_tenth_of_the_values_around() -> None:
    chance = np.random.default_rng(2)
    x, y = chance.permutation(np.arange(201)), chance.permutation(np.arange(201))
    figure = -np.hypot(x - 100, y - 100)
    found = plateau({"x": x.tolist(), "y": y.tolist()}, figure, reach=0.1)
    beside = (np.abs(x - x[found.best]) <= 20) & (np.abs(y - y[found.best]) <= 20)
    assert set(found.neighbours.tolist()) == set(np.flatnonzero(beside).tolist()) - {found.best}


def test_without_a_neighbour_there_is_no_score() -> None:
    found = plateau({"on": [True, False]}, np.array([1.0, 0.0]))
    assert found.neighbours.tolist() == []
    assert isnan(found.score)
    assert isnan(found.mean_loss)


def test_where_all_sets_are_alike_there_is_no_peak_to_score() -> None:
    found = plateau({"x": [1, 2, 3]}, np.zeros(3))
    assert found.mean_loss == 0.0
    assert isnan(found.score)


def test_a_profit_factor_without_a_loss_is_no_best() -> None:
    assert plateau({"x": [1, 2, 3]}, np.array([inf, 1.0, nan])).best == 1


def test_sets_without_any_figure_have_no_best() -> None:
    with pytest.raises(InvariantBroken, match="no set"):
        plateau({"x": [1, 2]}, np.array([nan, inf]))


def test_a_parameter_without_a_value_for_each_set_is_a_bug() -> None:
    with pytest.raises(InvariantBroken, match="y: one value"):
        marginals({"x": [1, 2], "y": [1]}, np.zeros(2))
