"""A stretch is traded with warm measures and decides nothing outside itself; search and actors agree on it."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from actors.kernel.transcript import Transcript
from actors.lab.backtest import backtest
from actors.lab.fold.market import FoldSource, folded
from actors.lab.fold.search import FoldSearch, joined
from actors.lab.regime_path import regime_records
from actors.lab.search.search import Disagreement, hold
from actors.lab.tearsheet.trades import trades
from actors.replay import ReplaySource
from actors.system import crew_params
from core.errors import ConfigurationError
from core.messages import MacroPublished
from core.records import Transition
from settings import load
from tests.actors.made import BAR_MS, START_MS, bars_of, market, swung

LIVELY = ("cost.taker_fee_pct=0.01", "cost.trend_max_r=1", "measure.warm_up_bars=300")
TRIALS = [{"trend.stop_atr": stop, "measure.donchian_bars": length} for stop in ("1", "2") for length in ("15", "40")]


def params(*overrides: str, profile: str = "bare-trend") -> Any:
    return crew_params(load(profile=profile, overrides=overrides))


@pytest.mark.parametrize("profile", ["bare-trend", "default"])
@pytest.mark.parametrize("warm_up", [0, 100, 1_000])
def test_search_and_actors_come_to_the_same_on_a_stretch(profile: str, warm_up: int) -> None:
    fold = FoldSource(market(6_000, seed=3), (1_111, 4_321), warm_up=warm_up)
    result = FoldSearch([fold], params(*LIVELY, profile=profile)).run(TRIALS)
    for place, trial in enumerate(TRIALS):
        settings = (f"{name}={value}" for name, value in trial.items())
        hold(result, place, backtest(fold, params(*LIVELY, *settings, profile=profile)))
    if profile == "bare-trend":
        assert result.accounts["trades"].min() > 5


def test_the_regime_of_a_stretch_knows_the_price_from_its_warm_up() -> None:
    fold, scribe = FoldSource(swung(6_000, seed=3), (1_111, 4_321), warm_up=1_000), Transcript()
    backtest(fold, params(profile="default"), scribe=scribe)
    made = [each for each in scribe.records if isinstance(each, Transition) and each.machine == "regime"]
    assert regime_records(fold, params(profile="default")) == made
    first_ms = START_MS + 1_111 * BAR_MS
    assert any("price" in str(each.facts.get("inputs")) for each in made if each.ts < first_ms + 60 * 3_600_000)


def test_a_search_that_was_not_warm_is_refused() -> None:
    source = market(6_000, seed=3)
    warm, cold = (FoldSource(source, (1_111, 4_321), warm_up=bars) for bars in (1_000, 0))
    result = FoldSearch([cold], params()).run([{}])
    with pytest.raises(Disagreement):
        hold(result, 0, backtest(warm, params()))


def test_trades_lie_within_the_stretch_and_begin_where_the_whole_markets_do() -> None:
    source, first, last = market(6_000, seed=3), 1_111, 4_321
    fold = FoldSource(source, (first, last), warm_up=first)
    scribe, whole = Transcript(), Transcript()
    backtest(fold, params("measure.warm_up_bars=0"), scribe=scribe)
    backtest(source, params(), scribe=whole)
    found = [trade.opened_ms for trade in trades(scribe.records)]
    opens = START_MS + np.array([first, last]) * BAR_MS
    assert all(opens[0] < opened_ms <= opens[1] for opened_ms in found)
    shared = {trade.opened_ms for trade in trades(whole.records)} & set(found)
    assert len(shared) > 0.8 * len(found) > 8


def test_what_is_published_after_the_stretch_or_happens_after_it_changes_nothing() -> None:
    bars = bars_of(3_000)
    other = replace(bars, close=np.where(np.arange(3_000) < 2_000, bars.close, bars.high))
    days = [MacroPublished(START_MS + day * 86_400_000, "dxy", "1d", 110.0 - 0.3 * day) for day in range(12)]
    end_ms = START_MS + 2_000 * BAR_MS
    moved = [each if each.ts <= end_ms else MacroPublished(each.ts, "dxy", "1d", 500.0) for each in days]
    plain, changed = (
        FoldSource(ReplaySource(b, m, []), (1_000, 2_000), warm_up=500) for b, m in ((bars, days), (other, moved))
    )
    assert plain.fingerprint() == changed.fingerprint()
    ours, theirs = (backtest(each, params()) for each in (plain, changed))
    assert ours["transitions_sha256"] == theirs["transitions_sha256"]


def test_a_stretch_without_bars_is_refused_with_what_to_do() -> None:
    source = ReplaySource(bars_of(1_000, without=tuple(range(300, 600))), [], [])
    span = (START_MS + 310 * BAR_MS, START_MS + 590 * BAR_MS)
    with pytest.raises(ConfigurationError, match=r"holds 0 bars.*--from"):
        folded(source, span, params())


def test_two_stretches_are_one_account_that_earned_both() -> None:
    source = market(6_000, seed=3)
    folds = [FoldSource(source, span, warm_up=500) for span in ((500, 2_000), (3_000, 6_000))]
    parts = [FoldSearch([each], params()).run(TRIALS) for each in folds]
    both = joined(parts)
    grown = [part.final_equity / part.start_equity for part in parts]
    assert both.final_equity == pytest.approx(both.start_equity * grown[0] * grown[1])
    assert both.accounts["closed"].tolist() == (parts[0].accounts["closed"] + parts[1].accounts["closed"]).tolist()
    deepest = np.maximum(*(part.accounts["max_drawdown_pct"] for part in parts))
    assert (both.accounts["max_drawdown_pct"] >= deepest).all()
    assert both.daily_returns() == pytest.approx(np.concatenate([part.daily_returns() for part in parts]))


def test_the_days_of_the_warm_up_are_not_counted() -> None:
    fold = FoldSource(market(6_000, seed=3), (288 * 4, 288 * 9), warm_up=288 * 3)
    assert FoldSearch([fold], params()).run([{}]).daily_returns().shape == (5, 1)
