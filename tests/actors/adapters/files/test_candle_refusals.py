import gzip
import random
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import feather, parquet

from actors.adapters.files.candles import read_candles
from core.errors import ChartwrightError, ConfigurationError, FeedMalformed

HEADER = "timestamp,open,high,low,close,volume"
GOOD = ["1700000100000,10,12,9,11,5", "1700000400000,10,12,9,11,0", "1700000700000,9,9,9,9,1"]


def refused(path: Path, error: type[ChartwrightError] = FeedMalformed) -> str:
    with pytest.raises(error) as caught:
        read_candles(path)
    said = str(caught.value)
    assert "\n" not in said
    assert str(path) in said
    return said


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def test_values_on_the_limit_are_accepted(tmp_path: Path) -> None:
    assert len(read_candles(write(tmp_path / "a.csv", HEADER, *GOOD)).bars) == 3


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("1700000700000,NaN,12,9,11,5", "open is nan: not a finite number"),
        ("1700000700000,,12,9,11,5", "open is nan: not a finite number"),
        ("1700000700000,10,inf,9,11,5", "high is inf: not a finite number"),
        ("1700000700000,10,12,9,11,-inf", "volume is -inf: not a finite number"),
        ("1700000700000,10,12,-9,11,5", "low is -9: prices are above zero"),
        ("1700000700000,10,12,0,11,5", "low is 0: prices are above zero"),
        ("1700000700000,10,12,9,11,-0.1", "volume is -0.1: volume is not below zero"),
        ("1700000700000,10,11.9,9,12,5", "high is 11.9: not the bar's highest price"),
        ("1700000700000,12,11.9,9,11,5", "high is 11.9: not the bar's highest price"),
        ("1700000700000,10,12,10.1,11,5", "low is 10.1: not the bar's lowest price"),
        ("1700000700000,11,12,10.1,10,5", "low is 10.1: not the bar's lowest price"),
        ("1700000700000,10,12,9,eleven,5", "close is 'eleven': not a number"),
        ("1700000700001,10,12,9,11,5", "timestamp is 1700000700001: a 5m bar cannot open at 2023-11-14 22:25:00 UTC"),
        ("1700000700,10,12,9,11,5", "timestamp is 1700000700: not a plausible time in ms"),
        ("20231114,10,12,9,11,5", "timestamp is 20231114: not a count of s, ms"),
        (",10,12,9,11,5", "timestamp is missing: every row needs a time"),
        ("soon,10,12,9,11,5", "timestamp is 'soon': not a time like those in the rows above it"),
        ("1700000400000,10,12,9,11.5,0", "close is 11.5: row 3 has 11 for the same time, 2023-11-14 22:20:00 UTC"),
    ],
)
def test_a_row_that_cannot_be_believed_is_named_by_file_row_and_value(tmp_path: Path, row: str, said: str) -> None:
    path = write(tmp_path / "BTCUSDT.csv", HEADER, *GOOD[:2], row)
    message = refused(path)
    assert message.startswith(f"{path}, row 4: ")
    assert said in message


def test_rows_count_from_the_first_record_where_there_is_no_header(tmp_path: Path) -> None:
    bad = "1700000700000,10,12,9,11,-1"
    assert ", row 3: volume" in refused(write(tmp_path / "bare.csv", *GOOD[:2], bad))
    (tmp_path / "a.json").write_text("[" + ",".join(f"[{row}]" for row in (*GOOD[:2], bad)) + "]")
    assert ", row 3: volume" in refused(tmp_path / "a.json")
    columns = zip(*(map(float, row.split(",")) for row in (*GOOD[:2], bad)), strict=True)
    parquet.write_table(pa.table(dict(zip(HEADER.split(","), map(list, columns), strict=True))), tmp_path / "a.parquet")
    assert ", row 3: volume" in refused(tmp_path / "a.parquet")


