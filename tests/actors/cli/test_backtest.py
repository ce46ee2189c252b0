import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest

KEYS = {
    *("bars", "first_time", "last_time", "trades", "fills", "wins", "fees", "funding", "final_equity"),
    *("max_drawdown_pct", "profit_factor", "expectancy_r", "transitions", "evaluations", "blocked", "by_regime"),
    *("by_mode", "by_exit", "elapsed_s", "bars_per_s", "transitions_sha256"),
}
Write = Callable[..., Path]


def ran(cli: Any, *arguments: object) -> dict[str, Any]:
    result = cli("backtest", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    document: dict[str, Any] = json.loads(result.stdout)
    return document


def test_the_json_has_every_promised_key_and_is_all_of_stdout(cli: Any, candles: Write) -> None:
    document = ran(cli, "--candles", candles(), "--profile", "bare-trend")
    assert document.keys() >= KEYS
    assert document["bars"] == document["evaluations"] == 2_500
    assert document["trades"] > 10


def test_a_backtest_told_as_json_imports_nothing_it_does_not_use(candles: Write) -> None:
    unused = ("rich.table", "multiprocessing", "actors.adapters.sim.market", "sqlalchemy", "pandas")
    code = (
        "import sys\nfrom actors.cli.app import app\n"
        "try:\n    app(sys.argv[1:], prog_name='chartwright')\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {unused!r} if name in sys.modules], file=sys.stderr)"
    )
    command = ("backtest", "--candles", str(candles()), "--profile", "bare-trend", "--json")
    found = subprocess.run(
        [sys.executable, "-c", code, *command],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert json.loads(found.stdout)["trades"] > 10
    assert found.stderr.splitlines()[-1] == "[]"


def test_the_same_backtest_twice_decides_the_same(cli: Any, candles: Write) -> None:
    command = ("--candles", candles(), "--profile", "bare-trend")
    first, second = ran(cli, *command), ran(cli, *command)
    unlike = {"elapsed_s", "bars_per_s"}
    assert {k: v for k, v in first.items() if k not in unlike} == {k: v for k, v in second.items() if k not in unlike}


def test_a_changed_setting_changes_the_digest(cli: Any, candles: Write) -> None:
    command = ("--candles", candles(), "--profile", "bare-trend")
    assert (
        ran(cli, *command)["transitions_sha256"]
        != (ran(cli, *command, "--set", "trend.stop_atr=2.5")["transitions_sha256"])
    )


def test_a_journaled_backtest_decides_the_same_as_one_without(cli: Any, candles: Write, tmp_path: Path) -> None:
    command = ("--candles", candles(), "--profile", "bare-trend")
    plain, kept = ran(cli, *command), ran(cli, *command, "--out", tmp_path / "out")
    assert kept["transitions_sha256"] == plain["transitions_sha256"]
    assert kept["transitions"] == plain["transitions"]
    assert (tmp_path / "out" / "journal.sqlite").is_file()


def test_a_backtest_into_the_same_folder_again_is_a_new_run(cli: Any, candles: Write, tmp_path: Path) -> None:
    command = ("--candles", candles(), "--profile", "bare-trend", "--out", tmp_path / "out")
    assert ran(cli, *command)["transitions_sha256"] == ran(cli, *command)["transitions_sha256"]


def test_without_macro_data_the_default_profile_says_that_nothing_will_trade(cli: Any, candles: Write) -> None:
    result = cli("backtest", "--candles", candles(), "--json")
    assert json.loads(result.stdout)["trades"] == 0
    assert json.loads(result.stdout)["by_regime"] == {"undetermined": 2_500}
    assert "--macro DIR" in result.stderr


def test_with_macro_data_the_regime_is_named_and_nothing_is_warned_of(cli: Any, candles: Write, macro: Path) -> None:
    result = cli("backtest", "--candles", candles(), "--macro", macro, "--json")
    assert result.stderr == ""
    assert set(json.loads(result.stdout)["by_regime"]) - {"undetermined"}


def test_macro_files_by_input_are_the_same_as_their_folder(cli: Any, candles: Write, macro: Path) -> None:
    files = [part for name in ("dxy", "btc_dominance") for part in ("--macro", f"{name}={macro / name}.csv")]
    command = ("--candles", candles())
    assert ran(cli, *command, *files)["by_regime"] == ran(cli, *command, "--macro", macro)["by_regime"]


def test_a_range_cuts_bars_at_its_start_and_before_its_end(cli: Any, candles: Write) -> None:
    document = ran(cli, "--candles", candles(), "--from", "2022-01-02", "--to", "2022-01-03T00:05")
    assert (document["first_time"], document["last_time"]) == ("2022-01-02T00:00:00Z", "2022-01-03T00:00:00Z")
    assert document["bars"] == 289


def test_epoch_milliseconds_name_the_same_moment_as_a_date(cli: Any, candles: Write) -> None:
    path = candles()
    by_ms = ran(cli, "--candles", path, "--from", "1641081600000")
    assert by_ms["first_time"] == ran(cli, "--candles", path, "--from", "2022-01-02")["first_time"]


def test_finer_bars_are_made_into_the_timeframe_asked_for(cli: Any, candles: Write) -> None:
    document = ran(cli, "--candles", candles(), "--timeframe", "1h")
    assert (document["bars"], document["timeframe_ms"]) == (208, 3_600_000)


def test_coarser_bars_are_used_as_they_are_with_a_warning(cli: Any, candles: Write, rows: Any) -> None:
    hourly = [[1_640_995_200_000 + n * 3_600_000, *row[1:]] for n, row in enumerate(rows(50))]
    result = cli("backtest", "--candles", candles(hourly), "--json")
    assert json.loads(result.stdout)["timeframe_ms"] == 3_600_000
    assert "holds 1h bars, coarser than the 5m asked for" in result.stderr


def test_bars_ends_the_run_after_so_many(cli: Any, candles: Write) -> None:
    assert ran(cli, "--candles", candles(), "--bars", 600)["bars"] == 600


def test_gaps_and_duplicates_are_told_on_stderr(cli: Any, candles: Write, rows: Any) -> None:
    some = rows(100)
    result = cli("backtest", "--candles", candles([*some[:50], some[49], *some[60:]]), "--json")
    assert "1 rows duplicated" in result.stderr
    assert "1 gaps, 10 bars missing" in result.stderr
    assert json.loads(result.stdout)["bars"] == 90


def test_people_read_costs_regimes_refusals_and_a_verdict(cli: Any, candles: Write) -> None:
    text = cli("backtest", "--candles", candles(), "--profile", "bare-trend").stdout
    for part in ("Net result", "Fees", "Funding", "Largest drawdown", "Bars per regime", "NO_SIGNAL", "sha256"):
        assert part in text
    assert "The strategy's entry pattern did not occur" in text


def test_people_are_told_why_nothing_traded(cli: Any, candles: Write) -> None:
    assert "Nothing traded: REGIME_UNDETERMINED" in cli("backtest", "--candles", candles()).stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--timeframe", "5x"], "--timeframe is '5x'"),
        (["--timeframe", "7m"], "a whole number of bars"),
        (["--from", "yesterday"], "--from is 'yesterday'"),
        (["--from", "2023-01-01"], "no bar opens in the range"),
        (["--profile", "bare-tend"], "did you mean bare-trend?"),
        (["--set", "trend.stop_atr=-1"], "trend.stop_atr is '-1' (--set)"),
        (["--set", "trend.stop_atrs=1"], "did you mean trend.stop_atr?"),
        (["--set", "guards.off=costs"], "no guard is named 'costs'"),
        (["--set", "trend.stop_atr"], "write section.name=value"),
        (["--config", "absent.toml"], "absent.toml"),
        (["--macro", "absent"], "absent"),
        (["--macro", "dyx=BTCUSDT.csv"], "did you mean dxy?"),
        (["--macro", "dxy=a.csv", "--macro", "dxy=b.csv"], "names dxy twice"),
        (["--macro", "a", "--macro", "dxy=b.csv"], "one folder, or INPUT=FILE"),
        (["--news", "absent.csv"], "absent.csv does not exist"),
        (["--bars", "0"], "greater than or equal to 1"),
        (["--seed", "-1"], "greater than or equal to 0"),
        (["--to", "2022-01-01T00:05"], "at least 2 are needed"),
    ],
)
def test_an_impossible_option_ends_with_2_and_says_which(
    cli: Any, candles: Write, options: list[str], says: str
) -> None:
    result = cli("backtest", "--candles", candles(), *options)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert says in result.stderr
    assert "Traceback" not in result.stderr


