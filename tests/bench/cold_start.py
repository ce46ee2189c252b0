"""The command line from nothing to its end: what a user waits for."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from tests.bench.candles import written, year
from tests.bench.figure import Figure
from tests.bench.started import Ran, started

_MODULE: Final = ("-m", "actors")


def cold_start(repeat: int) -> list[Figure]:
    """Seconds and memory of a whole process; the first one, which compiles and fills caches, does not count."""
    with TemporaryDirectory() as folder:
        file = str(written(year(5), Path(folder) / "BTCUSDT_5m.parquet"))
        backtest = _timed(repeat, "backtest", "--candles", file, "--profile", "bare-trend", "--json")
    help_page = _timed(repeat, "--help")
    return [
        Figure("cold start: backtest of a year of 5m", tuple(each.seconds for each in backtest), "s", goal=1.5),
        Figure("cold start: its memory", tuple(each.peak_mb for each in backtest), "MB", goal=250.0),
        Figure("cold start: --help", tuple(each.seconds for each in help_page), "s", goal=0.25),
    ]


def _timed(repeat: int, *arguments: str) -> list[Ran]:
    started(*_MODULE, *arguments)
    return [started(*_MODULE, *arguments) for _ in range(repeat)]