def test_a_bad_row_outside_the_range_asked_for_is_refused_too(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", HEADER, *GOOD[:2], "1700000700000,10,12,9,11,-1")
    with pytest.raises(FeedMalformed, match="row 4: volume is -1"):
        read_candles(path, last_ms=1_700_000_400_000)


def test_all_missing_columns_are_named_with_those_that_are_there(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "timestamp,open,close,sentiment", "1700000100000,1,1,0")
    assert refused(path).endswith("has no column high, low, volume; its columns are timestamp, open, close, sentiment")


def test_a_missing_time_column_says_which_names_were_looked_for(tmp_path: Path) -> None:
    said = refused(write(tmp_path / "a.csv", "when,open,high,low,close,volume", "1700000100000,1,1,1,1,1"))
    assert "no column timestamp or timestamp_ms or open_time" in said
    assert said.endswith("its columns are when, open, high, low, close, volume")


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "timestamp,open,Open,high,low,close,volume", "1700000100000,1,1,1,1,1,1")
    assert "two columns named open" in refused(path)


@pytest.mark.parametrize("lines", [[""], ["", ""], []])
@pytest.mark.parametrize("name", ["a.csv", "a.json"])
def test_an_empty_file_is_refused(tmp_path: Path, name: str, lines: list[str]) -> None:
    (tmp_path / name).write_text("\n".join(lines))
    assert refused(tmp_path / name).endswith("is empty")


@pytest.mark.parametrize("name", ["a.csv.gz", "a.json.gz", "a.zip", "a.parquet", "a.feather"])
def test_a_file_of_no_bytes_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()
    assert refused(tmp_path / name).endswith("is empty")


def test_a_header_without_rows_is_refused(tmp_path: Path) -> None:
    assert "and no rows" in refused(write(tmp_path / "a.csv", HEADER))
    feather.write_feather(pa.table({"date": pa.array([], pa.timestamp("ms"))}), tmp_path / "a.feather")
    assert "columns date and no rows" in refused(tmp_path / "a.feather")
    (tmp_path / "a.json").write_text("[]")
    assert "holds no list of rows" in refused(tmp_path / "a.json")


@pytest.mark.parametrize(
    "name", ["a.csv", "a.csv.gz", "a.json", "a.json.gz", "a.zip", "a.parquet", "a.pq", "a.feather"]
)
def test_random_bytes_are_refused_whatever_their_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(random.Random(1).randbytes(5_000))
    refused(tmp_path / name)


@pytest.mark.parametrize("kept", [5, 30, -1])
def test_a_gzip_cut_short_is_refused(tmp_path: Path, kept: int) -> None:
    packed = gzip.compress("\n".join([HEADER, *GOOD]).encode())
    (tmp_path / "a.csv.gz").write_bytes(packed[:kept])
    assert "cut short or damaged" in refused(tmp_path / "a.csv.gz")


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    text = "\n".join([HEADER, *GOOD])
    for name, said in (("a.parquet", "Parquet"), ("a.feather", "Feather"), ("a.json", "JSON"), ("a.csv.gz", "gzip")):
        (tmp_path / name).write_text(text)
        assert said in refused(tmp_path / name)


def test_damaged_columnar_files_are_refused_or_read_and_never_a_traceback(tmp_path: Path) -> None:
    dice = random.Random(7)
    path = tmp_path / "a.feather"
    times = pa.array(range(1_700_000_100_000, 1_700_030_100_000, 300_000), pa.timestamp("ms", "UTC"))
    prices = {name: [1.0] * len(times) for name in ("open", "high", "low", "close", "volume")}
    feather.write_feather(pa.table({"date": times, **prices}), path)
    whole = path.read_bytes()
    outcomes = set()
    for _ in range(300):
        damaged = bytearray(whole)
        damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        path.write_bytes(damaged)
        try:
            read_candles(path)
            outcomes.add("read")
        except FeedMalformed:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{}", "holds no list of rows"),
        ('{"retCode": 1, "message": "bad key"}', "holds no list of rows; it says: bad key"),
        ("3", "holds no list of rows"),
        ("[1, 2]", "row 1: '1' is not a list"),
        ("[[1, 2, 3], [1, 2]]", "row 2: '[1, 2]' is not a list of 3 values"),
        ("[[1, 2, 3]]", "has no header, and 3 columns"),
        ('[{"open": 1}, 5]', "row 2: '5' is not an object"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_json_of_another_shape_is_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "a.json").write_text(content)
    assert said in refused(tmp_path / "a.json")


