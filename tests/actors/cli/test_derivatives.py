"""`--derivatives`: context that changes no decision unless the guard is on, and the same in backtest and daemon."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.actors.cli.conftest import START_MS

HOUR_MS = 3_600_000


@pytest.fixture
def market(candles: Any) -> tuple[Any, ...]:
    return ("--profile", "bare-trend", "--candles", candles())


@pytest.fixture
def dear(tmp_path: Path) -> Path:
    """Longs pay 55 % a year, from before the first bar to behind the last."""
    rows = [f"{START_MS + n * 8 * HOUR_MS},0.0005" for n in range(-40, 40)]
    path = tmp_path / "funding.csv"
    path.write_text("timestamp,funding_rate\n" + "\n".join(rows) + "\n")
    return path


def ran(cli: Any, *command: Any) -> dict[str, Any]:
    result = cli(*command, "--json")
    assert result.exit_code == 0, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def kept(cli: Any, folder: Path, *command: Any) -> list[dict[str, Any]]:
    ran(cli, "backtest", *command, "--out", folder)
    rows: list[dict[str, Any]] = json.loads(cli("journal", "--state-dir", folder, "--json").stdout)
    return rows


def test_context_changes_no_decision(cli: Any, market: Any, dear: Path) -> None:
    plain = ran(cli, "backtest", *market)
    told = ran(cli, "backtest", *market, "--derivatives", dear)
    assert plain["trades"] > 10
    for key in ("transitions_sha256", "trades", "fills", "final_equity", "blocked"):
        assert told[key] == plain[key], key
    assert told["transitions"] == plain["transitions"] + 2  # its feed began and was fresh


def test_the_guard_keeps_entries_off_the_crowded_side(cli: Any, market: Any, dear: Path) -> None:
    plain = ran(cli, "backtest", *market)
    guarded = ran(cli, "backtest", *market, "--derivatives", dear, "--set", "derivatives.crowding_guard=true")
    assert guarded["blocked"]["REGIME_FORBIDS_SIDE"] > 0
    assert 0 < guarded["trades"] < plain["trades"]


def test_a_replay_decides_under_the_guard_what_the_backtest_decides(
    cli: Any, market: Any, dear: Path, tmp_path: Path
) -> None:
    command = (*market, "--derivatives", dear, "--set", "derivatives.crowding_guard=true")
    backtest = ran(cli, "backtest", *command)
    where = ("--venue", "replay", "--speed", "max", "--no-web", "--state-dir", tmp_path / "s")
    replay = ran(cli, "run", *where, *command)
    for key in ("transitions_sha256", "trades", "fills", "final_equity", "blocked"):
        assert replay[key] == backtest[key], key


def test_a_run_without_the_input_keeps_no_record_of_it(cli: Any, market: Any, dear: Path, tmp_path: Path) -> None:
    plain = kept(cli, tmp_path / "plain", *market)
    told = kept(cli, tmp_path / "told", *market, "--derivatives", dear)
    assert plain
    assert not [row for row in plain if "derivatives" in row["actor"] + row["instance"]]

    def decided(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        keys = ("kind", "ts", "actor", "instance", "n", "event", "source", "target", "reasons", "facts")
        return [tuple(str(row.get(key)) for key in keys) for row in rows if "derivatives" not in row["actor"]]

    assert [row for row in decided(told) if row[0] != "input"] == [row for row in decided(plain) if row[0] != "input"]


def test_a_timeline_says_what_the_perpetual_told_by_then(cli: Any, market: Any, dear: Path) -> None:
    text = cli("timeline", *market[2:], "--derivatives", dear, "--set", "regime.pinned=RISK_ON").stdout
    assert "derivatives: funding +54.75% a year: longs are crowded" in text


def test_many_symbols_have_not_one_perpetual(cli: Any, market: Any, dear: Path) -> None:
    result = cli("backtest", *market, "--all-symbols", "--derivatives", dear)
    assert result.exit_code == 2
    assert "--derivatives tells of one symbol's perpetual" in result.stderr
