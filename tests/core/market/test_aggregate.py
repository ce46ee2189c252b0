import random
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from core.errors import ConfigurationError, FeedMalformed
from core.market.aggregate import Aggregator, Bar, aggregate
from core.market.bars import Bars

MINUTE = 60_000
COLUMNS = ("open", "high", "low", "close", "volume")


def part(minute: int, price: float = 1.0, *, incomplete: bool = False) -> Bar:
    return Bar(minute * MINUTE, price, price + 1.0, price - 1.0, price + 0.5, 2.0, incomplete)


def to_bars(parts: list[Bar], timeframe_ms: int = MINUTE) -> Bars:
    columns = {name: np.array([getattr(each, name) for each in parts], dtype=np.float64) for name in COLUMNS}
    flags = np.array([each.incomplete for each in parts], dtype=np.bool_)
    return Bars(
        symbol="BTCUSDT",
        timeframe_ms=timeframe_ms,
        open_ms=np.array([each.open_ms for each in parts], dtype=np.int64),
        incomplete=flags if flags.any() else None,
        **columns,
    )


def to_parts(bars: Bars) -> list[Bar]:
    flags = bars.incomplete if bars.incomplete is not None else np.zeros(len(bars), dtype=np.bool_)
    columns = (bars.open_ms, bars.open, bars.high, bars.low, bars.close, bars.volume, flags)
    return [Bar(*row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def stream(parts: list[Bar], timeframe_ms: int, parts_ms: int = MINUTE) -> list[Bar]:
    aggregator = Aggregator(timeframe_ms, parts_ms)
    return [bar for each in parts for bar in aggregator.add(each)]


def test_a_bar_closes_with_its_last_part_and_not_before() -> None:
    aggregator = Aggregator(5 * MINUTE, MINUTE)
    assert [aggregator.add(part(minute, 10.0 + minute)) for minute in range(4)] == [()] * 4
    assert aggregator.add(part(4, 9.0)) == (Bar(0, 10.0, 14.0, 8.0, 9.5, 10.0, incomplete=False),)


def test_a_bar_cut_short_closes_incomplete_when_a_later_part_arrives() -> None:
    aggregator = Aggregator(5 * MINUTE, MINUTE)
    aggregator.add(part(0))
    (closed,) = aggregator.add(part(7))
    assert (closed.open_ms, closed.incomplete, closed.volume) == (0, True, 2.0)


def test_a_part_that_ends_two_bars_closes_both_in_order() -> None:
    aggregator = Aggregator(5 * MINUTE, MINUTE)
    aggregator.add(part(0))
    assert [(bar.open_ms, bar.incomplete) for bar in aggregator.add(part(9))] == [(0, True), (5 * MINUTE, True)]


def test_one_missing_or_incomplete_part_flags_that_bar_alone() -> None:
    holed = [part(minute) for minute in range(15) if minute != 2]
    assert [bar.incomplete for bar in stream(holed, 5 * MINUTE)] == [True, False, False]
    flawed = [part(minute, incomplete=minute == 6) for minute in range(15)]
    assert [bar.incomplete for bar in stream(flawed, 5 * MINUTE)] == [False, True, False]
    assert stream(flawed, 5 * MINUTE) == to_parts(aggregate(to_bars(flawed), 5 * MINUTE))


def test_no_bar_is_invented_in_a_gap_nor_given_out_unfinished() -> None:
    parts = [part(minute) for minute in (*range(5), *range(20, 25), 30)]
    assert [bar.open_ms // MINUTE for bar in stream(parts, 5 * MINUTE)] == [0, 20]
    assert len(aggregate(to_bars(parts), 5 * MINUTE)) == 2


@pytest.mark.parametrize("count", [0, 1, 4])
def test_too_few_parts_give_no_bar(count: int) -> None:
    assert len(aggregate(to_bars([part(minute) for minute in range(count)]), 5 * MINUTE)) == 0


def test_parts_of_the_same_timeframe_come_out_as_they_went_in() -> None:
    parts = [part(minute, float(minute)) for minute in (1, 2, 4)]
    assert stream(parts, MINUTE) == parts
    assert to_parts(aggregate(to_bars(parts), MINUTE)) == parts


@pytest.mark.parametrize(("timeframe", "parts_ms"), [(MINUTE, 5 * MINUTE), (5 * MINUTE, 2 * MINUTE), (5 * MINUTE, 0)])
def test_a_timeframe_that_is_no_multiple_of_its_parts_is_refused(timeframe: int, parts_ms: int) -> None:
    with pytest.raises(ConfigurationError, match="whole multiple"):
        Aggregator(timeframe, parts_ms)
    with pytest.raises(ConfigurationError, match="whole multiple"):
        aggregate(to_bars([], parts_ms), timeframe)


def test_parts_out_of_order_or_off_the_grid_are_refused() -> None:
    aggregator = Aggregator(5 * MINUTE, MINUTE)
    aggregator.add(part(1))
    with pytest.raises(FeedMalformed, match="came after"):
        aggregator.add(part(1))
    with pytest.raises(FeedMalformed, match="grid"):
        aggregator.add(part(2)._replace(open_ms=2 * MINUTE + 1))


@pytest.mark.parametrize("seed", range(20))
def test_columns_equal_the_stream_whatever_is_missing(seed: int) -> None:
    rng = random.Random(seed)
    kept = sorted(rng.sample(range(200), rng.randint(1, 199)))
    parts = [part(minute, rng.random(), incomplete=rng.random() < 0.01) for minute in kept]
    assert to_parts(aggregate(to_bars(parts), 15 * MINUTE)) == stream(parts, 15 * MINUTE)


def real(path: Path, time: str) -> Bars:
    frame = (pd.read_feather if path.suffix == ".feather" else pd.read_parquet)(path)
    frame = frame.drop_duplicates(time).sort_values(time)
    stamps = frame[time]
    if not pd.api.types.is_numeric_dtype(stamps):
        stamps = pd.Series(stamps.to_numpy(dtype="datetime64[ms]").astype(np.int64))
    columns = {name: frame[name].to_numpy(dtype=np.float64) for name in COLUMNS}
    return Bars(symbol="BTCUSDT", timeframe_ms=MINUTE, open_ms=stamps.to_numpy(dtype=np.int64), **columns)


@pytest.mark.parametrize("minutes", [5, 15, 60, 240])
@pytest.mark.parametrize(
    ("file", "time"),
    [
        ("BTCUSDT_binance_spot_1m_2025-05_2025-08.feather", "date"),
        ("messy/BTCUSDT_bybit_1m_mostly_missing.parquet", "ts"),
    ],
)
def test_columns_equal_the_stream_bit_for_bit_on_real_minutes(
    shared_data: Path, file: str, time: str, minutes: int
) -> None:
    bars = real(shared_data / "candles" / file, time)
    streamed = stream(to_parts(bars), minutes * MINUTE)
    columns = aggregate(bars, minutes * MINUTE)
    assert to_parts(columns) == streamed
    assert len(streamed) > 0
    assert not np.any(columns.open_ms % (minutes * MINUTE))
    assert (columns.incomplete is not None) == ("missing" in file)
