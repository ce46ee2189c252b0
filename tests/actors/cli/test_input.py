"""`chartwright input` as its users have it: told to a daemon, kept over a restart, read in the timeline."""

import json
import signal
import time
from pathlib import Path
from typing import Any

import pytest

HOUR_MS = 3_600_000


def until(path: Path) -> None:
    """Wait for a daemon's control socket."""
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_value_set_by_hand_names_the_regime_outlives_a_restart_and_ends_in_market_time(
    cli: Any, start: Any, candles: Any, rows: Any, tmp_path: Path
) -> None:
    home = tmp_path / "s"
    command = ("run", "--venue", "replay", "--candles", candles(rows(900)), "--no-web", "--json", "--state-dir", home)
    slow = start(*command, "--speed", "30")
    until(home / "control.sock")
    result = cli("input", "news=+0.9", "--ttl", "20h", "--author", "anna", "--state-dir", home, "--json")
    assert result.exit_code == 0, result.stderr
    (manual,) = json.loads(result.stdout)["regime"]["manual"]
    assert (manual["input"], manual["value"], manual["left_ms"]) == ("news", 0.9, 20 * HOUR_MS)
    assert manual["author"].startswith("anna (uid ")
    said = cli("status", "--state-dir", home).stdout
    assert "regime RISK_ON" in said
    assert "news set by hand to +0.9 by anna" in " ".join(said.split())
    slow.send_signal(signal.SIGTERM)
    _, err = slow.communicate(timeout=60)
    assert slow.returncode == 0, err

    resumed = start(*command, "--speed", "max")
    _, err = resumed.communicate(timeout=120)
    assert resumed.returncode == 0, err
    steps = json.loads(cli("timeline", "--state-dir", home, "--json").stdout)
    told = [(step["reasons"][0], step["to"]) for step in steps[1:]]
    assert told == [
        ("MANUAL_INPUT", "undetermined"),
        ("REGIME_SCORE_LEADS", "RISK_ON"),
        ("MANUAL_INPUT_EXPIRED", "RISK_ON"),
        ("REGIME_INPUTS_LOST", "undetermined"),
    ]
    assert steps[3]["ts"] == manual["until"] == steps[1]["ts"] + 20 * HOUR_MS
    shown = cli("timeline", "--state-dir", home).stdout
    assert "news by hand +0.90: anna (uid" in shown
    assert "1200 minutes left" in shown


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("news=1.5",), "news is 1.5: it must be a number from -1 to 1"),
        (("news=nan",), "news is nan: it must be a number from -1 to 1"),
        (("gold=0.5",), "input is 'gold': it must be one of news, dxy, btc_dominance"),
        (("news",), "'news' is no input: give NAME=VALUE, such as news=0.4 or news=clear"),
        (("news=much",), "'news=much' is no input"),
        (("news=0.4", "--ttl", "4"), "--ttl is '4': give a length of time such as 30m, 4h or 2d"),
        (("news=0.4", "--ttl", "8d"), "ttl is 691200000 ms: it must be"),
        (("news=0.4", "--author", ""), "author is ''"),
        (("news=0.4",), "no daemon is running"),
        (("news=clear",), "no daemon is running"),
    ],
)
def test_what_cannot_be_set_is_told_in_one_line(cli: Any, given: tuple[str, ...], said: str) -> None:
    result = cli("input", *given)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_pinned_regime_takes_no_value_and_says_so(cli: Any, start: Any, candles: Any, tmp_path: Path) -> None:
    home = tmp_path / "s"
    daemon = start(
        *("run", "--venue", "replay", "--candles", candles(), "--no-web", "--json", "--state-dir", home),
        *("--profile", "bare-trend", "--speed", "30"),
    )
    until(home / "control.sock")
    result = cli("input", "news=-1", "--state-dir", home)
    assert result.exit_code == 2
    assert "the regime is pinned to RISK_ON: no input moves it" in result.stderr
    daemon.send_signal(signal.SIGTERM)
    daemon.communicate(timeout=60)
