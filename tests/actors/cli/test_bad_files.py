import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def changed(column: int, value: float) -> Callable[[list[list[float]]], list[list[float]]]:
    def change(rows: list[list[float]]) -> list[list[float]]:
        rows[20][column] = value
        return rows

    return change


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (changed(4, float("nan")), "row 22: close is nan"),
        (changed(2, 1.0), "row 22: high is 1"),
        (changed(3, -5.0), "row 22: low is -5"),
        (changed(5, -1.0), "row 22: volume is -1"),
        (lambda rows: [*rows, [*rows[20][:4], rows[20][3], rows[20][5]]], "for the same time"),
        (lambda rows: rows[:1], "single bar"),
        (lambda rows: rows[:0], "no rows"),
    ],
)
def test_candles_that_cannot_be_believed_are_refused_with_file_row_and_value(
    cli: Any, candles: Any, rows: Any, spoil: Any, says: str
) -> None:
    result = cli("backtest", "--candles", candles(spoil(rows(40))))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "BTCUSDT.csv" in result.stderr
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("BTCUSDT.csv", b"", "is empty"),
        ("BTCUSDT.csv", b"timestamp,open,high,low\n1640995200000,1,1,1\n", "no column"),
        (
            "BTCUSDT.csv.gz",
            gzip.compress(b"timestamp,open,high,low,close,volume\n" * 99, mtime=0)[:40],
            "cut short or damaged",
        ),
        ("BTCUSDT.csv.gz", b"timestamp,open", "not a gzip file"),
        ("BTCUSDT.txt", b"hello", "cannot tell what kind of file"),
    ],
)
def test_a_file_that_is_no_candle_file_is_refused(
    cli: Any, tmp_path: Path, name: str, content: bytes, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    result = cli("backtest", "--candles", path)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_a_folder_is_no_candle_file(cli: Any, tmp_path: Path) -> None:
    result = cli("backtest", "--candles", tmp_path)
    assert result.exit_code == 2
    assert "is not a file" in result.stderr


def test_a_misspelt_file_is_answered_with_the_nearest_name(cli: Any, candles: Any, tmp_path: Path) -> None:
    candles()
    result = cli("backtest", "--candles", tmp_path / "BTCUSD.csv")
    assert result.exit_code == 2
    assert "BTCUSDT.csv?" in result.stderr
