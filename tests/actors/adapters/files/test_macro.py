import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actors.adapters.files.macro import HISTORY_MS, read_macro
from core.errors import ConfigurationError, FeedMalformed
from core.messages import MacroPublished

DAY = 86_400_000
HOUR = 3_600_000


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def series(path: Path, *rows: str, header: str = "Date,Close") -> Path:
    path.write_text("\n".join([header, *rows]) + "\n")
    return path


def folder(path: Path, *entries: dict[str, str]) -> Path:
    lines = [
        line for entry in entries for line in ("[[series]]", *(f"{k} = {json.dumps(v)}" for k, v in entry.items()))
    ]
    (path / "macro.toml").write_text("\n".join(lines))
    return path


def known(values: list[MacroPublished]) -> list[tuple[int, float]]:
    return [(value.ts, value.value) for value in values]


def test_a_daily_value_is_known_at_the_end_of_its_day(tmp_path: Path) -> None:
    path = series(tmp_path / "d.csv", "2024-01-04,101.5", "2024-01-05,102.5")
    values = read_macro({"dxy": path})
    assert known(values) == [(ms("2024-01-05"), 101.5), (ms("2024-01-06"), 102.5)]
    assert {(value.feed, value.timeframe) for value in values} == {("dxy", "1d")}


def test_an_export_newest_first_with_quoted_dates_and_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    header = "\ufeffDate,Price,Open,High,Low,Vol.,Change %"
    path = series(
        tmp_path / "d.csv",
        '"Jan 05, 2024",102.5,1,1,1,-,0.1%',
        '"Jan 04, 2024",101.5,1,1,1,29K,-0.6%',
        header=header,
    )
    assert known(read_macro({"dxy": path})) == [(ms("2024-01-05"), 101.5), (ms("2024-01-06"), 102.5)]


def test_both_inputs_come_in_one_order_of_time(tmp_path: Path) -> None:
    dollar = series(tmp_path / "a.csv", "2024-01-04,101.5", "2024-01-05,102.5")
    share = series(tmp_path / "b.csv", "2024-01-04,50.0", "2024-01-05,51.0", header="date,btc_dominance")
    values = read_macro({"dxy": dollar, "btc_dominance": share})
    assert [value.feed for value in values] == ["btc_dominance", "dxy", "btc_dominance", "dxy"]
    assert [value.ts for value in values] == sorted(value.ts for value in values)


def test_hours_become_four_hour_closes_known_at_their_end(tmp_path: Path) -> None:
    rows = [f"2024-01-04 {hour:02}:00:00,{100 + hour}" for hour in range(10)]
    values = read_macro({"dxy": series(tmp_path / "h.csv", *rows)})
    assert known(values) == [(ms("2024-01-04 04:00:00"), 103.0), (ms("2024-01-04 08:00:00"), 107.0)]
    assert {value.timeframe for value in values} == {"4h"}


def test_four_hours_that_are_over_count_though_an_hour_is_missing(tmp_path: Path) -> None:
    rows = [f"2024-01-04 {hour:02}:00:00,{100 + hour}" for hour in (0, 1, 2, 4, 5, 6, 7)]
    values = read_macro({"dxy": series(tmp_path / "h.csv", *rows)})
    assert known(values) == [(ms("2024-01-04 04:00:00"), 102.0), (ms("2024-01-04 08:00:00"), 107.0)]


def test_four_hour_bars_are_known_four_hours_after_their_open(tmp_path: Path) -> None:
    rows = ("2024-01-04 02:00:00,100", "2024-01-04 06:00:00,101")
    assert known(read_macro({"dxy": series(tmp_path / "h.csv", *rows)}))[0] == (ms("2024-01-04 06:00:00"), 100.0)


def test_a_step_that_is_no_resolution_is_refused(tmp_path: Path) -> None:
    path = series(tmp_path / "w.csv", "2024-01-01,100", "2024-01-08,101")
    with pytest.raises(FeedMalformed, match="values are 7d apart; 1h, 4h, 1d are read"):
        read_macro({"dxy": path})


