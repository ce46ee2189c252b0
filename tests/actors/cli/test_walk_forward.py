import json
from pathlib import Path
from typing import Any

import pytest

GRID = ("--profile", "bare-trend", "--set", "measure.warm_up_bars=30", "--grid", "trend.stop_atr=1,2")
DAYS = ("--train-days", "3", "--test-days", "2", "--embargo-bars", "12")


def test_every_fold_is_told_and_was_checked(cli: Any, candles: Any) -> None:
    result = cli("walk-forward", "--candles", candles(), *GRID, *DAYS, "--json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert len(document["folds"]) == 2
    assert all(fold["checked"] and fold["params"]["trend.stop_atr"] in {"1", "2"} for fold in document["folds"])
    assert {"efficiency", "deflated_sharpe_probability", "verdict", "out_of_sample"} <= document.keys()
    assert "not used" in result.stderr


def test_the_table_ends_with_a_verdict_in_words(cli: Any, candles: Any) -> None:
    result = cli("walk-forward", "--candles", candles(), *GRID, *DAYS, "--anchored")
    assert result.exit_code == 0, result.stderr
    assert "2 folds" in result.stdout
    assert "Verdict: " in result.stdout
    assert "Efficiency" in result.stdout


def test_purged_folds_and_draws_are_the_same_for_the_same_seed(cli: Any, candles: Any) -> None:
    path = candles()
    drawn = ("--profile", "bare-trend", "--trials", "8", "--space", "trend.stop_atr=1:3", "--method", "purged")
    first, second = (cli("walk-forward", "--candles", path, *drawn, "--folds", "3", "--json").stdout for _ in "ab")
    assert first == second
    assert len(json.loads(first)["folds"]) == 3


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((*GRID, "--train-days", "30"), "do not fit"),
        ((*GRID, *DAYS, "--metric", "sharpe,final_equity"), "one metric"),
        (DAYS, "--grid"),
    ],
)
def test_what_cannot_be_walked_is_refused_in_one_line(cli: Any, candles: Any, options: Any, said: str) -> None:
    refused = cli("walk-forward", "--candles", candles(), *options)
    assert refused.exit_code == 2
    assert said in refused.stderr


def test_where_nothing_trades_that_is_the_verdict(cli: Any, candles: Any) -> None:
    result = cli("walk-forward", "--candles", candles(), *DAYS, "--grid", "trend.stop_atr=1,2", "--json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert [each["code"] for each in document["verdict"]] == ["NO_TRADES"]
    assert document["efficiency"] is None
    assert "nothing will trade" in result.stderr


@pytest.mark.slow
@pytest.mark.parametrize("method", ["walk-forward", "purged"])
def test_seven_real_months_by_macro_are_walked_and_checked(cli: Any, shared_data: Path, method: str) -> None:
    market = ("--candles", shared_data / "candles/freqtrade/BTC_USDT-5m.json.gz", "--macro", shared_data / "macro")
    grid = ("--grid", "trend.stop_atr=1,2,4", "--grid", "measure.donchian_bars=15,40")
    result = cli("walk-forward", *market, *grid, "--method", method, "--train-days", "60", "--json")
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert len(document["folds"]) >= 4
    assert document["out_of_sample"]["closed_trades"] > 20