def test_a_row_with_fields_missing_is_named(tmp_path: Path) -> None:
    assert "Row #3: Expected 6 columns, got 2" in refused(write(tmp_path / "a.csv", HEADER, GOOD[0], "1700000400000,1"))


def test_text_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"date,caf\xe9\n")
    assert "not UTF-8 text (byte 8)" in refused(tmp_path / "a.csv")


def test_an_empty_time_among_texts_is_missing(tmp_path: Path) -> None:
    rows = ("Jan 01, 2024,1,1,1,1,1", ",1,1,1,1,1")
    path = write(tmp_path / "a.csv", HEADER, *(row.replace("Jan 01, 2024", '"Jan 01, 2024"') for row in rows))
    assert "row 3: timestamp is missing: every row needs a time" in refused(path)


def test_a_high_below_the_low_is_refused_wherever_open_and_close_lie(tmp_path: Path) -> None:
    for prices in ("10,9,11,10", "9,9,11,9", "11,9,11,11", "9,9,11,11"):
        refused(write(tmp_path / "a.csv", HEADER, GOOD[0], f"1700000400000,{prices},5"))


def test_offsets_in_some_rows_only_are_refused(tmp_path: Path) -> None:
    rows = ("2024-01-01T00:00:00Z,1,1,1,1,1", "2024-01-01 00:05:00,1,1,1,1,1")
    assert "row 3: timestamp is '2024-01-01 00:05:00'" in refused(write(tmp_path / "a.csv", HEADER, *rows))


@pytest.mark.parametrize("year", ["1899-12-31", "2200-01-01"])
def test_a_time_beyond_any_market_is_refused(tmp_path: Path, year: str) -> None:
    rows = (f"{year},1,1,1,1,1", "2024-01-02,1,1,1,1,1")
    assert "not between the years 1900 and 2200" in refused(write(tmp_path / "a.csv", HEADER, *rows))


def test_a_step_that_divides_no_day_is_refused(tmp_path: Path) -> None:
    rows = [f"{1_700_000_000_000 + 420_000 * i},1,1,1,1,1" for i in range(3)]
    assert "7m apart" in refused(write(tmp_path / "a.csv", HEADER, *rows))


def test_funding_rates_in_candle_clothes_are_refused(tmp_path: Path) -> None:
    times = np.arange(3) * 28_800_000 + 1_700_006_400_000
    zeros = dict.fromkeys(("high", "low", "close", "volume"), [0.0] * 3)
    feather.write_feather(pa.table({"date": times, "open": [1e-4] * 3, **zeros}), tmp_path / "a.feather")
    assert "row 1: high is 0: prices are above zero" in refused(tmp_path / "a.feather")


def test_a_missing_path_gets_the_nearest_name(tmp_path: Path) -> None:
    write(tmp_path / "BTCUSDT_5m_2024.csv", HEADER, *GOOD)
    said = refused(tmp_path / "BTCUSDT_5m_2023.csv", ConfigurationError)
    assert said.endswith(f"does not exist; did you mean {tmp_path / 'BTCUSDT_5m_2024.csv'}?")


def test_a_missing_path_without_a_near_name_says_so(tmp_path: Path) -> None:
    assert "nothing in" in refused(tmp_path / "zzz.csv", ConfigurationError)
    assert "nor does the folder" in refused(tmp_path / "nowhere" / "a.csv", ConfigurationError)


def test_a_folder_is_refused(tmp_path: Path) -> None:
    assert "is not a file" in refused(tmp_path, ConfigurationError)


def test_an_unknown_ending_is_refused_with_those_that_are_known(tmp_path: Path) -> None:
    assert ".feather" in refused(write(tmp_path / "a.xlsx", "x"), ConfigurationError)
    assert ".feather" in refused(write(tmp_path / "a.gz", "x"), ConfigurationError)


def test_a_zip_of_two_files_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.csv", HEADER)
        archive.writestr("b.csv", HEADER)
    assert "holds 2 CSV files" in refused(tmp_path / "a.zip")
