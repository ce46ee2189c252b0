"""Giving sets up early changes which sets are run to the end, and nothing else."""

from typing import Any

import numpy as np
import optuna
import pytest

from actors.lab.search.sampled import BATCH, sampled
from actors.lab.search.search import Search
from actors.lab.search.space import ranges
from actors.system import crew_params
from core.errors import ConfigurationError
from settings import load
from tests.actors.made import market

SPACE = ranges(["trend.stop_atr=1:3:0.25", "measure.donchian_bars=10:80"])
TRIALS = 3 * BATCH
PREFIXES = (0.25, 0.5)


@pytest.fixture(scope="module")
def search() -> Search:
    return Search(market(8_000, seed=3), crew_params(load(profile="bare-trend", overrides=["measure.warm_up_bars=60"])))


def drawn(search: Search, sampler: str, *, prune: bool, metric: str = "final_equity") -> tuple[list[Any], list[Any]]:
    pruned: list[Any] = []
    kept = sampled(
        search.run,
        SPACE,
        trials=TRIALS,
        metrics=[metric],
        sampler=sampler,
        seed=4,
        prefixes=[search.prefix(share) for share in PREFIXES] if prune else (),
        on_pruned=pruned.append,
    )
    return kept, pruned


@pytest.mark.parametrize("sampler", ["tpe", "random"])
def test_pruned_sets_are_never_among_those_a_best_is_chosen_from(search: Search, sampler: str) -> None:
    kept, pruned = drawn(search, sampler, prune=True)
    assert len(kept) + len(pruned) == TRIALS
    assert pruned
    assert kept[:BATCH] == drawn(search, sampler, prune=False)[0][:BATCH]  # nobody to compare the first with
    result = search.run(kept)
    best = result.trials[search.judged(result, ["final_equity"]).order[0]]
    assert best not in [each for each in pruned if each not in kept]
    assert drawn(search, sampler, prune=True) == (kept, pruned)


def test_a_set_is_given_up_because_it_was_worse_than_the_median_on_a_beginning(search: Search) -> None:
    kept, pruned = drawn(search, "random", prune=True)
    short = [search.prefix(share) for share in PREFIXES]
    begun = [np.array(run(kept[:BATCH]).final_equity) for run in short]
    first = next(each for each in pruned if each not in kept)
    figures = [run([first]).final_equity[0] for run in short]
    assert any(figure < np.median(column) + 1e-9 for figure, column in zip(figures, begun, strict=True))


def test_a_sampler_that_does_not_learn_draws_the_same_sets_with_and_without_pruning(search: Search) -> None:
    kept, pruned = drawn(search, "random", prune=True)
    every, none = drawn(search, "random", prune=False)
    assert none == []
    assert sorted(map(repr, kept + pruned)) == sorted(map(repr, every))
    whole = dict(zip(map(repr, every), search.run(every).final_equity, strict=True))
    assert [whole[repr(each)] for each in kept] == search.run(kept).final_equity.tolist()


def test_without_pruning_the_sets_are_those_of_a_plain_study(search: Search) -> None:
    study = optuna.create_study(sampler=optuna.samplers.TPESampler(seed=4), direction="maximize")
    plain: list[Any] = []
    for _ in range(TRIALS // BATCH):
        asked = [study.ask() for _ in range(BATCH)]
        sets = [
            {
                "trend.stop_atr": trial.suggest_float("trend.stop_atr", 1.0, 3.0, step=0.25),
                "measure.donchian_bars": trial.suggest_int("measure.donchian_bars", 10, 80),
            }
            for trial in asked
        ]
        for trial, figure in zip(asked, search.run(sets).final_equity.tolist(), strict=True):
            study.tell(trial, figure)
        plain += sets
    assert drawn(search, "tpe", prune=False)[0] == plain


def test_a_beginning_is_the_same_market_cut_short(search: Search) -> None:
    sets = [{"trend.stop_atr": 1.0}, {"trend.stop_atr": 2.0}]
    short, own = search.prefix(0.5)(sets), Search(market(8_000, seed=3), search._params, limit_bars=4_000).run(sets)
    assert short.final_equity.tolist() == own.final_equity.tolist()
    assert short.accounts["trades"].min() > 5


def test_a_set_without_a_value_yet_is_not_given_up() -> None:
    late = Search(
        market(3_000, seed=3), crew_params(load(profile="bare-trend", overrides=["measure.warm_up_bars=2000"]))
    )
    pruned: list[Any] = []
    kept = sampled(
        late.run,
        SPACE,
        trials=2 * BATCH,
        metrics=["expectancy_r"],
        sampler="random",
        seed=1,
        prefixes=[late.prefix(0.25)],
        on_pruned=pruned.append,
    )
    assert (len(kept), pruned) == (2 * BATCH, [])


def test_several_metrics_cannot_be_pruned_by(search: Search) -> None:
    with pytest.raises(ConfigurationError, match="--no-prune"):
        sampled(
            search.run,
            SPACE,
            trials=1,
            metrics=["sharpe", "final_equity"],
            sampler="nsga2",
            seed=1,
            prefixes=[search.prefix(0.5)],
        )
