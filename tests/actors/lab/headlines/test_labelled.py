"""Labelled headlines as people keep them."""

from pathlib import Path

import pytest

from actors.lab.headlines.labelled import class_of, read_labelled
from core.errors import ConfigurationError, FeedMalformed


def write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n")
    return path


def test_words_and_scores_are_labels_and_the_oldest_comes_first(tmp_path: Path) -> None:
    rows = (
        "2024-01-02 09:00:00,Later,Bearish",
        "2024-01-01 09:00:00,Earlier,positive",
        "2024-01-03 09:00:00,Last,Neutral",
    )
    found = read_labelled(write(tmp_path / "w.csv", "date,title,label", *rows))
    assert (found.titles, found.classes.tolist()) == (("Earlier", "Later", "Last"), [0, 1, 2])
    scored = write(tmp_path / "s.csv", "time,headline,score", "2024-01-01 09:00:00,A,0.2", "2024-01-02 09:00:00,B,-1")
    assert read_labelled(scored).classes.tolist() == [0, 1]


def test_rows_without_a_text_are_left_out(tmp_path: Path) -> None:
    path = write(
        tmp_path / "w.csv", "date,title,label", "2024-01-02 09:00:00,,bullish", "2024-01-02 09:00:00,A,bullish"
    )
    assert len(read_labelled(path)) == 1
    with pytest.raises(ConfigurationError, match="no headline with a text"):
        read_labelled(write(tmp_path / "e.csv", "date,title,label", "2024-01-02 09:00:00,,bullish"))


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (("0", "1", "2"), r"row 4: label is 2.*\[-1, 1\]"),
        (("0", "1", "1"), "these look like codes"),
        (("0.5", "-0.5", "nan"), "row 4"),
        (("good", "bad", "ugly"), "row 2: label is 'good': give one of positive"),
    ],
)
def test_a_label_that_could_mean_anything_is_refused(tmp_path: Path, values: tuple[str, ...], why: str) -> None:
    rows = [f"2024-01-02 09:0{at}:00,Title {at},{value}" for at, value in enumerate(values)]
    with pytest.raises(FeedMalformed, match=why):
        read_labelled(write(tmp_path / "w.csv", "date,title,label", *rows))


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(FeedMalformed, match="no column sentiment or label"):
        read_labelled(write(tmp_path / "w.csv", "date,title", "2024-01-02 09:00:00,A"))


def test_the_split_is_by_time(tmp_path: Path) -> None:
    rows = [f"2024-01-{day:02} 09:00:00,Title {day},{'bullish' if day % 2 else 'bearish'}" for day in range(1, 11)]
    first, rest = read_labelled(write(tmp_path / "w.csv", "date,title,label", *rows)).split(0.7)
    assert (len(first), len(rest)) == (7, 3)
    assert first.times_ms.max() < rest.times_ms.min()
    assert rest.titles == ("Title 8", "Title 9", "Title 10")
    assert rest.classes.tolist() == [1, 0, 1]


@pytest.mark.parametrize(("tone", "index"), [(1e-6, 0), (-1e-6, 1), (0.0, 2)])
def test_a_tones_class_is_its_sign(tone: float, index: int) -> None:
    assert class_of(tone) == index
