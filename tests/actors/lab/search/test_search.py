"""A search's best is what the actors make of it, and a search that errs is refused."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actors.lab.search.metrics import chosen, values
from actors.lab.search.sampled import sampled
from actors.lab.search.search import Disagreement, Search
from actors.lab.search.space import grid, ranges
from actors.system import crew_params
from core.errors import ConfigurationError
from settings import load
from tests.actors.made import market

GRID = ["trend.stop_atr=1,2,3", "measure.donchian_bars=15,30"]


def params(*overrides: str) -> Any:
    return crew_params(load(profile="bare-trend", overrides=overrides))


@pytest.fixture(scope="module")
def search() -> Search:
    return Search(market(12_000, seed=3), params())


def test_the_best_of_a_grid_comes_first_and_the_actors_agree(search: Search) -> None:
    result = search.run(grid(GRID))
    found = search.judged(result, ["final_equity"])
    assert found.order == np.argsort(-result.final_equity, kind="stable").tolist()
    best = result.trials[found.order[0]]
    search.check(result, found.order[0], params(*(f"{name}={value}" for name, value in best.items())))
    assert found.luck["trials"] == len(result) == 6


def test_a_result_that_differs_from_the_actors_is_refused_by_its_first_figure(search: Search) -> None:
    result = search.run(grid(GRID))
    with pytest.raises(Disagreement, match="trades"):
        search.check(result, 0, params("trend.stop_atr=9"))
    dearer = replace(result, accounts=result.accounts.copy())
    dearer.accounts["fees"] *= 1 + 1e-6
    with pytest.raises(Disagreement, match="fees"):
        search.check(dearer, 0, params("trend.stop_atr=1", "measure.donchian_bars=15"))


def test_a_set_without_a_value_is_worse_than_all_others(search: Search) -> None:
    result = search.run([{}, {"measure.warm_up_bars": "20000"}])
    figures = values(result, chosen("expectancy_r, sharpe"))
    assert figures.shape == (2, 2)
    assert not np.isnan(figures).any()


@pytest.mark.parametrize("sampler", ["tpe", "random", "nsga2"])
def test_a_seed_draws_the_same_sets_again(search: Search, sampler: str) -> None:
    space = ranges(["trend.stop_atr=1:3:0.25", "measure.donchian_bars=10:40"])

    def drawn(seed: int) -> list[Any]:
        metrics = ["final_equity", "max_drawdown_pct"]
        return sampled(search.run, space, trials=40, metrics=metrics, sampler=sampler, seed=seed)

    assert drawn(1) == drawn(1) != drawn(2)
    assert all(1 <= each["trend.stop_atr"] <= 3 and 10 <= each["measure.donchian_bars"] <= 40 for each in drawn(1))


def test_nothing_to_draw_an_unknown_sampler_and_an_unknown_metric_are_refused(search: Search) -> None:
    with pytest.raises(ConfigurationError, match="--space"):
        sampled(search.run, [], trials=1, metrics=["sharpe"], sampler="tpe", seed=1)
    with pytest.raises(ConfigurationError, match="--sampler"):
        sampled(search.run, ranges(["a.x=1:2"]), trials=1, metrics=["sharpe"], sampler="luck", seed=1)
    with pytest.raises(ConfigurationError, match="--metric"):
        chosen("riches")
