from collections import Counter
from dataclasses import fields, replace
from datetime import UTC, datetime
from itertools import islice

import numpy as np
import pytest

from actors.adapters.sim.market import START_MS, SimMarket
from actors.adapters.sim.params import SimParams
from core.durations import DAY_MS
from core.errors import ConfigurationError
from core.market.bars import Bars
from core.market.chunk import Chunk

FIVE_MINUTES_MS = 300_000


def market(seed: int = 1, *, timeframe_ms: int = FIVE_MINUTES_MS, start_ms: int = START_MS) -> SimMarket:
    return SimMarket(SimParams(), seed=seed, timeframe_ms=timeframe_ms, start_ms=start_ms)


def days(source: SimMarket, count: int) -> list[Chunk]:
    return list(islice(source.chunks(), count))


def same(a: Chunk, b: Chunk) -> bool:
    return (a.bars.sha256(), a.macro, a.news) == (b.bars.sha256(), b.macro, b.news)


def columns(bars: Bars) -> tuple[np.ndarray, ...]:
    return bars.open, bars.high, bars.low, bars.close


def test_the_same_seed_gives_the_same_bytes() -> None:
    assert all(same(a, b) for a, b in zip(days(market(), 20), days(market(), 20), strict=True))
    assert same(market().history(), market().history())


def test_another_seed_gives_another_market() -> None:
    one, other = days(market(seed=1), 3), days(market(seed=2), 3)
    assert not any(a.bars.sha256() == b.bars.sha256() for a, b in zip(one, other, strict=True))
    assert [a.macro for a in one] != [b.macro for b in other]
    assert [a.news for a in one] != [b.news for b in other]


def test_another_parameter_gives_another_market() -> None:
    livelier = SimMarket(replace(SimParams(), quiet_vol_pct=23.0), seed=1)
    assert livelier.history().bars.sha256() != market().history().bars.sha256()


def test_a_day_does_not_depend_on_how_it_was_reached() -> None:
    asked_for_history, interrupted = market(), market()
    asked_for_history.history()
    days(interrupted, 3)
    plain = days(market(), 8)[7]
    assert same(days(asked_for_history, 8)[7], plain)
    assert same(days(interrupted, 8)[7], plain)


def test_the_first_days_stay_when_more_are_asked_for() -> None:
    assert all(same(a, b) for a, b in zip(days(market(), 4), days(market(), 9), strict=False))


@pytest.mark.parametrize("timeframe_ms", [60_000, FIVE_MINUTES_MS, 3_600_000])
def test_every_day_is_whole_and_follows_the_day_before_without_a_gap(timeframe_ms: int) -> None:
    source = market(timeframe_ms=timeframe_ms)
    last_ms = int(source.history().bars.open_ms[-1])
    for number, day in enumerate(days(source, 10)):
        assert len(day.bars) == DAY_MS // timeframe_ms
        assert day.bars.open_ms[0] == START_MS + number * DAY_MS == last_ms + timeframe_ms
        assert not day.bars.gaps()
        last_ms = int(day.bars.open_ms[-1])


def test_the_market_starts_on_a_monday_at_midnight() -> None:
    start = datetime.fromtimestamp(START_MS / 1000, UTC)
    assert (start.weekday(), start.hour, start.minute, start.second) == (0, 0, 0, 0)


def test_history_fills_the_warm_up_and_ends_before_the_start() -> None:
    history = market().history()
    assert len(history.bars) == SimParams().history_days * 288
    assert not history.bars.gaps()
    assert history.bars.open_ms[-1] == START_MS - FIVE_MINUTES_MS
    assert max(value.ts for value in history.macro) < START_MS
    assert all(START_MS - DAY_MS <= headline.ts < START_MS for headline in history.news)


@pytest.mark.parametrize("asked", [2, 60])
def test_history_has_the_days_asked_for(asked: int) -> None:
    source = SimMarket(replace(SimParams(), history_days=asked), seed=1)
    assert len(source.history().bars) == asked * 288
    assert int(days(source, 1)[0].bars.open_ms[0]) == START_MS


def test_history_reaches_back_beyond_every_look_back() -> None:
    oldest: dict[tuple[str, str], int] = {}
    for value in market().history().macro:
        oldest.setdefault((value.feed, value.timeframe), value.ts)
    assert set(oldest) == {("dxy", "4h"), ("dxy", "1d"), ("btc_dominance", "1d")}
    assert all(ts < START_MS - 14 * DAY_MS for ts in oldest.values())


@pytest.mark.parametrize("seed", range(3))
def test_candles_are_consistent(seed: int) -> None:
    for day in days(market(seed), 40):
        opened, high, low, close = columns(day.bars)
        assert (high >= np.maximum(opened, close)).all()
        assert (low <= np.minimum(opened, close)).all()
        assert (low > 0).all()
        assert (day.bars.volume > 0).all()


def test_candles_are_consistent_in_the_wildest_market_that_can_be_set() -> None:
    wild = replace(
        SimParams(), start_price=1_000.0, violent_vol_pct=400.0, trend_vol_pct=300.0, trend_strength=2.0,
        swing_strength=2.0, jump_size=20.0, jumps_per_day=48.0, price_home_days=120.0, vol_spread=1.0,
    )  # fmt: skip
    for day in days(SimMarket(wild, seed=3), 400):
        opened, high, low, close = columns(day.bars)
        assert np.isfinite(high).all()
        assert (low >= 1.0).all()
        assert (high >= np.maximum(opened, close)).all()
        assert (low <= np.minimum(opened, close)).all()


