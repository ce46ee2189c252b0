from pathlib import Path

import numpy as np
import pytest

from actors.adapters.files.table import Table
from actors.adapters.files.times import read_stamps, span, spell
from core.errors import FeedMalformed


def column(*values: object) -> Table:
    cells = np.empty(len(values), dtype=object)
    cells[:] = values
    return Table(Path("a.csv"), {"time": cells})


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("1970-01-01", 0),
        ("2024-02-29T12:00:00.250Z", 1_709_208_000_250),
        ("2024-02-29 12:00", 1_709_208_000_000),
        ("20240229", 1_709_164_800_000),
        ("Feb 29, 2024", 1_709_164_800_000),
        ("February 29, 2024", 1_709_164_800_000),
        ("29.02.2024", 1_709_164_800_000),
        ("2024/02/29", 1_709_164_800_000),
        ("Thu, 29 Feb 2024 12:00:00 +0100", 1_709_204_400_000),
    ],
)
def test_a_time_in_words_is_utc_milliseconds(text: str, ms: int) -> None:
    assert read_stamps(column(text), "time").ms.tolist() == [ms]


@pytest.mark.parametrize("text", ["05/04/2024", "29/02/2024", "2023-02-29", "noon", ""])
def test_a_time_that_can_be_read_in_two_ways_or_none_is_refused(text: str) -> None:
    with pytest.raises(FeedMalformed, match="not a time that can be read in one way"):
        read_stamps(column(text), "time")


def test_a_strptime_format_settles_what_is_ambiguous() -> None:
    assert spell(int(read_stamps(column("05/04/2024"), "time", unit="%d/%m/%Y").ms[0])).startswith("2024-04-05")
    assert spell(int(read_stamps(column("05/04/2024"), "time", unit="%m/%d/%Y").ms[0])).startswith("2024-05-04")
    assert read_stamps(column(20240229), "time", unit="%Y%m%d").ms.tolist() == [1_709_164_800_000]


@pytest.mark.parametrize(
    ("count", "unit"),
    [(10**8, "s"), (10**11, "ms"), (10**14, "us"), (10**17, "ns")],
)
def test_a_unit_is_known_by_its_size(count: int, unit: str) -> None:
    values = np.array([count], dtype=np.int64)
    table = Table(Path("a.csv"), {"time": values})
    assert read_stamps(table, "time").ms.tolist() == read_stamps(table, "time", unit=unit).ms.tolist()
    assert 94_000_000_000 < int(read_stamps(table, "time").ms[0]) <= 100_000_000_000


def test_a_count_just_below_a_larger_unit_is_still_the_smaller_one() -> None:
    with pytest.raises(FeedMalformed, match="between the years 1900 and 2200"):
        read_stamps(Table(Path("a.csv"), {"time": np.array([10**11 - 1])}), "time")


def test_a_count_too_small_for_any_unit_is_refused() -> None:
    with pytest.raises(FeedMalformed, match="not a count of s, ms"):
        read_stamps(Table(Path("a.csv"), {"time": np.array([10**8 - 1])}), "time")


def test_a_unit_that_was_given_is_held_to() -> None:
    with pytest.raises(FeedMalformed, match="not a plausible time in s, as it should be"):
        read_stamps(Table(Path("a.csv"), {"time": np.array([1_700_000_000_000])}), "time", unit="s")


def test_days_are_told_from_moments() -> None:
    assert read_stamps(column("2024-01-01", "2024-01-02"), "time").dates
    assert not read_stamps(column("2024-01-01 00:00:00", "2024-01-02 00:00:00"), "time").dates
    assert read_stamps(Table(Path("a.csv"), {"time": np.array(["2024-01-01"], dtype="datetime64[D]")}), "time").dates


def test_an_offset_in_the_text_makes_a_column_zoned() -> None:
    assert read_stamps(column("2024-01-01T00:00:00+00:00"), "time").zoned
    assert not read_stamps(column("2024-01-01T00:00:00"), "time").zoned


@pytest.mark.parametrize(
    ("ms", "text"), [(300_000, "5m"), (3_600_000, "1h"), (86_400_000, "1d"), (90_000, "90s"), (1_500, "1500ms")]
)
def test_a_span_is_spelled_in_its_largest_whole_unit(ms: int, text: str) -> None:
    assert span(ms) == text
