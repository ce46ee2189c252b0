import subprocess
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from actors.adapters.files.candles import read_candles
from core.errors import InvariantBroken
from core.market.aggregate import aggregate
from core.market.bars import Bars, Flags
from core.measure.columns import TEXTS, ReadingColumns, columns
from core.measure.panel import Panel, PanelParams
from core.measure.reading import Reading

FIVE = 300_000
HOUR = 3_600_000
NAMES = tuple(field.name for field in fields(Reading))
LONG = "BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet"
MINUTES = "BTCUSDT_binance_spot_1m_2025-05_2025-08.feather"
MOSTLY_MISSING = "messy/BTCUSDT_bybit_1m_mostly_missing.parquet"
PRICES = ("open", "high", "low", "close", "volume")

Row = tuple[float | int | str, ...]


def streamed(bars: Bars, params: PanelParams) -> Iterator[Row]:
    panel, values = Panel(params, bars.timeframe_ms), attrgetter(*NAMES)
    flaws = [False] * len(bars) if bars.incomplete is None else bars.incomplete.tolist()
    given_columns = (getattr(bars, name).tolist() for name in ("open_ms", *PRICES))
    for row in zip(*given_columns, flaws, strict=True):
        yield values(panel.update(*row))


def differ(got: npt.NDArray[Any], wanted: npt.NDArray[Any]) -> Flags:
    """NaN equals NaN; 0.0 is not -0.0."""
    unequal: Flags = got != wanted
    if got.dtype.kind != "f":
        return unequal
    measured = ~np.isnan(got)
    last_bit: Flags = np.where(measured, unequal | (np.signbit(got) != np.signbit(wanted)), ~np.isnan(wanted))
    return last_bit


def differences(bars: Bars, params: PanelParams | None = None, *, block: int = 20_000) -> list[str]:
    """Fields in which the pass and the panel differ, each with the first bar that does."""
    wanted = params or PanelParams()
    whole, rows = columns(bars, wanted), streamed(bars, wanted)
    found: dict[str, int] = {}
    for first in range(0, len(bars), block):
        for name, values in zip(NAMES, zip(*islice(rows, block), strict=True), strict=True):
            column = getattr(whole, name)[first : first + block]
            got = np.array(TEXTS[name])[column] if name in TEXTS else column
            unequal = np.flatnonzero(differ(got, np.array(values)))
            if len(unequal):
                found.setdefault(name, first + int(unequal[0]))
    return [f"{name} from bar {bar} on" for name, bar in found.items()]


def made(count: int, *, step_ms: int = FIVE) -> Bars:
    """A made-up walk on a coarse grid, so that prices are often equal."""
    made_up = np.random.default_rng(count)
    close = 100.0 + np.cumsum(made_up.integers(-2, 3, count)) / 4.0
    open_ = close + made_up.integers(-2, 3, count) / 4.0
    high = np.maximum(open_, close) + made_up.integers(0, 3, count) / 4.0
    low = np.minimum(open_, close) - made_up.integers(0, 3, count) / 4.0
    volume = np.multiply(1.5, made_up.integers(0, 3, count), dtype=np.float64)
    return Bars("BTCUSDT", step_ms, np.arange(count) * step_ms, open_, high, low, close, volume)


def candles(shared_data: Path, name: str) -> Bars:
    return read_candles(shared_data / "candles" / name).bars


def test_there_is_a_column_for_every_field_of_a_reading_and_no_other() -> None:
    assert tuple(field.name for field in fields(ReadingColumns)) == NAMES


@pytest.mark.parametrize(
    ("got", "wanted", "different"),
    [
        ([np.nan], [np.nan], [False]),
        ([-np.nan], [np.nan], [False]),
        ([np.nan], [1.0], [True]),
        ([1.0], [np.nan], [True]),
        ([0.0], [-0.0], [True]),
        ([1.0, 1.0], [1.0, np.nextafter(1.0, 2.0)], [False, True]),
    ],
)
def test_the_comparison_itself_sees_the_last_bit(got: list[float], wanted: list[float], different: list[bool]) -> None:
    assert differ(np.array(got), np.array(wanted)).tolist() == different


def test_importing_the_columns_does_not_load_what_only_a_pass_needs() -> None:
    program = "import sys, core.measure.columns; print([m for m in ('numba', 'talib') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("count", [0, 1, 2, 6, 7, 14, 15, 19, 20, 21, 288, 289, 500])
def test_a_short_history_reads_the_same(count: int) -> None:
    bars = made(count)
    assert len(columns(bars, PanelParams())) == count
    assert differences(bars) == []


@pytest.mark.parametrize("minutes", [1, 7, 60, 90, 1_440])
def test_bars_of_any_length_read_the_same(minutes: int) -> None:
    assert differences(made(600, step_ms=minutes * 60_000)) == []


