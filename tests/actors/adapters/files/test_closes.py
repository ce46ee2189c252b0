from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from actors.adapters.files.closes import read_closes, to_utc
from actors.adapters.files.macro import read_macro
from actors.adapters.files.series import Series

ATHENS = ZoneInfo("Europe/Athens")
NEW_YORK = ZoneInfo("America/New_York")


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def closes(path: Path, resolution: str, zone: ZoneInfo, *times: str, stamp: str = "open") -> list[str]:
    path.write_text("\n".join(["time,close", *(f"{time},100" for time in times)]))
    known = read_closes(Series("dxy", path, resolution, "time", "iso", zone, stamp, "close")).known_ms
    return [datetime.fromtimestamp(ts / 1000, UTC).strftime("%m-%d %H:%M") for ts in known.tolist()]


@pytest.mark.parametrize(
    ("zone", "wall", "utc"),
    [
        (ATHENS, "2024-01-15 12:00", "2024-01-15 10:00"),
        (ATHENS, "2024-07-15 12:00", "2024-07-15 09:00"),
        (ATHENS, "2024-03-31 02:59", "2024-03-31 00:59"),
        (ATHENS, "2024-03-31 04:00", "2024-03-31 01:00"),
        (ATHENS, "2024-10-27 02:59", "2024-10-26 23:59"),
        (ATHENS, "2024-10-27 04:00", "2024-10-27 02:00"),
        (NEW_YORK, "2024-03-10 01:59", "2024-03-10 06:59"),
        (NEW_YORK, "2024-03-10 03:00", "2024-03-10 07:00"),
        (ZoneInfo("UTC"), "2024-03-10 03:00", "2024-03-10 03:00"),
    ],
)
def test_a_wall_clock_becomes_utc_on_both_sides_of_a_change(zone: ZoneInfo, wall: str, utc: str) -> None:
    assert to_utc(np.array([ms(wall)]), zone).tolist() == [ms(utc)]


def test_an_hour_shown_twice_is_read_as_the_later_one() -> None:
    assert to_utc(np.array([ms("2024-10-27 03:30")]), ATHENS).tolist() == [ms("2024-10-27 01:30")]
    assert to_utc(np.array([ms("2024-11-03 01:30")]), NEW_YORK).tolist() == [ms("2024-11-03 06:30")]


def test_an_hour_never_shown_is_read_as_the_later_one() -> None:
    assert to_utc(np.array([ms("2024-03-31 03:30")]), ATHENS).tolist() == [ms("2024-03-31 01:30")]
    assert to_utc(np.array([ms("2024-03-10 02:30")]), NEW_YORK).tolist() == [ms("2024-03-10 07:30")]


def test_a_new_york_day_ends_at_the_next_local_midnight(tmp_path: Path) -> None:
    days = ("2024-01-05", "2024-03-09", "2024-03-10", "2024-07-05", "2024-11-02", "2024-11-03")
    assert closes(tmp_path / "d.csv", "1d", NEW_YORK, *days) == [
        *("01-06 05:00", "03-10 05:00", "03-11 04:00", "07-06 04:00", "11-03 04:00", "11-04 05:00"),
    ]


def test_a_four_hour_bar_in_broker_time_ends_four_hours_after_its_open(tmp_path: Path) -> None:
    times = ("2024-01-15 00:00", "2024-07-15 00:00")
    assert closes(tmp_path / "h.csv", "4h", ATHENS, *times) == ["01-15 02:00", "07-15 01:00"]


def test_a_stamp_of_the_close_is_when_the_value_is_known(tmp_path: Path) -> None:
    assert closes(tmp_path / "h.csv", "4h", ATHENS, "2024-01-15 04:00", stamp="close") == ["01-15 02:00"]
    assert closes(tmp_path / "d.csv", "1d", NEW_YORK, "2024-01-15 17:00", stamp="close") == ["01-15 22:00"]


def test_an_explicit_offset_wins_over_the_time_zone(tmp_path: Path) -> None:
    assert closes(tmp_path / "h.csv", "4h", ATHENS, "2024-01-15 00:00:00-05:00") == ["01-15 09:00"]
    assert closes(tmp_path / "d.csv", "1d", NEW_YORK, "2024-03-10 05:00:00+00:00") == ["03-11 04:00"]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2024-06-10", "2024-10-20"),
        ("2024-12-01", "2025-03-01"),
        ("2025-04-07", "2025-10-20"),
        ("2025-11-05", "2026-03-01"),
    ],
    ids=["summer 2024", "winter 2025", "summer 2025", "winter 2026"],
)
def test_broker_time_agrees_with_closes_of_known_offset(shared_data: Path, first: str, last: str) -> None:
    folder = shared_data / "macro"
    broker = read_macro(folder, first_ms=ms(first), last_ms=ms(last), history_ms=0)
    four_hourly = [(value.ts, value.value) for value in broker if (value.feed, value.timeframe) == ("dxy", "4h")]
    path = folder / "DXY_H1_close_utc_2024-06_2026-06.csv.gz"
    hourly = read_closes(Series("dxy", path, "4h"))
    checked = {
        known - 3 * 3_600_000: value for known, value in zip(hourly.known_ms.tolist(), hourly.values, strict=True)
    }

    def spread(shift_hours: int) -> float:
        pairs = [(value, checked.get(ts + shift_hours * 3_600_000)) for ts, value in four_hourly]
        differences = np.array([value - other for value, other in pairs if other is not None])
        assert len(differences) > 300
        # The two sources quote different contracts: their levels may differ by a constant, their times may not.
        return float(np.median(np.abs(differences - np.median(differences))))

    assert spread(0) < 0.03
    assert spread(0) < 0.6 * min(spread(shift) for shift in (-2, -1, 1, 2))


def test_the_shared_folder_is_read_as_its_toml_file_says(shared_data: Path) -> None:
    first, last = ms("2021-08-05"), ms("2024-06-30")
    values = read_macro(shared_data / "macro", first_ms=first, last_ms=last)
    kinds = sorted({(value.feed, value.timeframe) for value in values})
    assert kinds == [("btc_dominance", "1d"), ("dxy", "1d"), ("dxy", "4h")]
    assert [value.ts for value in values] == sorted(value.ts for value in values)
    assert first - 30 * 86_400_000 <= values[0].ts
    assert values[-1].ts < last


def test_the_shared_exports_are_read_without_a_toml_file(shared_data: Path) -> None:
    folder = shared_data / "macro"
    assert len(read_macro({"dxy": folder / "DXY_daily_investing_export_2011_2020.csv"})) == 2_566
    assert len(read_macro({"btc_dominance": folder / "BTC_dominance_daily_2018_2025.csv"})) == 2_784
    assert len(read_macro({"dxy": folder / "DXY_H1_close_utc_2024-06_2026-06.csv.gz"})) == 3_103
