"""The papers' own worked examples, and what must hold for any returns."""

from math import e, inf, isnan, nan, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigurationError, InvariantBroken
from core.lab.returns import Moments, moments, sharpe_ratios
from core.lab.sharpe import (
    deflate,
    deflated_sharpe,
    expected_maximum_sharpe,
    independent_trials,
    luck_variance,
    minimum_track_record,
    probabilistic_sharpe,
)


def shaped(sharpe: float, periods: int, *, skew: float = 0.0, kurtosis: float = 3.0) -> Moments:
    return Moments(periods=periods, mean=sharpe, deviation=1.0, skew=skew, kurtosis=kurtosis)


SHAPES = st.builds(
    lambda sharpe, periods, skew, fat: shaped(sharpe, periods, skew=skew, kurtosis=1 + skew**2 + fat),
    st.floats(-0.9, 0.9),
    st.integers(2, 5000),
    st.floats(-3, 3),
    st.floats(0.1, 20),
)


# Bailey & López de Prado (2012): a hedge fund's two years of monthly returns, a Sharpe ratio of 0.458 a month (1.59 a
# year): convincing if they were normal, not as they are.
@pytest.mark.parametrize(("skew", "kurtosis", "expected"), [(0.0, 3.0, 0.982), (-2.448, 10.164, 0.913)])
def test_probabilistic_sharpe_of_the_hedge_fund_example(skew: float, kurtosis: float, expected: float) -> None:
    shape = shaped(0.458, 24, skew=skew, kurtosis=kurtosis)
    assert probabilistic_sharpe(shape) == pytest.approx(expected, abs=5e-4)


# Likewise: a yearly Sharpe ratio of 2 to be told from one of 1 at 95 %; years, by frequency.
@pytest.mark.parametrize(
    ("per_year", "skew", "kurtosis", "years"),
    [(252, 0.0, 3.0, 2.73), (52, 0.0, 3.0, 2.83), (12, 0.0, 3.0, 3.24), (12, -0.72, 5.78, 4.99)],
)
def test_minimum_track_record_of_the_published_example(
    per_year: int, skew: float, kurtosis: float, years: float
) -> None:
    shape = shaped(2 / sqrt(per_year), 100, skew=skew, kurtosis=kurtosis)
    assert minimum_track_record(shape, benchmark=1 / sqrt(per_year)) / per_year == pytest.approx(years, abs=5e-3)


# Bailey & López de Prado (2014): five years of days, a yearly Sharpe ratio of 2.5, the best of 100 whose yearly ratios
# have a variance of 1/2; skew -3, kurtosis 10. It would have passed at 95 % after 46 trials, 88 if returns were normal.
BEST, VARIANCE = 2.5 / sqrt(250), 1 / (2 * 250)


def test_luck_of_the_published_example() -> None:
    assert expected_maximum_sharpe(trials=100, variance=VARIANCE) == pytest.approx(0.1132, abs=5e-5)


@pytest.mark.parametrize(
    ("trials", "skew", "kurtosis", "expected"), [(100, -3, 10, 0.9004), (46, -3, 10, 0.9505), (88, 0, 3, 0.9505)]
)
def test_deflated_sharpe_of_the_published_example(trials: int, skew: float, kurtosis: float, expected: float) -> None:
    shape = shaped(BEST, 1250, skew=skew, kurtosis=kurtosis)
    assert deflated_sharpe(shape, trials=trials, variance=VARIANCE) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(("trials", "searches"), [(10, 400), (100, 200), (1000, 40)])
def test_the_best_of_worthless_trials_shows_the_sharpe_ratio_expected_of_luck(trials: int, searches: int) -> None:
    chance = np.random.default_rng(trials)
    seen = [sharpe_ratios(chance.standard_normal((250, trials))).max() for _ in range(searches)]
    assert np.mean(seen) == pytest.approx(expected_maximum_sharpe(trials=trials, variance=luck_variance(250)), rel=0.06)


def test_the_true_chance_is_what_the_probabilistic_sharpe_says_of_worthless_returns() -> None:
    chance = np.random.default_rng(7)
    said = np.array([probabilistic_sharpe(moments(chance.standard_normal(120))) for _ in range(2000)])
    assert [(said > level).mean() for level in (0.5, 0.9, 0.95)] == pytest.approx([0.5, 0.1, 0.05], abs=0.03)


def test_more_trials_ask_more_and_a_single_one_asks_nothing() -> None:
    asked = [expected_maximum_sharpe(trials=n, variance=0.01) for n in (1, 1.01, 1.5, 2, 3, 10, 1e3, 1e9, 1e18)]
    assert asked[:2] == [0.0, 0.0]
    assert asked == sorted(asked)
    assert np.isfinite(asked).all()


def test_one_trial_is_not_deflated() -> None:
    shape = shaped(0.1, 500)
    assert deflated_sharpe(shape, trials=1) == probabilistic_sharpe(shape)


def test_trials_that_were_not_kept_vary_as_luck_does() -> None:
    shape = shaped(0.1, 500)
    assert deflated_sharpe(shape, trials=20) == deflated_sharpe(shape, trials=20, variance=1 / 499)


@given(SHAPES)
def test_a_track_record_is_long_enough_exactly_when_it_proves_the_point(shape: Moments) -> None:
    needed = minimum_track_record(shape, confidence=0.95)
    if abs(needed - shape.periods) > 1e-6:
        assert (probabilistic_sharpe(shape) > 0.95) == (shape.periods > needed)