@pytest.mark.parametrize(
    "params",
    [
        PanelParams(donchian_bars=2, atr_bars=2, slope_ema_hours=2, vwap_window_bars=2, visible_bars=2, swing_bars=1),
        PanelParams(swing_bars=100, sweep_bars=100, visible_bars=10_000, vwap_window_bars=10_000),
        PanelParams(sweep_bars=1, level_half_life_bars=1, prior_day_weight=0.0, session_weight=0.3),
        PanelParams(
            asia_open_hour=22, asia_close_hour=6, london_open_hour=24, london_close_hour=0, new_york_open_hour=9
        ),
        PanelParams(visible_weight=1.0, swing_weight=0.9, asia_open_hour=5, asia_close_hour=5),
    ],
)
def test_every_parameter_reaches_the_pass(params: PanelParams) -> None:
    assert differences(made(3_000), params) == []


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.sampled_from([1, 1, 1, 2, 11, 12, 13, 288, 900]), max_size=80),
    seed=st.integers(0, 2**32 - 1),
    first=st.integers(0, 2_000),
    window=st.integers(2, 12),
    width=st.integers(1, 4),
)
@example(steps=[12], seed=0, first=5, window=2, width=1)
def test_gaps_flaws_still_markets_and_equal_prices_read_the_same(
    steps: list[int], seed: int, first: int, window: int, width: int
) -> None:
    made_up = np.random.default_rng(seed)
    count = len(steps)
    low, close, open_, high = np.sort(made_up.integers(10, 15, (count, 4)) * 1.1, axis=1).T
    rising = made_up.random(count) < 0.5
    bars = Bars(
        symbol="BTCUSDT",
        timeframe_ms=FIVE,
        open_ms=(first + np.cumsum(np.array(steps, dtype=np.int64))) * FIVE,
        open=np.where(rising, close, open_),
        high=high,
        low=low,
        close=np.where(rising, open_, close),
        volume=np.multiply(0.7, made_up.integers(0, 3, count), dtype=np.float64),
        incomplete=made_up.random(count) < 0.1,
    )
    params = PanelParams(
        donchian_bars=window,
        atr_bars=window,
        slope_ema_hours=window,
        vwap_window_bars=window,
        visible_bars=window,
        swing_bars=width,
        sweep_bars=width,
        level_half_life_bars=window,
    )
    assert differences(bars, params) == []


def test_a_row_is_the_reading_of_that_bar_written_over_the_given_one() -> None:
    bars = made(400)
    whole, into = columns(bars, PanelParams()), Reading()
    for i, row in enumerate(streamed(bars, PanelParams())):
        assert whole.row(i, into) is into
        assert repr(into.values()) == repr(dict(zip(NAMES, row, strict=True)))


@pytest.mark.parametrize("late", [FIVE, 0])
def test_a_bar_that_is_not_later_is_refused_in_the_panels_words(late: int) -> None:
    bars = replace(made(3), open_ms=np.array([0, FIVE, late]))
    with pytest.raises(InvariantBroken) as by_the_panel:
        list(streamed(bars, PanelParams()))
    with pytest.raises(InvariantBroken) as by_the_pass:
        columns(bars, PanelParams())
    assert str(by_the_pass.value) == str(by_the_panel.value)


def test_columns_of_any_layout_read_the_same_and_are_not_compiled_for_again() -> None:
    from core.measure.batch.levels import nearest_level  # noqa: PLC0415 - loads numba, which another test here forbids

    bars = made(300)
    sparse: dict[str, Any] = {name: np.repeat(getattr(bars, name), 2)[::2] for name in ("open_ms", *PRICES)}
    sealed: dict[str, Any] = {name: getattr(bars, name).copy() for name in PRICES}
    for column in sealed.values():
        column.flags.writeable = False
    assert differences(replace(bars, **sparse)) == []
    assert differences(replace(bars, **sealed)) == []
    assert len(nearest_level.signatures) == 1  # type: ignore[attr-defined]


def test_the_bars_themselves_are_left_alone() -> None:
    bars = made(300)
    before = bars.sha256()
    columns(bars, PanelParams())
    assert bars.sha256() == before


def test_the_first_weeks_of_real_bars_read_the_same(shared_data: Path) -> None:
    assert differences(candles(shared_data, LONG).between(0, 10_000)) == []


@pytest.mark.parametrize("minutes", [1, 5, 15, 60])
def test_real_gaps_and_the_bars_they_leave_incomplete_read_the_same(shared_data: Path, minutes: int) -> None:
    bars = aggregate(candles(shared_data, MOSTLY_MISSING), minutes * 60_000)
    assert len(bars.gaps()) > 50
    assert (bars.incomplete is None) == (minutes == 1)
    assert differences(bars.between(0, 10_000)) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "pattern", [LONG, "BTCUSDT_b*5m_202[135]-0*", MINUTES, "freqtrade/*", "messy/*", "multi_*/*", "perp_1h_1d/*"]
)
def test_every_bar_of_every_candle_file_reads_the_same(shared_data: Path, pattern: str) -> None:
    files = sorted((shared_data / "candles").glob(pattern))
    assert files
    assert {file.name: found for file in files if (found := differences(read_candles(file).bars))} == {}