def test_prices_are_whole_ticks_and_volumes_whole_lots() -> None:
    bars = days(market(), 1)[0].bars
    for column in columns(bars):
        assert (np.round(column, 1) == column).all()
    assert (np.round(bars.volume, 3) == bars.volume).all()


def test_a_bar_opens_within_a_few_basis_points_of_the_last_close() -> None:
    bars = market().history().bars
    step_bps = 10_000 * np.abs(bars.open[1:] / bars.close[:-1] - 1)
    assert 0 < np.max(step_bps) < 2


def test_ten_years_stay_within_a_believable_price() -> None:
    closes = [day.bars.close[-1] for day in days(market(), 3_650)]
    assert min(closes) > 5_000
    assert max(closes) < 700_000


def test_the_hidden_regime_is_nowhere_in_what_comes_out() -> None:
    chunk = days(market(), 1)[0]
    assert [field.name for field in fields(chunk)] == ["bars", "macro", "news", "calendars", "derivatives"]
    assert chunk.calendars == []
    assert chunk.derivatives == []
    assert chunk.bars.incomplete is None
    assert {headline.source for headline in chunk.news} == {"simulated wire"}
    assert [name for name in vars(market()) if not name.startswith("_")] == ["symbol", "timeframe_ms"]
    assert set(market().fingerprint()) == {
        "venue", "seed", "symbol", "timeframe_ms", "start_ms", "params", "history_sha256",
    }  # fmt: skip


def test_the_fingerprint_tells_markets_apart() -> None:
    assert market().fingerprint() == market().fingerprint()
    others = [
        market(seed=2),
        market(start_ms=START_MS + DAY_MS),
        market(timeframe_ms=60_000),
        SimMarket(SimParams(), seed=1, symbol="ETHUSDT"),
        SimMarket(replace(SimParams(), vol_spread=0.3), seed=1),
    ]
    assert all(other.fingerprint() != market().fingerprint() for other in others)


@pytest.mark.parametrize("seed", [0, 2**64])
def test_any_seed_from_zero_on_makes_a_market(seed: int) -> None:
    assert len(days(market(seed), 1)[0].bars) == 288


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"seed": -1}, "seed is -1"),
        ({"start_ms": START_MS + 1}, f"start_ms is {START_MS + 1}"),
        ({"start_ms": -DAY_MS}, "start_ms is -"),
        ({"timeframe_ms": 30_000}, "timeframe_ms is 30000"),
        ({"timeframe_ms": 420_000}, "timeframe_ms is 420000"),
        ({"timeframe_ms": 7_200_000}, "timeframe_ms is 7200000"),
        ({"timeframe_ms": 0}, "timeframe_ms is 0"),
    ],
)
def test_an_impossible_market_is_refused_by_name(wrong: dict[str, int], named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        market(**wrong)


def test_news_and_macro_of_a_day_are_sorted_and_lie_within_it() -> None:
    for day in days(market(), 30):
        first = int(day.bars.open_ms[0])
        for events in (day.macro, day.news):
            times = [event.ts for event in events]
            assert times == sorted(times)
            assert all(first <= ts < first + DAY_MS for ts in times)


def test_quiet_and_violent_stretches_both_show_in_the_range_of_bars() -> None:
    bars = [day.bars for day in days(market(), 60)]
    hourly = np.concatenate([((b.high - b.low) / b.close).reshape(24, 12).mean(axis=1) for b in bars]) * 100
    quiet, median, lively = np.percentile(hourly, [15, 50, 85])
    assert quiet < 0.15
    assert 0.2 < median < 0.5
    assert lively > 0.48
    assert lively > 4 * quiet


def test_a_stretch_lasts_for_hours() -> None:
    bars = [day.bars for day in days(market(), 60)]
    hourly = np.log(np.concatenate([((b.high - b.low) / b.close).reshape(24, 12).mean(axis=1) for b in bars]))
    centered = hourly - hourly.mean()
    kinship = [float(np.mean(centered[lag:] * centered[:-lag]) / np.mean(centered**2)) for lag in (3, 48)]
    assert kinship[0] > 0.5
    assert kinship[1] < 0.4


def test_volume_follows_volatility() -> None:
    bars = market().history().bars
    spread = (bars.high - bars.low) / bars.close
    assert np.corrcoef(np.log(spread + 1e-6), np.log(bars.volume))[0, 1] > 0.6


def test_the_day_is_livelier_when_new_york_opens_than_before_asia() -> None:
    spread = np.mean([(day.bars.high - day.bars.low) / day.bars.close for day in days(market(), 200)], axis=0)
    hours = spread.reshape(24, 12).mean(axis=1)
    assert hours[14] > 1.3 * hours[22]


def test_about_as_many_headlines_appear_as_the_setting_says() -> None:
    count = Counter(len(day.news) for day in days(market(), 300))
    mean = sum(number * times for number, times in count.items()) / 300
    assert 19 < mean < 23  # 20 and those of jumps
