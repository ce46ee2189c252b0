"""Resampled trades against exact enumeration, and what no draw may change."""

from collections import Counter
from collections.abc import Callable
from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigurationError
from core.lab import montecarlo
from core.lab.drawdown import drawdown
from core.lab.montecarlo import Outcomes, reordered, resampled, slipped

TRADES = np.array([0.10, -0.05, 0.02, -0.20, 0.15])
SHARES = st.lists(st.floats(-0.9, 2.0), max_size=25).map(np.array)


def chance(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def curve(shares: tuple[float, ...]) -> np.ndarray:
    return np.cumprod([1.0, *(1 + share for share in shares)])


def test_reordering_finds_the_drawdowns_of_every_order() -> None:
    drawn = reordered(TRADES, paths=20_000, chance=chance())
    exact = Counter(round(drawdown(curve(order)).max_pct, 9) for order in permutations(TRADES))
    seen = Counter(np.round(drawn.max_drawdown_pct, 9).tolist())
    assert set(seen) == set(exact)
    for depth, orders in exact.items():
        assert seen[depth] / 20_000 == pytest.approx(orders / 120, abs=0.015)
    assert drawn.drawdown_quantiles([0, 1]) == pytest.approx([min(exact), max(exact)])


@given(SHARES, st.integers(0, 5))
def test_no_order_changes_where_it_ends(shares: np.ndarray, seed: int) -> None:
    drawn = reordered(shares, paths=7, chance=chance(seed))
    assert drawn.final == pytest.approx(np.full(7, np.prod(1 + shares)))


def test_resampling_one_by_one_finds_every_outcome_at_its_probability() -> None:
    shares = np.array([0.5, -0.5, 0.1])
    drawn = resampled(shares, paths=40_000, chance=chance(), block=1)
    exact = Counter(round(float(curve(path)[-1]), 9) for path in product(shares, repeat=3))
    seen = Counter(np.round(drawn.final, 9).tolist())
    assert set(seen) == set(exact)
    for final, count in exact.items():
        assert seen[final] / 40_000 == pytest.approx(count / 27, abs=0.01)


def test_long_blocks_only_turn_the_circle() -> None:
    drawn = resampled(TRADES, paths=500, chance=chance(), block=1e12)
    turns = {round(drawdown(curve(tuple(np.roll(TRADES, -k)))).max_pct, 9) for k in range(5)}
    assert set(np.round(drawn.max_drawdown_pct, 9)) == turns
    assert drawn.final == pytest.approx(np.full(500, np.prod(1 + TRADES)))


@pytest.mark.parametrize("block", [1, 4, 10])
def test_blocks_have_the_mean_length_asked_for(block: float) -> None:
    drawn = montecarlo._stationary(1000, 200, chance(), block)
    follows = (np.diff(drawn, axis=1) % 1000 == 1).mean()
    assert follows == pytest.approx(1 - 1 / block, abs=0.01)
    assert np.bincount(drawn.ravel(), minlength=1000).min() > 0


def test_blocks_keep_the_streaks_that_single_draws_tear_apart() -> None:
    streaks = np.repeat(np.tile([0.01, -0.01], 10), 20)
    torn = resampled(streaks, paths=400, chance=chance(), block=1).drawdown_quantiles([0.5])[0]
    kept = resampled(streaks, paths=400, chance=chance(), block=20).drawdown_quantiles([0.5])[0]
    assert kept > 1.5 * torn


def test_without_a_block_given_it_is_the_cube_root() -> None:
    shares = chance(3).normal(0, 0.01, 64)
    given_, own = (resampled(shares, paths=9, chance=chance(), block=block) for block in (64 ** (1 / 3), None))
    assert given_.final.tolist() == own.final.tolist()


def test_slippage_costs_its_mean_and_never_helps() -> None:
    r_multiples = np.tile([2.0, -1.0], 50)
    drawn = slipped(r_multiples, risk_share=1e-6, cost_r=0.1, paths=4000, chance=chance())
    none = slipped(r_multiples, risk_share=1e-6, cost_r=0.0, paths=1, chance=chance()).final[0]
    assert none == pytest.approx(1 + 50e-6, abs=1e-8)
    assert (drawn.final < none).all()
    assert (none - drawn.final.mean()) / 1e-6 == pytest.approx(100 * 0.1, rel=0.01)


def test_each_trade_may_risk_its_own_share() -> None:
    drawn = slipped(np.array([1.0, 1.0]), risk_share=np.array([0.5, 0.25]), cost_r=0.0, paths=2, chance=chance())
    assert drawn.final.tolist() == [1.5 * 1.25] * 2


def test_a_path_that_lost_all_stays_at_nothing() -> None:
    drawn = reordered(np.array([-1.5, 0.5, 3.0]), paths=50, chance=chance())
    assert drawn.final.tolist() == [0.0] * 50
    assert drawn.max_drawdown_pct.tolist() == [100.0] * 50
    assert drawn.ruin_probability(0.0) == 1.0


def test_ruin_is_the_share_of_paths_that_ever_stood_so_low() -> None:
    drawn = reordered(np.array([-0.5, 1.0]), paths=4000, chance=chance())
    assert drawn.ruin_probability(0.5) == pytest.approx(0.5, abs=0.03)
    assert drawn.ruin_probability(0.499) == 0.0
    assert drawn.ruin_probability(1.0) == 1.0


@given(SHARES, st.integers(0, 3))
def test_bands_start_at_one_never_cross_and_end_at_the_final_quantiles(shares: np.ndarray, seed: int) -> None:
    drawn = resampled(shares, paths=20, chance=chance(seed))
    levels = [0.05, 0.5, 0.95]
    bands = drawn.bands(levels)
    assert (bands[:, 0] == 1).all()
    assert (np.diff(bands, axis=0) >= 0).all()
    assert bands[:, -1].tolist() == drawn.final_quantiles(levels).tolist()
    assert (drawn.steps[0], drawn.steps[-1]) == (0, len(shares))


def test_long_histories_are_kept_at_two_hundred_steps() -> None:
    drawn = reordered(np.full(10_000, 0.0001), paths=3, chance=chance())
    assert len(drawn.steps) == drawn.paths.shape[1] == 201
    assert drawn.paths[0] == pytest.approx(1.0001**drawn.steps)


@pytest.mark.parametrize(
    "draw",
    [
        lambda generator: reordered(TRADES, paths=40, chance=generator),
        lambda generator: resampled(TRADES, paths=40, chance=generator),
        lambda generator: slipped(TRADES, risk_share=0.1, cost_r=0.2, paths=40, chance=generator),
    ],
)
def test_the_same_seed_gives_the_same_paths_and_another_one_others(
    draw: Callable[[np.random.Generator], Outcomes],
) -> None:
    one, same, other = (draw(chance(seed)).max_drawdown_pct.tolist() for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_paths_drawn_in_several_parts_are_all_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(montecarlo, "_CELLS", 20)
    drawn = reordered(TRADES, paths=11, chance=chance())
    assert drawn.final == pytest.approx(np.full(11, np.prod(1 + TRADES)))
    assert len(np.unique(drawn.max_drawdown_pct)) > 3


def test_without_trades_nothing_happens() -> None:
    none = np.array([])
    for drawn in (
        reordered(none, paths=3, chance=chance()),
        resampled(none, paths=3, chance=chance()),
        slipped(none, risk_share=0.01, cost_r=0.1, paths=3, chance=chance()),
    ):
        assert drawn.final.tolist() == [1.0] * 3
        assert drawn.max_drawdown_pct.tolist() == [0.0] * 3


def test_impossible_numbers_are_refused() -> None:
    with pytest.raises(ConfigurationError, match="paths is 0"):
        reordered(TRADES, paths=0, chance=chance())
    with pytest.raises(ConfigurationError, match=r"block is 0\.5"):
        resampled(TRADES, paths=1, chance=chance(), block=0.5)
    with pytest.raises(ConfigurationError, match=r"cost_r is -0\.1"):
        slipped(TRADES, risk_share=0.01, cost_r=-0.1, paths=1, chance=chance())
