import gzip
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from actors.adapters.files.candles import read_candles, symbol_of
from core.errors import ConfigurationError

START = 1_700_000_100_000
STEP = 300_000
TIMES = [START + STEP * i for i in range(4)]
ROWS = [[ts, 10.0 + i, 12.0 + i, 9.0 + i, 11.0 + i, 5.0 * i] for i, ts in enumerate(TIMES)]
HEADER = "timestamp,open,high,low,close,volume"


def text(rows: list[list[float]], *, header: str = HEADER, separator: str = ",") -> str:
    lines = [separator.join(map(str, row)) for row in rows]
    return "\n".join([header.replace(",", separator), *lines] if header else lines) + "\n"


def arrow(times: pa.Array, name: str = "date") -> pa.Table:
    columns = dict(zip(("open", "high", "low", "close", "volume"), list(zip(*ROWS, strict=True))[1:], strict=True))
    return pa.table({name: times, **columns})


def as_csv(path: Path) -> None:
    path.write_text(text(ROWS))


def as_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(text(ROWS).encode()))


def as_zip(path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("BTCUSDT-5m-2025-01.csv", text(ROWS, header=""))
    path.write_bytes(packed.getvalue())


def as_json(path: Path) -> None:
    path.write_text(json.dumps(ROWS))


def as_json_gzip(path: Path) -> None:
    path.write_bytes(gzip.compress(json.dumps(ROWS).encode()))


def as_parquet(path: Path) -> None:
    parquet.write_table(arrow(pa.array(TIMES, pa.timestamp("ms", "UTC"))), path)


def as_feather(path: Path) -> None:
    feather.write_feather(arrow(pa.array([ts * 1_000_000 for ts in TIMES], pa.timestamp("ns"))), path)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("BTCUSDT_5m.csv", as_csv),
        ("BTCUSDT_5m.CSV", as_csv),
        ("BTCUSDT_5m.csv.gz", as_gzip),
        ("BTCUSDT-5m-2025-01.zip", as_zip),
        ("BTCUSDT-5m-2025-01.csv.zip", as_zip),
        ("BTC_USDT-5m.json", as_json),
        ("BTC_USDT-5m.json.gz", as_json_gzip),
        ("BTCUSDT.parquet", as_parquet),
        ("BTCUSDT.pq", as_parquet),
        ("BTC_USDT_USDT-5m-futures.feather", as_feather),
    ],
)
def test_every_layout_gives_the_same_bars(tmp_path: Path, name: str, write: Callable[[Path], None]) -> None:
    write(tmp_path / name)
    candles = read_candles(tmp_path / name)
    bars = candles.bars
    assert (bars.symbol, bars.timeframe_ms, bars.open_ms.tolist()) == ("BTCUSDT", STEP, TIMES)
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    assert np.array_equal(np.stack(columns, axis=1), np.array(ROWS)[:, 1:])
    assert (candles.warnings, candles.gaps) == ((), [])


def test_a_kline_dump_reads_alike_with_and_without_its_header(tmp_path: Path) -> None:
    header = "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,taker_quote,ignore"
    rows = [[*row, row[0] + STEP - 1, 1.0, 7, 0.5, 0.5, 0] for row in ROWS]
    (tmp_path / "headed.csv").write_text(text(rows, header=header))
    (tmp_path / "bare.csv").write_text(text(rows, header=""))
    headed, bare = (read_candles(tmp_path / name).bars for name in ("headed.csv", "bare.csv"))
    assert headed.sha256() == bare.sha256()
    assert headed.open_ms.tolist() == TIMES


def test_separators_byte_order_marks_and_header_cases_are_understood(tmp_path: Path) -> None:
    header = "\ufeff Open Time ,OPEN,High,Low,Close,Volume"
    (tmp_path / "a.csv").write_text(text(ROWS, header=header, separator=";"), encoding="utf-8")
    assert read_candles(tmp_path / "a.csv").bars.open_ms.tolist() == TIMES


@pytest.mark.parametrize("name", ["timestamp", "timestamp_ms", "open_time", "date", "Time", "ts", "DateTime"])
@pytest.mark.parametrize(
    "spell",
    [
        lambda ms: ms // 1000,
        lambda ms: ms,
        lambda ms: ms * 1_000,
        lambda ms: ms * 1_000_000,
        lambda ms: f"{ms / 1000:.1f}",
        lambda ms: datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S"),
        lambda ms: datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        lambda ms: datetime.fromtimestamp(ms / 1000 - 4 * 3600, UTC).strftime("%Y-%m-%d %H:%M:%S-04:00"),
        lambda ms: datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y/%m/%d %H:%M:%S"),
    ],
    ids=["s", "ms", "us", "ns", "float", "naive", "zulu", "offset", "slashes"],
)
def test_the_time_column_is_found_and_its_unit_recognised(
    tmp_path: Path, name: str, spell: Callable[[int], object]
) -> None:
    lines = [f"{spell(int(row[0]))}," + ",".join(map(str, row[1:])) for row in ROWS]
    (tmp_path / "a.csv").write_text("\n".join([f"{name},open,high,low,close,volume", *lines]))
    assert read_candles(tmp_path / "a.csv").bars.open_ms.tolist() == TIMES


