"""Every trade, fill and transition of a compiled set is the deciding actors' own."""

from math import isclose
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pytest

from actors.adapters.files.candles import read_candles
from actors.adapters.files.macro import read_macro
from actors.adapters.files.news import read_news
from actors.crew import CrewParams
from actors.lab.regime_path import regime_path
from actors.replay import ReplaySource
from actors.system import crew_params
from core.sweep.params import Trial
from core.sweep.sweep import Sweep
from settings import load
from tests.actors.made import market
from tests.core.sweep.faithful import changed, run

LONG = "BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet"
SPOT_1M = "BTCUSDT_binance_spot_1m_2025-05_2025-08.feather"
PERP = "BTCUSDT_bybit_perp_5m_2025-01_2025-05.feather"
FADES = ("regime.pinned=CHOP", "reversion.min_reward_to_risk=0.2", "cost.reversion_max_target=1")
LIVELY = (
    "cost.taker_fee_pct=0.01",
    "cost.maker_fee_pct=0",
    "cost.trend_max_r=1",
    "regime.risk_off_policy=reduced",
    "guards.min_reward_to_risk=0.5",
)
"""Settings under which the default profile trades often, and short-only regimes trade at all."""


def sweep_of(source: ReplaySource, params: CrewParams) -> Sweep:
    path = regime_path(source, params)
    return Sweep(source.whole().bars, path, measure=params.measure, evaluation=params.evaluation, flow=params.flow)


def assert_equal(source: ReplaySource, params: CrewParams, trials: list[Trial]) -> list[dict[str, Any]]:
    """Run both engines on every trial and compare all that a sweep tells."""
    result = sweep_of(source, params).run(trials, keep_trades=True, keep_days=True)
    plain = sweep_of(source, params).run(trials)
    days = result.daily_equity()
    for place, trial in enumerate(trials):
        faithful = run(source, changed(params, trial))
        told = result.trades_of(place)
        assert len(told) == len(faithful.trades), trial
        for ours, theirs in zip(told, faithful.trades, strict=True):
            assert not differences(ours, theirs), trial
        assert result.transitions(place) == faithful.transitions, trial
        assert not differences(result.summary(place), faithful.summary), trial
        assert plain.summary(place) == result.summary(place)
        np.testing.assert_allclose(days[:, place], faithful.days, rtol=1e-9)
    return [result.summary(place) for place in range(len(trials))]


