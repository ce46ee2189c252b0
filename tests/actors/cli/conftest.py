"""The command line as its users have it, and markets small enough to run it on."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner, Result

from actors.cli.app import app

START_MS = 1_640_995_200_000
"""2022-01-01 00:00 UTC, a Saturday."""
BAR_MS = 300_000

Cli = Callable[..., Result]
Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's settings and nobody's state directory."""
    for name in [name for name in os.environ if name.startswith("CHARTWRIGHT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def cli() -> Cli:
    """Run a command in this process."""

    def call(*arguments: object, stdin: str | None = None) -> Result:
        result = CliRunner().invoke(app, [str(each) for each in arguments], input=stdin)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result

    return call


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a command as a process of its own; what still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def call(*arguments: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "actors", *map(str, arguments)]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[3]), "PYTHONWARNINGS": "error"}
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment,
        )
        started.append(process)
        return process

    yield call
    for process in started:
        process.kill()
        process.communicate()


Row = list[float]


def walk(bars: int, *, seed: int = 7) -> list[Row]:
    """[open time ms, open, high, low, close, volume] of a market that trends one way and then the other."""
    rng = np.random.default_rng(seed)
    drift = np.repeat(rng.choice([-1.0, 0.0, 1.0], size=bars // 60 + 1), 60)[:bars] * 8e-4
    close = 40_000 * np.exp(np.cumsum(drift + rng.normal(0, 1e-3, bars)))
    opened = np.concatenate(([40_000.0], close[:-1]))
    high = np.maximum(opened, close) * (1 + rng.uniform(0, 5e-4, bars))
    low = np.minimum(opened, close) * (1 - rng.uniform(0, 5e-4, bars))
    volume = rng.uniform(1, 50, bars)
    times = START_MS + np.arange(bars) * BAR_MS
    return [
        list(row) for row in zip(times.tolist(), *(c.tolist() for c in (opened, high, low, close, volume)), strict=True)
    ]


@pytest.fixture
def candles(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as a candle file; without rows, 2,500 bars of a walk."""

    def write(rows: list[Row] | None = None, name: str = "BTCUSDT.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["timestamp", "open", "high", "low", "close", "volume"])
            writer.writerows(walk(2_500) if rows is None else rows)
        return path

    return write


@pytest.fixture
def rows() -> Callable[[int], list[Row]]:
    """So many bars of the walk."""
    return walk


@pytest.fixture
def macro(tmp_path: Path) -> Path:
    """A folder of daily macro values in which the dollar falls and bitcoin's dominance with it."""
    folder = tmp_path / "macro"
    folder.mkdir()
    days = [START_MS - 40 * 86_400_000 + day * 86_400_000 for day in range(60)]
    for name, first, step in (("dxy", 110.0, -0.3), ("btc_dominance", 60.0, -0.4)):
        lines = [f"{day},{first + step * n}" for n, day in enumerate(days)]
        (folder / f"{name}.csv").write_text("\n".join(["time,close", *lines, ""]))
    (folder / "macro.toml").write_text(
        "".join(
            f'[[series]]\ninput = "{name}"\nfile = "{name}.csv"\nresolution = "1d"\ntime = "time"\nvalue = "close"\n'
            for name in ("dxy", "btc_dominance")
        )
    )
    return folder