def test_values_are_trimmed_to_the_stretch_and_the_history_before_it(tmp_path: Path) -> None:
    path = series(tmp_path / "d.csv", *(f"2024-01-{day:02},100" for day in range(1, 11)))
    first, last = ms("2024-01-06"), ms("2024-01-09")
    values = read_macro({"dxy": path}, first_ms=first, last_ms=last, history_ms=2 * DAY)
    assert [value.ts for value in values] == [first - 2 * DAY + DAY * i for i in range(5)]
    values = read_macro({"dxy": path}, first_ms=first + 1, last_ms=last + 1, history_ms=2 * DAY)
    assert [value.ts for value in values] == [first - DAY + DAY * i for i in range(5)]


def test_a_stretch_without_values_gives_none(tmp_path: Path) -> None:
    path = series(tmp_path / "d.csv", "2024-01-04,100", "2024-01-05,100")
    assert read_macro({"dxy": path}, first_ms=ms("2025-01-01")) == []
    assert read_macro({"dxy": path}, last_ms=ms("2023-01-01")) == []


@pytest.mark.parametrize(
    ("feed", "accepted", "refused"),
    [("dxy", ("50", "200"), ("49.99", "200.01", "NaN", "inf", "")), ("btc_dominance", ("0", "100"), ("-0.1", "100.1"))],
)
def test_a_value_beyond_what_is_plausible_is_refused(
    tmp_path: Path, feed: str, accepted: tuple[str, ...], refused: tuple[str, ...]
) -> None:
    for value in accepted:
        path = series(tmp_path / "ok.csv", "2024-01-04,99", f"2024-01-05,{value}")
        assert len(read_macro({feed: path})) == 2
    for value in refused:
        path = series(tmp_path / "bad.csv", "2024-01-04,99", f"2024-01-05,{value}")
        with pytest.raises(FeedMalformed, match=r"bad\.csv, row 3: close is "):
            read_macro({feed: path})


def test_an_implausible_value_outside_the_stretch_harms_nobody(tmp_path: Path) -> None:
    path = series(tmp_path / "d.csv", "2013-01-01,110", "2013-01-02,99", "2013-01-03,98")
    with pytest.raises(FeedMalformed, match="row 2: close is 110"):
        read_macro({"btc_dominance": path}, first_ms=ms("2013-01-02") + HISTORY_MS)
    assert len(read_macro({"btc_dominance": path}, first_ms=ms("2013-01-02") + HISTORY_MS + 1)) == 2


def test_a_value_that_is_no_number_is_named(tmp_path: Path) -> None:
    path = series(tmp_path / "d.csv", "2024-01-04,99", "2024-01-05,holiday")
    with pytest.raises(FeedMalformed, match="row 3: close is 'holiday': not a number"):
        read_macro({"dxy": path})


def test_a_repeated_row_counts_once_and_a_conflicting_one_is_refused(tmp_path: Path) -> None:
    same = series(tmp_path / "same.csv", "2024-01-04,99", "2024-01-05,98", "2024-01-04,99")
    assert len(read_macro({"dxy": same})) == 2
    other = series(tmp_path / "other.csv", "2024-01-04,99", "2024-01-05,98", "2024-01-04,97")
    with pytest.raises(FeedMalformed, match="row 4: close is 97: row 2 has 99 for the same time"):
        read_macro({"dxy": other})


def test_a_file_without_a_value_column_is_refused(tmp_path: Path) -> None:
    path = series(tmp_path / "d.csv", "2024-01-04,99", header="Date,Mood")
    with pytest.raises(FeedMalformed, match=r"no column close or price or value .*; its columns are date, mood"):
        read_macro({"dxy": path})


def test_an_unknown_input_is_refused_with_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigurationError, match="'btc_dominanc'; allowed are dxy, btc_dominance; did you mean btc_dom"
    ):
        read_macro({"btc_dominanc": tmp_path / "a.csv"})


def test_a_later_series_adds_only_what_lies_outside_the_earlier_one(tmp_path: Path) -> None:
    series(tmp_path / "a.csv", "2024-01-03,1", "2024-01-05,1")
    series(tmp_path / "b.csv", *(f"2024-01-{day:02},2" for day in range(1, 8)))
    entry = {"input": "btc_dominance", "resolution": "1d"}
    values = read_macro(folder(tmp_path, {**entry, "file": "a.csv"}, {**entry, "file": "b.csv"}))
    days = [(datetime.fromtimestamp(value.ts / 1000, UTC).day - 1, value.value) for value in values]
    assert days == [(1, 2.0), (2, 2.0), (3, 1.0), (5, 1.0), (6, 2.0), (7, 2.0)]


