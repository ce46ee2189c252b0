"""`sweep` over a folder, with results and on a cluster tells what it tells of one file on this machine."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.actors.cli.conftest import Cli, Row, walk
from tests.actors.lab.cluster.nodes import Nodes

GRID = ("--grid", "trend.stop_atr=1,2,3", "--grid", "measure.donchian_bars=15,30", "--json")
BASE = ("--profile", "bare-trend", "--set", "measure.warm_up_bars=30")
Candles = Callable[..., Path]


@pytest.fixture
def nodes(tmp_path: Path) -> Iterator[Nodes]:
    """A cluster that nobody has started yet."""
    found = Nodes(tmp_path)
    yield found
    found.stop()


@pytest.fixture
def folder(tmp_path: Path, candles: Candles) -> Path:
    """Two symbols, a file for each."""
    (tmp_path / "many").mkdir()
    for seed, symbol in enumerate(("BTCUSDT", "ETHUSDT")):
        rows: list[Row] = walk(2_500, seed=seed)
        candles(rows, f"many/{symbol}-5m.csv")
    return tmp_path / "many"


def told(cli: Cli, *arguments: object) -> Any:
    result = cli("sweep", *arguments, *BASE, *GRID)
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


def test_kept_results_change_nothing_and_are_not_run_twice(cli: Cli, candles: Candles, tmp_path: Path) -> None:
    plain = told(cli, "--candles", candles())
    kept = tmp_path / "results.parquet"
    assert told(cli, "--candles", candles(), "--results", kept) == plain
    [part] = kept.glob("*.parquet")
    written = part.stat().st_mtime_ns
    assert told(cli, "--candles", candles(), "--results", kept, "--top", 2) == plain[:2]
    assert part.stat().st_mtime_ns == written


def test_every_symbol_of_a_folder_is_searched_as_if_alone(cli: Cli, folder: Path, tmp_path: Path) -> None:
    alone = {symbol: told(cli, "--candles", folder / f"{symbol}-5m.csv") for symbol in ("BTCUSDT", "ETHUSDT")}
    assert alone["BTCUSDT"] != alone["ETHUSDT"]
    assert told(cli, "--candles", folder) == {"symbols": alone}
    assert told(cli, "--candles", folder, "--results", tmp_path / "kept") == {"symbols": alone}
    assert len(list((tmp_path / "kept").iterdir())) == 2
    assert told(cli, "--candles", folder, "--symbol", "ETHUSDT") == {"symbols": {"ETHUSDT": alone["ETHUSDT"]}}
    table = cli("sweep", "--candles", folder, *BASE, "--grid", "trend.stop_atr=1,2").stdout
    assert "BTCUSDT: 2 sets" in table
    assert "ETHUSDT: 2 sets" in table


def test_drawn_sets_are_the_same_with_kept_results(cli: Cli, candles: Candles, tmp_path: Path) -> None:
    command = ("--candles", candles(), "--trials", "40", "--space", "trend.stop_atr=1:3", *BASE, "--json")
    plain = cli("sweep", *command)
    assert plain.exit_code == 0, plain.stderr
    kept = cli("sweep", *command, "--results", tmp_path / "kept", "--top", 1_000)
    assert json.loads(kept.stdout) == json.loads(plain.stdout)


@pytest.mark.parametrize(
    "options",
    [("--results", "mysql://me@127.0.0.1/x"), ("--results", "BTCUSDT.csv")],
)
def test_results_that_cannot_be_kept_are_refused_in_one_line(cli: Cli, candles: Candles, options: Any) -> None:
    result = cli("sweep", "--candles", candles(), *BASE, *GRID, *options)
    assert result.exit_code == 2
    assert "--results" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.slow
def test_a_cluster_tells_what_this_machine_does(cli: Cli, folder: Path, tmp_path: Path, nodes: Nodes) -> None:
    plain = told(cli, "--candles", folder)
    nodes.start(2)
    there = ("--candles", folder, "--cluster", nodes.address)
    assert told(cli, *there) == plain
    assert told(cli, *there, "--results", tmp_path / "kept") == plain
    nodes.stop()
    refused = cli("sweep", *there, *BASE, *GRID)
    assert refused.exit_code == 2
    assert "no scheduler answers" in refused.stderr
