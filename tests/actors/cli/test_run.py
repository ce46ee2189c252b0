import json
import signal
import socket
import stat
import time
from pathlib import Path
from typing import Any

import pytest

BARE = ("--profile", "bare-trend")
FAST = ("--venue", "replay", "--speed", "max", "--no-web", "--json")


def ended(process: Any) -> dict[str, Any]:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    document: dict[str, Any] = json.loads(out)
    return document


def refused(process: Any) -> str:
    out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (2, ""), err
    assert "Traceback" not in err
    return str(err)


def until(path: Path) -> None:
    """Wait for a daemon's control socket."""
    deadline = time.monotonic() + 30
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_replay_decides_what_the_backtest_of_the_same_candles_decides_and_once_ended_begins_anew(
    cli: Any, candles: Any, tmp_path: Path
) -> None:
    path = candles()
    command = ("run", *FAST, *BARE, "--candles", path, "--state-dir", tmp_path / "s")
    replay, again = (json.loads(cli(*command).stdout) for _ in range(2))
    backtest = json.loads(cli("backtest", *BARE, "--candles", path, "--json").stdout)
    assert backtest["trades"] > 10
    for key in ("transitions_sha256", "trades", "fills", "fees", "final_equity", "blocked", "bars"):
        assert replay[key] == again[key] == backtest[key], key


def test_a_simulated_market_is_its_seeds(cli: Any, tmp_path: Path) -> None:
    command = ("run", "--speed", "max", "--bars", "400", "--no-web", "--json", *BARE)
    seeds = {"a": 35, "b": 35, "c": 36}
    runs = [cli(*command, "--seed", seed, "--state-dir", tmp_path / name) for name, seed in seeds.items()]
    one, same, other = (json.loads(run.stdout)["transitions_sha256"] for run in runs)
    assert one == same != other


def test_sigterm_ends_it_cleanly_and_the_same_command_goes_on_to_the_same_end(
    cli: Any, start: Any, candles: Any, rows: Any, tmp_path: Path
) -> None:
    path = candles(rows(1_500))
    command = ("run", *FAST, *BARE, "--candles", path, "--state-dir", tmp_path / "s")
    slow = start(*command, "--speed", "100000")
    until(tmp_path / "s" / "control.sock")
    time.sleep(0.5)
    slow.send_signal(signal.SIGTERM)
    assert 0 < ended(slow)["bars"] < 1_500
    resumed = start(*command)
    out, err = resumed.communicate(timeout=60)
    assert "going on where it stopped" in err
    whole = json.loads(cli("backtest", *BARE, "--candles", path, "--json").stdout)
    assert json.loads(out)["transitions_sha256"] == whole["transitions_sha256"]
    assert json.loads(out)["trades"] == whole["trades"]


def test_an_unfinished_run_is_not_resumed_with_other_settings_unless_begun_afresh(
    start: Any, candles: Any, rows: Any, tmp_path: Path
) -> None:
    command = ("run", *FAST, *BARE, "--candles", candles(rows(600)), "--state-dir", tmp_path / "s")
    slow = start(*command, "--speed", "1")
    until(tmp_path / "s" / "control.sock")
    slow.send_signal(signal.SIGINT)
    ended(slow)
    said = refused(start(*command, "--set", "trend.stop_atr=2.5"))
    assert "settings.trend.stop_atr: 1.5 -> 2.5" in said
    assert "--fresh" in said
    assert ended(start(*command, "--set", "trend.stop_atr=2.5", "--fresh"))["bars"] == 600


def test_a_state_directory_has_one_daemon_that_obeys_its_owner(
    cli: Any, start: Any, candles: Any, tmp_path: Path
) -> None:
    home = tmp_path / "s"
    command = ("run", *FAST, *BARE, "--candles", candles(), "--state-dir", home)
    daemon = start(*command, "--speed", "3000")
    until(home / "control.sock")
    assert stat.S_IMODE((home / "control.sock").stat().st_mode) == 0o600
    assert f"pid {daemon.pid}" in refused(start(*command))

    def state(name: str, *options: str) -> str:
        result = cli(name, *options, "--state-dir", home, "--json")
        assert result.exit_code == 0, result.stderr
        return str(json.loads(result.stdout)["session"]["state"])

    assert state("status") == "trading"
    assert state("pause") == "paused"
    assert "no new entries" in cli("status", "--state-dir", home).stdout
    assert state("resume") == "trading"
    assert state("flatten", "--yes") in {"flattening", "paused", "trading"}
    alive = json.loads(cli("machines", "--state-dir", home, "--json").stdout)
    assert [len(chart["instances"]) for chart in alive if chart["name"] == "session"] == [1]
    checks = {check["check"]: check for check in json.loads(cli("doctor", "--state-dir", home, "--json").stdout)}
    assert "used by a running daemon" in checks["state directory"]["detail"]
    daemon.send_signal(signal.SIGINT)
    ended(daemon)
    rows = json.loads(cli("journal", "--state-dir", home, "--machine", "session", "--json").stdout)
    assert [row["reasons"] for row in rows if row["event"] == "pause"] == [["OPERATOR_PAUSE"]]


def test_a_taken_port_is_told_before_anything_starts(start: Any, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(start("run", "--bars", "10", "--port", port, "--state-dir", tmp_path / "s"))
    assert f"127.0.0.1:{port}" in said
    assert not (tmp_path / "s").exists()


def test_a_missing_folder_of_the_database_is_told_in_one_line(start: Any, tmp_path: Path) -> None:
    process = start(
        *("run", "--bars", "10", "--no-web", "--json", "--state-dir", tmp_path / "s"),
        *("--database", f"sqlite:///{tmp_path}/absent/journal.sqlite"),
    )
    _, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "cannot be opened" in err
    assert "Traceback" not in err


def test_the_page_is_served_where_it_says(start: Any, tmp_path: Path) -> None:
    daemon = start("run", "--port", "0", "--speed", "max", "--bars", "300", "--json", "--state-dir", tmp_path / "s")
    _, err = daemon.communicate(timeout=60)
    assert daemon.returncode == 0
    assert "page: http://127.0.0.1:" in err


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--venue", "bybit"], "--bars: a real market has its own pace and no end"),
        (["--venue", "bybit", "--speed", "3"], "--speed and --bars: a real market has its own pace"),
        (["--live"], "--live means real money, and sim has none"),
        (["--speed", "0"], "--speed is '0'"),
        (["--speed", "fast"], "--speed is 'fast'"),
        (["--speed", "nan"], "--speed is 'nan'"),
        (["--venue", "replay"], "--candles is missing"),
        (["--candles", "x.csv"], "add --venue replay"),
        (["--host", "0.0.0.0"], "web.viewer_token must be set"),  # noqa: S104  refused, which is the point
        (["--port", "65536"], "less than or equal to 65535"),
        (["--venue", "binance"], "is not one of"),
        (["--database", "mysql://x/y"], "mysql is not supported"),
        (["--database", "nonsense"], "not a database URL"),
        (["--symbols", "x"], "symbols"),
    ],
)
def test_an_option_that_cannot_be_is_refused(cli: Any, tmp_path: Path, options: list[str], says: str) -> None:
    page = () if {"--host", "--port"} & set(options) else ("--no-web",)
    result = cli("run", "--bars", "10", *page, "--state-dir", tmp_path / "s", *options)
    assert result.exit_code == 2
    assert says in result.stderr
    assert "Traceback" not in result.stderr
