"""What a walk forward tells is what its folds did, and it chooses by what came before alone."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actors.lab.fold.plan import rolling
from actors.lab.walk_forward import Choice, Outcome, outcome, study
from actors.replay import ReplaySource
from actors.system import crew_params
from settings import load
from tests.actors.made import bars_of, market

GRID = [{"trend.stop_atr": stop} for stop in ("1", "2", "4")]
OVERRIDES = ("measure.warm_up_bars=60",)
PARAMS = crew_params(load(profile="bare-trend", overrides=OVERRIDES))


def choice(metric: str = "final_equity") -> Choice:
    def params_of(trial: Any) -> Any:
        settings = [f"{name}={value}" for name, value in trial.items()]
        return crew_params(load(profile="bare-trend", overrides=[*OVERRIDES, *settings]))

    return Choice(lambda _: list(GRID), metric, params_of)


def walked(source: ReplaySource, metric: str = "final_equity") -> list[Outcome]:
    cuts = rolling(source.whole().bars, train_days=5, test_days=3, embargo_bars=12, anchored=False)
    return [outcome(source, cut, choice(metric), PARAMS) for cut in cuts]


@pytest.fixture(scope="module")
def folds() -> list[Outcome]:
    return walked(market(288 * 16, seed=3))


def test_the_stitched_growth_is_the_product_of_the_tests(folds: list[Outcome]) -> None:
    found = study(folds, PARAMS, seed=1)
    grown = [float(str(each.result["final_equity"])) / float(str(each.result["start_balance"])) for each in folds]
    assert len(folds) == 3
    assert 1 + found.growth == pytest.approx(np.prod(grown))
    assert found.daily.periods == 10  # 9 days that begin an hour after midnight
    assert found.deflated <= found.probability
    assert found.findings
    learnt = np.prod([each.train_growth for each in folds])
    assert np.isnan(found.efficiency) == bool(learnt <= 1)


def test_the_chosen_set_is_the_best_of_the_training_and_its_rank_is_told(folds: list[Outcome]) -> None:
    for each in folds:
        assert each.trained == pytest.approx(each.train_growth * float(str(each.result["start_balance"])))
        assert each.tested == pytest.approx(each.result["final_equity"])
        assert each.beaten in (0.0, 0.25, 0.5, 0.75, 1.0)


def test_what_comes_after_a_training_does_not_change_the_choice() -> None:
    bars = bars_of(288 * 16, seed=3)
    (cut, *_) = rolling(bars, train_days=5, test_days=3, embargo_bars=12, anchored=False)
    late = bars.open_ms >= cut.train[0][1]
    bent = replace(bars, close=np.where(late, bars.low, bars.close))
    ours, theirs = (outcome(ReplaySource(each, [], []), cut, choice(), PARAMS) for each in (bars, bent))
    assert (ours.chosen, ours.trained) == (theirs.chosen, theirs.trained)
    assert ours.tested != theirs.tested