def test_candles_must_be_named(cli: Any) -> None:
    result = cli("backtest")
    assert result.exit_code == 2
    assert "--candles is missing" in result.stderr


def has_commits(journal: Path) -> bool:
    """Whether it is being written: all imports are done by then, which Python would tell of if they were cut off."""
    if not journal.exists():
        return False
    with closing(sqlite3.connect(journal)) as connection, suppress(sqlite3.OperationalError):
        return bool(connection.execute("SELECT count(*) FROM journal_commit").fetchone()[0])
    return False


def test_an_interrupted_backtest_ends_with_130(start: Any, candles: Write, rows: Any, tmp_path: Path) -> None:
    process = start(
        *(
            "backtest",
            "--profile",
            "bare-trend",
            "--json",
            "--candles",
            candles(rows(60_000)),
            "--out",
            tmp_path / "out",
        )
    )
    deadline = time.monotonic() + 30
    while not has_commits(tmp_path / "out" / "journal.sqlite"):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, ""), err
    assert "Traceback" not in err


def folder_of(candles: Write, *symbols: str) -> Path:
    folder = candles(name=f"{symbols[0]}.csv").parent / "many"
    folder.mkdir()
    for symbol in symbols:
        candles(name=f"many/{symbol}.csv")
    return folder


def test_many_symbols_are_a_row_each_and_a_total_that_says_the_accounts_are_apart(cli: Any, candles: Write) -> None:
    folder = folder_of(candles, "BTCUSDT", "ETHUSDT", "SOLUSDT")
    command = ("--candles", folder, "--profile", "bare-trend", "--bars", "600")
    document = ran(cli, *command, "--symbol", "ETHUSDT", "--symbol", "BTCUSDT")
    assert [each["symbol"] for each in document["symbols"]] == ["ETHUSDT", "BTCUSDT"]
    assert document["accounts"] == "one per symbol"
    assert document["total"]["bars"] == 1_200
    table = cli("backtest", *command, "--all-symbols")
    assert table.exit_code == 0, table.stderr
    assert all(text in table.stdout for text in ("3 symbols", "one account per symbol", "SOLUSDT", "total"))


def test_many_symbols_of_one_file_or_of_an_unnamed_folder_are_refused(cli: Any, candles: Write) -> None:
    folder = folder_of(candles, "BTCUSDT", "ETHUSDT")
    file = folder / "BTCUSDT.csv"
    for options, said in (
        (("--candles", file, "--all-symbols"), "read from a folder"),
        (("--candles", folder), "--all-symbols"),
        (("--candles", folder, "--all-symbols", "--symbol", "BTCUSDT"), "one of them"),
        (("--candles", folder, "--all-symbols", "--out", folder / "out"), "--out"),
        (("--candles", folder, "--symbol", "XRPUSDT"), "XRPUSDT"),
    ):
        refused = cli("backtest", *options)
        assert refused.exit_code == 2
        assert said in refused.stderr