def test_what_the_earlier_series_covers_does_not_depend_on_the_stretch(tmp_path: Path) -> None:
    series(tmp_path / "a.csv", "2024-01-01,1", "2024-01-09,1", "2024-01-10,1")
    series(tmp_path / "b.csv", *(f"2024-01-{day:02},2" for day in range(1, 12)))
    entry = {"input": "btc_dominance", "resolution": "1d"}
    path = folder(tmp_path, {**entry, "file": "a.csv"}, {**entry, "file": "b.csv"})
    assert known(read_macro(path, first_ms=ms("2024-01-05"), last_ms=ms("2024-01-12"), history_ms=0)) == [
        (ms("2024-01-10"), 1.0),
        (ms("2024-01-11"), 1.0),
    ]


def test_another_resolution_of_the_same_input_is_kept_whole(tmp_path: Path) -> None:
    series(tmp_path / "a.csv", "2024-01-03 00:00:00,100", "2024-01-05 00:00:00,100")
    series(tmp_path / "b.csv", "2024-01-03,101", "2024-01-04,101")
    entries = (
        {"input": "dxy", "file": "a.csv", "resolution": "4h"},
        {"input": "dxy", "file": "b.csv", "resolution": "1d"},
    )
    values = read_macro(folder(tmp_path, *entries))
    assert sorted(value.timeframe for value in values) == ["1d", "1d", "4h", "4h"]


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ({"file": "a.csv"}, "series 1: input missing"),
        ({"input": "dxy"}, "series 1: file missing"),
        ({"input": "gold", "file": "a.csv"}, "series 1: input is 'gold'; allowed are dxy, btc_dominance"),
        ({"input": "dxy", "file": "a.csv", "resolution": "2h"}, "resolution is '2h'; allowed are 1h, 4h, 1d"),
        ({"input": "dxy", "file": "a.csv", "stamp": "end"}, "stamp is 'end'; allowed are open, close"),
        ({"input": "dxy", "file": "a.csv", "unit": "sec"}, "unit .* is 'sec'; allowed are s, ms, us, ns, iso"),
        ({"input": "dxy", "file": "a.csv", "timezone": "Europe/Atens"}, "timezone is 'Europe/Atens', which is unknown"),
        ({"input": "dxy", "file": "a.csv", "timezone": "../etc"}, "timezone is '../etc', which is unknown"),
        ({"input": "dxy", "file": "a.csv", "time_zone": "UTC"}, "the key is 'time_zone'; .* did you mean timezone"),
        ({"input": "dxy", "file": "a.csv"}, "a.csv does not exist"),
    ],
)
def test_a_mistake_in_the_toml_file_is_named(tmp_path: Path, entry: dict[str, str], said: str) -> None:
    with pytest.raises(ConfigurationError, match=said) as caught:
        read_macro(folder(tmp_path, entry))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", r"holds no \[\[series\]\]"),
        ("series = 3", r"holds no \[\[series\]\]"),
        ("series = [3]", r"series 1: not a \[\[series\]\] table"),
        ("[[series", "cannot be read"),
        ("[[series]]\ninput = 3", "series 1: input is 3; a text is needed"),
    ],
)
def test_a_toml_file_of_another_shape_is_refused(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "macro.toml").write_text(content)
    with pytest.raises(ConfigurationError, match=said):
        read_macro(tmp_path)


def test_a_folder_without_a_toml_file_and_a_file_in_its_place_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"macro\.toml does not exist.*dxy=FILE"):
        read_macro(tmp_path)
    with pytest.raises(ConfigurationError, match=r"is a file: give a folder with a macro\.toml, or INPUT="):
        read_macro(series(tmp_path / "d.csv"))


def test_a_column_the_toml_file_names_must_be_there(tmp_path: Path) -> None:
    series(tmp_path / "d.csv", "2024-01-04,99")
    with pytest.raises(FeedMalformed, match="no column settle; its columns are date, close"):
        read_macro(folder(tmp_path, {"input": "dxy", "file": "d.csv", "resolution": "1d", "value": "Settle"}))
