from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Write = Callable[..., Path]


def test_a_report_is_one_file_with_a_verdict(cli: Any, candles: Write, tmp_path: Path) -> None:
    out = tmp_path / "btc.html"
    options = ("--profile", "bare-trend", "--out-of-sample-from", "2022-01-05", "--trials", 12, "-o", out)
    result = cli("report", "--candles", candles(), *options)
    assert (result.exit_code, result.stdout) == (0, "")
    text = out.read_text()
    assert '<section id="verdict"' in text
    assert "BTCUSDT 5m" in text
    assert "the luck of 12 trials" in text
    assert len(text) < 8_000_000


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["-o", "absent/report.html"], "absent is no folder"),
        (["-o", "."], "it is a folder"),
        (["--out-of-sample-from", "2021-01-01"], "--out-of-sample-from is 2021-01-01 00:00: give a time after"),
        (["--out-of-sample-from", "soon"], "--out-of-sample-from is 'soon'"),
        (["--trials", "0"], "greater than or equal to 1"),
    ],
)
def test_an_impossible_option_ends_with_2_and_writes_nothing(
    cli: Any, candles: Write, tmp_path: Path, options: list[str], says: str
) -> None:
    result = cli("report", "--candles", candles(), *options)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.split())
    assert "Traceback" not in result.stderr
    assert not list(tmp_path.glob("**/*.html"))


def test_candles_must_be_named(cli: Any) -> None:
    assert "--candles is missing" in cli("report").stderr
