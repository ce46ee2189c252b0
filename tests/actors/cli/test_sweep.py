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