def differences(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What is not the same: money and prices but for rounding, all else exactly."""
    return {
        name: (ours[name], value)
        for name, value in theirs.items()
        if (
            not isclose(ours[name], value, rel_tol=1e-9, abs_tol=1e-9)
            if isinstance(value, float)
            else ours[name] != value
        )
    }


def real(shared_data: Path, first: int, last: int, *, name: str = LONG, macro: bool = False) -> ReplaySource:
    """A stretch of real candles, with what was known around it."""
    bars = read_candles(shared_data / "candles" / name).bars.between(first, last)
    if not macro:
        return ReplaySource(bars, [], [])
    ends = {"first_ms": int(bars.open_ms[0]), "last_ms": int(bars.open_ms[-1])}
    news = read_news(shared_data / "news" / "bitcoin_headlines_labelled_2021-11_2023-06.csv.gz")
    return ReplaySource(bars, read_macro(shared_data / "macro", **ends), news)


def breakouts(random: Random) -> Trial:
    """A set of breakout settings."""
    return {
        "measure.donchian_bars": random.randint(2, 120),
        "measure.atr_bars": random.choice((7, 14, 14, 30)),
        "trend.stop_method": random.choice(("atr", "atr", "donchian")),
        "trend.stop_atr": round(random.uniform(0.3, 4.0), 2),
        "trend.stop_buffer_atr": round(random.uniform(0.0, 1.0), 2),
        "trend.partial_at_r": round(random.uniform(0.2, 3.0), 2),
        "trend.partial_fraction": random.choice((0.0, 0.25, 0.5, 0.7)),
        "trend.trail_atr": round(random.uniform(0.3, 4.0), 2),
        "trend.time_stop_bars": random.choice((0, 0, 3, 24)),
        "cost.slippage_bps": random.choice((0.0, 1.0, 5.0)),
        "cost.funding_pct": random.choice((0.0, 0.01, -0.02)),
        "risk.risk_pct": random.choice((0.02, 0.5, 2.0)),
        "risk.daily_loss_pct": random.choice((1.0, 5.0, 1000.0)),
        "risk.weekly_loss_pct": random.choice((2.0, 10.0, 1000.0)),
        "risk.reduce_at": random.choice((0.3, 1.0)),
    }


def fades(random: Random) -> Trial:
    """A set of reversion settings."""
    return {
        "measure.atr_bars": random.choice((7, 14, 14, 30)),
        "reversion.band_method": random.choice(("atr", "sigma")),
        "reversion.k_atr": round(random.uniform(0.3, 4.0), 2),
        "reversion.k_sigma": round(random.uniform(0.3, 3.0), 2),
        "reversion.stop_method": random.choice(("swing", "band")),
        "reversion.stop_buffer_atr": round(random.uniform(0.0, 1.5), 2),
        "reversion.target_fraction": random.choice((0.3, 0.5, 1.0)),
        "reversion.secondary_target": random.choice(("none", "opposite_band")),
        "reversion.entry_live_bars": random.randint(1, 6),
        "reversion.time_stop_bars": random.choice((0, 5, 24)),
        "reversion.anti_trend_filter": random.choice((True, False)),
        "reversion.anti_trend_slope_pct": round(random.uniform(0.05, 0.5), 2),
        "reversion.min_reward_to_risk": round(random.uniform(0.0, 1.0), 2),
        "cost.reversion_max_target": round(random.uniform(0.1, 1.0), 2),
        "cost.maker_fee_pct": random.choice((-0.01, 0.0, 0.02)),
        "risk.risk_pct": random.choice((0.1, 1.0, 2.0)),
        "risk.daily_loss_pct": random.choice((1.0, 5.0)),
        "risk.weekly_loss_pct": random.choice((3.0, 10.0)),
        "risk.reduced_multiplier": random.choice((0.25, 0.5)),
    }


def everything(random: Random) -> Trial:
    """A set of both, and of the guards."""
    guards = {
        "trend.slope_filter": random.choice((True, False)),
        "trend.open_air_target_r": round(random.uniform(1.0, 5.0), 1),
        "cost.trend_max_r": round(random.uniform(0.1, 1.0), 2),
        "guards.off": random.choice(((), (), ("confidence",), ("flow", "reward"), ("liquidity", "cost"))),
        "guards.block_unmeasured": random.choice(
            (("signal", "regime", "cost"), ("signal", "regime", "cost", "structure", "liquidity", "slope", "flow"))
        ),
        "guards.structure_required": random.choice((True, False)),
        "guards.gap_quarantine_bars": random.choice((0, 20, 300)),
        "guards.max_range_atr": round(random.uniform(1.0, 6.0), 1),
        "guards.min_reward_to_risk": round(random.uniform(0.0, 2.0), 1),
        "guards.execution_confidence": round(random.uniform(0.3, 0.7), 2),
        "risk.max_notional_pct": random.choice((5.0, 95.0, 300.0)),
        "risk.max_notional": random.choice((0.0, 2_000.0)),
        "risk.start_balance": random.choice((300.0, 10_000.0)),
        "measure.warm_up_bars": random.choice((0, 500)),
    }
    return {**breakouts(random), **fades(random), **guards}


def seeded(make: Any, seed: int, count: int) -> list[Trial]:
    """Trials that are the same in every run."""
    random = Random(seed)
    return [make(random) for _ in range(count)]


def test_breakouts_are_the_actors_own(shared_data: Path) -> None:
    params = crew_params(load(profile="bare-trend"))
    told = assert_equal(real(shared_data, 0, 6_000), params, [{}, *seeded(breakouts, 1, 4)])
    assert told[0]["trades"] > 100


def test_breakouts_in_ticks_and_lots_are_the_actors_own(shared_data: Path) -> None:
    overrides = (
        "instrument.tick=0.1",
        "instrument.lot=0.001",
        "instrument.min_quantity=0.001",
        "risk.start_balance=900",
    )
    params = crew_params(load(profile="bare-trend", overrides=overrides))
    assert_equal(real(shared_data, 0, 4_000, name=PERP), params, seeded(breakouts, 2, 4))


def test_fades_are_the_actors_own(shared_data: Path) -> None:
    params = crew_params(load(overrides=FADES))
    told = assert_equal(real(shared_data, 2_000, 8_000), params, [{}, *seeded(fades, 3, 4)])
    assert told[0]["trades"] > 20


def test_the_default_profile_with_macro_and_news_is_the_actors_own(shared_data: Path) -> None:
    """Across the start of the headlines, with every regime's rules."""
    params = crew_params(load(overrides=LIVELY))
    told = assert_equal(real(shared_data, 30_000, 36_000, macro=True), params, [{}, *seeded(everything, 4, 4)])
    assert told[0]["trades"] > 0


@pytest.mark.parametrize("seed", [1, 2])
def test_made_markets_with_missing_bars_are_the_actors_own(seed: int) -> None:
    """Also where no real candles are at hand; days begin within the gap."""
    source = market(3_000, seed=seed, without=(700, 701, *range(1_400, 1_900)))
    assert_equal(source, crew_params(load(overrides=LIVELY)), [{}, *seeded(everything, 10 + seed, 3)])


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    ("make", "profile", "overrides"),
    [(breakouts, "bare-trend", ()), (fades, "default", FADES), (everything, "default", LIVELY)],
)
def test_many_sets_are_the_actors_own(
    shared_data: Path, make: Any, profile: str, overrides: tuple[str, ...], seed: int
) -> None:
    params = crew_params(load(profile=profile, overrides=overrides))
    source = real(shared_data, 30_000 * seed, 30_000 * seed + 30_000, macro=make is everything)
    assert_equal(source, params, seeded(make, 100 + seed, 4))
