"""What a sweep tells beside its trades."""

import numpy as np
import pytest

from actors.lab.regime_path import regime_path
from actors.paper import FUNDING_MS as CHARGED_MS
from actors.system import crew_params
from core.errors import ConfigurationError, InvariantBroken
from core.lab.returns import sharpe_ratios
from core.sweep.market import FUNDING_MS, Market
from core.sweep.params import Trial
from core.sweep.sweep import Sweep
from settings import load
from tests.actors.made import market

SOURCE = market(2_000)
PARAMS = crew_params(load(profile="bare-trend"))


def made() -> Sweep:
    bars, path = SOURCE.whole().bars, regime_path(SOURCE, PARAMS)
    return Sweep(bars, path, measure=PARAMS.measure, evaluation=PARAMS.evaluation, flow=PARAMS.flow)


def test_rows_come_in_the_order_of_the_trials_whatever_their_patterns() -> None:
    trials: list[Trial] = [
        {"measure.donchian_bars": bars, "trend.stop_atr": stop} for stop in (1, 2) for bars in (40, 10)
    ]
    together = made().run(trials, keep_trades=True)
    for place, trial in enumerate(trials):
        alone = made().run([trial], keep_trades=True)
        assert together.summary(place) == alone.summary(0)
        assert [t | {"set": 0} for t in together.trades_of(place)] == alone.trades_of(0)


def test_more_trials_than_a_batch_are_all_run_and_told_of() -> None:
    told: list[int] = []
    trials: list[Trial] = [{"trend.stop_atr": 1 + n / 1_000} for n in range(1_100)]
    result = made().run(trials, on_progress=told.append)
    assert told == [1_024, 1_100]
    assert (result.accounts["trades"] > 0).all()
    assert result.summary(1_099) == made().run([trials[1_099]]).summary(0)


def test_days_give_a_sharpe_ratio_for_every_trial() -> None:
    result = made().run([{}, {"trend.stop_atr": 3.0}], keep_days=True)
    equity, returns = result.daily_equity(), result.daily_returns()
    assert equity.shape == (8, 2)
    np.testing.assert_allclose(equity[0] * np.prod(1 + returns, axis=0), equity[-1])
    assert np.isfinite(sharpe_ratios(returns)).all()


def test_what_was_not_kept_cannot_be_read() -> None:
    result = made().run([{}])
    with pytest.raises(ValueError, match="keep_days"):
        result.daily_equity()
    with pytest.raises(ValueError, match="keep_trades"):
        result.trades_of(0)


def test_no_trial_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="at least one trial"):
        made().run([])


def test_a_regime_path_over_other_bars_is_refused() -> None:
    path = regime_path(SOURCE, PARAMS, limit_bars=100)
    with pytest.raises(InvariantBroken, match="100 bars"):
        Market(SOURCE.whole().bars, path, measure=PARAMS.measure, flow=PARAMS.flow)


def test_funding_is_due_when_the_paper_venue_charges_it() -> None:
    assert FUNDING_MS == CHARGED_MS