@given(SHAPES, st.floats(-1, 1), st.floats(0.01, 1))
def test_a_higher_benchmark_is_never_surer_to_be_beaten(shape: Moments, benchmark: float, more: float) -> None:
    assert probabilistic_sharpe(shape, benchmark=benchmark + more) <= probabilistic_sharpe(shape, benchmark=benchmark)


def test_what_shows_no_edge_can_never_prove_one() -> None:
    assert minimum_track_record(shaped(0.0, 100)) == inf
    assert minimum_track_record(shaped(-0.1, 100)) == inf
    assert minimum_track_record(shaped(0.1, 100), benchmark=0.1) == inf


def test_returns_that_never_move_prove_nothing() -> None:
    still = Moments(100, 0.0, 0.0, nan, nan)
    assert isnan(probabilistic_sharpe(still))
    assert isnan(minimum_track_record(still))
    assert isnan(deflated_sharpe(Moments(1, 0.1, nan, nan, nan), trials=5))


def test_two_valued_returns_whose_estimate_has_no_variance_are_certain() -> None:
    skew = 2.0
    shape = shaped(2 / skew, 50, skew=skew, kurtosis=1 + skew**2)
    assert probabilistic_sharpe(shape) == 1.0


@pytest.mark.parametrize("confidence", [0.5, 1.0, nan])
def test_a_confidence_that_asks_nothing_or_all_is_refused(confidence: float) -> None:
    with pytest.raises(ConfigurationError, match="confidence is"):
        minimum_track_record(shaped(0.1, 10), confidence=confidence)


@pytest.mark.parametrize("trials", [0.99, 0, nan])
def test_less_than_one_trial_is_refused(trials: float) -> None:
    with pytest.raises(ConfigurationError, match="at least 1"):
        expected_maximum_sharpe(trials=trials, variance=1.0)


def test_the_formula_for_the_best_of_many_is_the_papers() -> None:
    cdf, euler = NormalDist().inv_cdf, 0.5772156649
    expected = (1 - euler) * cdf(1 - 1 / 30) + euler * cdf(1 - 1 / (30 * e))
    assert expected_maximum_sharpe(trials=30, variance=1.0) == pytest.approx(expected)


def correlated(trials: int, rho: float, periods: int = 20_000) -> np.ndarray:
    chance = np.random.default_rng(3)
    shared, own = chance.standard_normal((periods, 1)), chance.standard_normal((periods, trials))
    return sqrt(rho) * shared + sqrt(1 - rho) * own


@pytest.mark.parametrize("rho", [0.0, 0.3, 0.9])
def test_correlated_trials_count_for_fewer(rho: float) -> None:
    assert independent_trials(correlated(20, rho)) == pytest.approx(rho + (1 - rho) * 20, rel=0.03)


def test_copies_of_one_trial_count_once_whatever_their_size() -> None:
    one = np.random.default_rng(5).standard_normal((50, 1))
    assert independent_trials(one * np.array([1.0, 2.0, 0.01, 1e4])) == pytest.approx(1.0)


def test_the_mean_correlation_is_that_of_the_whole_matrix() -> None:
    returns = correlated(6, 0.4, periods=40)
    matrix = np.corrcoef(returns.T)
    mean = matrix[~np.eye(6, dtype=bool)].mean()
    assert independent_trials(returns) == pytest.approx(mean + (1 - mean) * 6)


def test_trials_that_never_traded_are_no_trials() -> None:
    returns = np.hstack([correlated(5, 0.2, periods=60), np.zeros((60, 3))])
    assert independent_trials(returns) == pytest.approx(independent_trials(returns[:, :5]))
    assert independent_trials(returns[:, 5:]) == 1.0
    assert independent_trials(returns[:, 4:]) == 1.0


def test_opposite_trials_count_for_no_more_than_there_are() -> None:
    one = np.random.default_rng(5).standard_normal((50, 1))
    assert independent_trials(np.hstack([one, -one])) == 2.0


def test_deflating_a_search_names_its_best_and_weighs_it() -> None:
    returns = correlated(30, 0.0, periods=500)
    returns[:, 17] += 0.3
    found = deflate(returns)
    assert (found.best, found.trials) == (17, 30)
    assert found.sharpe == pytest.approx(sharpe_ratios(returns)[17])
    assert found.variance == pytest.approx(sharpe_ratios(returns).var(ddof=1))
    assert found.probability == pytest.approx(
        deflated_sharpe(moments(returns[:, 17]), trials=found.independent, variance=found.variance)
    )
    assert found.probability > 0.95


def test_the_best_of_a_worthless_search_is_rarely_believed() -> None:
    chance = np.random.default_rng(11)
    believed = [deflate(chance.standard_normal((250, 50))).probability > 0.95 for _ in range(200)]
    undeflated = [deflate(chance.standard_normal((250, 50))).sharpe * sqrt(249) > 1.645 for _ in range(200)]
    assert np.mean(believed) <= 0.05
    assert np.mean(undeflated) > 0.8  # without deflation nearly every such search would be believed


def test_one_trial_alone_is_deflated_by_nothing() -> None:
    returns = correlated(1, 0.0, periods=100)
    found = deflate(np.hstack([returns, np.zeros((100, 1))]))
    assert (found.best, found.luck, found.variance) == (0, 0.0, 0.0)
    assert found.probability == probabilistic_sharpe(moments(returns[:, 0]))


def test_a_search_without_a_single_trade_has_no_best() -> None:
    with pytest.raises(InvariantBroken, match="no trial"):
        deflate(np.zeros((10, 3)))