@pytest.mark.parametrize(
    "times",
    [
        pa.array(TIMES, pa.timestamp("ms", "America/New_York")),
        pa.array([str(np.datetime64(ts, "ms")) for ts in TIMES]),
        pa.array([datetime.fromtimestamp(ts / 1000, UTC).isoformat() for ts in TIMES]),
        pa.array([ts // 1000 for ts in TIMES], pa.uint32()),
        pa.array([str(ts) for ts in TIMES]),
    ],
    ids=["zoned", "text", "text with offset", "unsigned seconds", "digits"],
)
def test_columnar_times_become_utc(tmp_path: Path, times: pa.Array) -> None:
    feather.write_feather(arrow(times), tmp_path / "a.feather")
    assert read_candles(tmp_path / "a.feather").bars.open_ms.tolist() == TIMES


def test_daily_dates_are_midnights_of_utc(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"{HEADER}\n2024-03-30,1,1,1,1,1\n2024-03-31,1,1,1,1,1\n2024-04-01,1,1,1,1,1\n")
    bars = read_candles(tmp_path / "a.csv").bars
    assert bars.timeframe_ms == 86_400_000
    assert bars.open_ms[1] == datetime(2024, 3, 31, tzinfo=UTC).timestamp() * 1000


def test_unsorted_and_duplicated_rows_are_mended_and_counted(tmp_path: Path) -> None:
    path = tmp_path / "BTCUSDT.csv"
    path.write_text(text([ROWS[2], ROWS[0], ROWS[3], ROWS[1], ROWS[0], ROWS[3]]))
    candles = read_candles(path)
    assert candles.bars.open_ms.tolist() == TIMES
    assert candles.bars.open.tolist() == [row[1] for row in ROWS]
    assert candles.warnings == (f"{path}: 3 rows out of order (sorted)", f"{path}: 2 rows duplicated (dropped)")


def test_newest_first_is_sorted(tmp_path: Path) -> None:
    path = tmp_path / "BTCUSDT.csv"
    path.write_text(text(ROWS[::-1]))
    candles = read_candles(path)
    assert candles.bars.open_ms.tolist() == TIMES
    assert candles.warnings == (f"{path}: 3 rows out of order (sorted)",)


def test_gaps_are_reported_and_not_filled(tmp_path: Path) -> None:
    rows = [[START + STEP * i, 1.0, 1.0, 1.0, 1.0, 0.0] for i in (0, 1, 4, 5, 6)]
    (tmp_path / "a.csv").write_text(text(rows))
    candles = read_candles(tmp_path / "a.csv")
    assert len(candles.bars) == 5
    assert candles.gaps == [(START + 2 * STEP, START + 3 * STEP, 2)]


def test_a_bar_at_the_first_ms_is_in_and_one_at_the_last_ms_is_out(tmp_path: Path) -> None:
    as_csv(tmp_path / "a.csv")
    inside = read_candles(tmp_path / "a.csv", first_ms=TIMES[1], last_ms=TIMES[3]).bars
    assert inside.open_ms.tolist() == TIMES[1:3]
    beyond = read_candles(tmp_path / "a.csv", first_ms=TIMES[1] + 1, last_ms=TIMES[3] + 1).bars
    assert beyond.open_ms.tolist() == TIMES[2:4]


def test_a_range_without_bars_is_refused_and_says_what_there_is(tmp_path: Path) -> None:
    as_csv(tmp_path / "a.csv")
    with pytest.raises(ConfigurationError, match="2023-11-14 22:15:00 UTC to 2023-11-14 22:30:00 UTC"):
        read_candles(tmp_path / "a.csv", first_ms=TIMES[-1] + 1)


def test_a_given_timeframe_decides_what_a_gap_is(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text([ROWS[1], ROWS[3]]))
    assert read_candles(tmp_path / "a.csv").gaps == []
    assert read_candles(tmp_path / "a.csv", timeframe_ms=STEP).gaps == [(TIMES[2], TIMES[2], 1)]


def test_a_timeframe_coarser_than_the_file_is_refused(tmp_path: Path) -> None:
    as_csv(tmp_path / "a.csv")
    with pytest.raises(ConfigurationError, match="holds 5m bars; 15m bars were asked for"):
        read_candles(tmp_path / "a.csv", timeframe_ms=900_000)


def test_a_single_bar_needs_a_timeframe(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(text(ROWS[:1]))
    with pytest.raises(ConfigurationError, match="single bar"):
        read_candles(tmp_path / "a.csv")
    assert len(read_candles(tmp_path / "a.csv", timeframe_ms=STEP).bars) == 1


@pytest.mark.parametrize(
    ("name", "symbol"),
    [
        ("BTCUSDT_binance_spot_5m.parquet", "BTCUSDT"),
        ("BTC_USDT-5m.json.gz", "BTCUSDT"),
        ("ETH_USDT_1h.csv.gz", "ETHUSDT"),
        ("SOL_USDT_USDT-5m-futures.feather", "SOLUSDT"),
        ("1000PEPEUSDT-5m.csv", "1000PEPEUSDT"),
        ("Binance_ethusdt_2024.csv", "ETHUSDT"),
        ("ETHBTC.csv", "ETHBTC"),
        ("candles.csv", "BTCUSDT"),
    ],
)
def test_the_file_name_says_the_symbol(name: str, symbol: str) -> None:
    assert symbol_of(Path("folder") / name) == symbol


def test_a_guessed_symbol_is_a_warning_and_a_given_one_is_not(tmp_path: Path) -> None:
    as_csv(tmp_path / "candles.csv")
    guessed, given = read_candles(tmp_path / "candles.csv"), read_candles(tmp_path / "candles.csv", symbol="ETHUSDT")
    assert guessed.bars.symbol == "BTCUSDT"
    assert "BTCUSDT is assumed" in guessed.warnings[0]
    assert (given.bars.symbol, given.warnings) == ("ETHUSDT", ())
