"""Probability of backtest overfitting: a plain enumeration of the paper's steps, noise, and one good trial."""

from itertools import combinations
from math import comb, isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigurationError
from core.lab import overfitting as module
from core.lab.overfitting import overfitting
from core.lab.returns import moments


def noise(periods: int, trials: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal((periods, trials))


def plainly(returns: np.ndarray, blocks: int) -> list[tuple[int, float, float, float]]:
    """Per split: the pick, its Sharpe ratio in and out of sample, its rank out of sample; no ties expected."""
    parts = np.array_split(np.arange(len(returns)), blocks)
    found = []
    for inside in combinations(range(blocks), blocks // 2):
        within = np.concatenate([parts[i] for i in inside])
        without = np.concatenate([parts[i] for i in range(blocks) if i not in inside])
        seen = [moments(trial).sharpe for trial in returns[within].T]
        unseen = [moments(trial).sharpe for trial in returns[without].T]
        pick = seen.index(max(seen))
        found.append((pick, seen[pick], unseen[pick], 1.0 + sum(other < unseen[pick] for other in unseen)))
    return found


@pytest.mark.parametrize(("periods", "trials", "blocks"), [(40, 5, 4), (43, 8, 6), (12, 2, 2), (61, 3, 8)])
def test_every_split_is_the_papers_own(periods: int, trials: int, blocks: int) -> None:
    returns = noise(periods, trials, seed=periods)
    found, expected = overfitting(returns, blocks=blocks), plainly(returns, blocks)
    picks, within, without, ranks = (np.array(column) for column in zip(*expected, strict=True))
    assert len(found.logits) == comb(blocks, blocks // 2)
    assert found.picks.tolist() == picks.tolist()
    assert found.in_sample == pytest.approx(within)
    assert found.out_of_sample == pytest.approx(without)
    relative = ranks / (trials + 1)
    assert found.logits == pytest.approx(np.log(relative / (1 - relative)))
    assert found.pbo == pytest.approx((relative < 0.5).mean() + (relative == 0.5).mean() / 2)
    assert found.probability_of_loss == (without < 0).mean()
    slope, intercept = np.polyfit(within, without, 1)
    assert (found.slope, found.intercept) == pytest.approx((slope, intercept))


@pytest.mark.parametrize("trials", [2, 11, 40])
def test_a_search_in_noise_overfits_half_of_the_time(trials: int) -> None:
    found = [overfitting(noise(240, trials, seed), blocks=8).pbo for seed in range(120)]
    assert np.mean(found) == pytest.approx(0.5, abs=0.06)


def test_one_trial_that_is_better_than_all_others_is_found_again() -> None:
    returns = noise(480, 30)
    returns[:, 12] += 0.5
    found = overfitting(returns)
    assert found.pbo == 0.0
    assert set(found.picks.tolist()) == {12}
    assert found.probability_of_loss == 0.0
    assert len(found.logits) == 12_870


def test_trials_that_shine_in_one_half_only_are_found_out() -> None:
    returns = noise(400, 10)
    for trial, block in enumerate(np.array_split(np.arange(400), 10)):
        returns[block, trial] += 4.0  # each has its one good stretch, and is worst wherever that is missing
        returns[:, trial] -= returns[:, trial].mean()
    found = overfitting(returns, blocks=10)
    assert found.pbo > 0.9
    assert found.slope < 0
    assert found.probability_of_loss > 0.9


@given(st.integers(0, 50), st.sampled_from([1e-3, 1.0, 250.0]))
def test_leverage_and_the_order_of_trials_do_not_matter(seed: int, leverage: float) -> None:
    returns = noise(36, 6, seed)
    order = np.random.default_rng(seed).permutation(6)
    one, other = overfitting(returns, blocks=6), overfitting(leverage * returns[:, order], blocks=6)
    assert other.pbo == one.pbo
    assert order[other.picks].tolist() == one.picks.tolist()
    assert other.logits == pytest.approx(one.logits)


def test_among_copies_of_one_trial_the_pick_is_the_median() -> None:
    found = overfitting(np.repeat(noise(160, 1), 37, axis=1), blocks=8)
    assert found.pbo == 0.5
    assert not found.logits.any()


def test_trials_that_never_trade_stand_at_zero_between_gains_and_losses() -> None:
    gains = np.abs(noise(80, 1)) + 0.1
    found = overfitting(np.hstack([np.zeros((80, 2)), gains, -gains]), blocks=4)
    assert set(found.picks.tolist()) == {2}
    assert found.pbo == 0.0
    still = overfitting(np.zeros((80, 3)), blocks=4)
    assert (still.pbo, still.probability_of_loss) == (0.5, 0.0)
    assert isnan(still.slope)
    assert isnan(still.intercept)


def test_many_trials_are_ranked_in_several_parts_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = overfitting(noise(60, 7), blocks=6)
    monkeypatch.setattr(module, "_CELLS", 21)
    parts = overfitting(noise(60, 7), blocks=6)
    assert parts.logits.tolist() == whole.logits.tolist()
    assert parts.in_sample == pytest.approx(whole.in_sample)


@pytest.mark.parametrize(("periods", "blocks"), [(100, 5), (100, 0), (100, 22), (31, 16)])
def test_blocks_that_cannot_be_halved_or_filled_are_refused(periods: int, blocks: int) -> None:
    with pytest.raises(ConfigurationError, match=f"blocks is {blocks}"):
        overfitting(noise(periods, 3), blocks=blocks)


def test_without_a_choice_there_is_no_overfitting_to_measure() -> None:
    with pytest.raises(ConfigurationError, match="at least 2"):
        overfitting(noise(100, 1))
