import json
from typing import Any

from tests.actors.cli.conftest import Cli


def test_a_grid_is_told_best_first_with_the_luck_of_the_best(cli: Cli, candles: Any) -> None:
    command = ("sweep", "--candles", candles(), "--profile", "bare-trend", "--set", "measure.warm_up_bars=30")
    result = cli(*command, "--grid", "trend.stop_atr=1,2", "--json")
    assert result.exit_code == 0, result.stderr
    rows = json.loads(result.stdout)
    assert {row["params"]["trend.stop_atr"] for row in rows} == {"1", "2"}
    assert rows[0]["final_equity"] >= rows[1]["final_equity"]
    assert rows[0]["checked"] is True
    table = cli(*command, "--grid", "trend.stop_atr=1,2")
    assert "the actors" in table.stdout


def test_a_search_without_a_space_or_with_two_is_refused(cli: Cli, candles: Any) -> None:
    command = ("sweep", "--candles", candles(), "--profile", "bare-trend")
    assert "--grid" in cli(*command).stderr
    assert cli(*command, "--grid", "trend.stop_atr=1", "--trials", "3").exit_code == 2
    refused = cli(*command, "--grid", "regime.threshold=1")
    assert refused.exit_code == 2
    assert "cannot be swept" in refused.stderr


def test_several_metrics_list_the_sets_that_none_beats_and_all_listed_are_checked(cli: Cli, candles: Any) -> None:
    command = ("sweep", "--candles", candles(), "--profile", "bare-trend", "--set", "measure.warm_up_bars=30")
    both = ("--metric", "final_equity", "--metric", "max_drawdown_pct")
    grid = ("--grid", "trend.stop_atr=1,1.5,2,3,4", "--grid", "measure.donchian_bars=10,20,40")
    result = cli(*command, *grid, *both, "--json")
    assert result.exit_code == 0, result.stderr
    rows = json.loads(result.stdout)
    front = [row for row in rows if row["front"]]
    assert rows[: len(front)] == front
    assert 1 <= len(front) < len(rows) == 15
    assert all(row["checked"] for row in front[:10])
    for row in rows:
        beats = [
            each["final_equity"] >= row["final_equity"] and each["max_drawdown_pct"] < row["max_drawdown_pct"]
            for each in front
        ]
        assert not (row["front"] and any(beats))
    assert "Pareto" in cli(*command, *grid, *both).stdout
    commas = cli(*command, *grid, "--metric", "final_equity,max_drawdown_pct", "--json")
    assert commas.stdout == result.stdout


def test_drawn_sets_are_given_up_early_where_that_is_asked_for(cli: Cli, candles: Any) -> None:
    command = ("sweep", "--candles", candles(), "--profile", "bare-trend", "--set", "measure.warm_up_bars=30")
    drawn = ("--trials", "96", "--space", "trend.stop_atr=1:4", "--space", "measure.donchian_bars=10:60")
    pruned, whole = (json.loads(cli(*command, *drawn, *how, "--json").stdout) for how in (("--prune",), ()))
    assert len(whole) == 96
    assert "pruned" not in whole[0]["luck"]
    assert pruned[0]["luck"]["pruned"] == 96 - len(pruned) > 0
    assert "given up early" in cli(*command, *drawn, "--prune").stdout
