import json
import re
from pathlib import Path
from typing import Any

import pytest

from actors.cli.regime_steps import show
from tests.actors.cli.conftest import Cli

LONG = "BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet"


@pytest.fixture
def luna_files(shared_data: Path) -> list[Any]:
    """The week in May 2022 in which Luna fell; consumer prices came on the 11th."""
    news = shared_data / "news"
    command: list[Any] = ["--candles", shared_data / "candles" / LONG, "--macro", shared_data / "macro"]
    command += ["--news", news / "bitcoin_headlines_labelled_2021-11_2023-06.csv.gz"]
    command += ["--calendar", news / "macro_events_us_2000_2027.csv.gz"]
    return [*command, "--from", "2022-05-08", "--to", "2022-05-14"]


@pytest.fixture
def luna(cli: Cli, luna_files: list[Any], tmp_path: Path) -> Path:
    """Its journal."""
    result = cli("backtest", *luna_files, "--out", tmp_path / "luna", "--json")
    assert result.exit_code == 0, result.stderr
    return tmp_path / "luna"


def test_the_week_luna_fell_reads_true(cli: Cli, luna: Path) -> None:
    steps = json.loads(cli("timeline", "--state-dir", luna, "--json").stdout)
    assert steps[0]["from"] is None
    assert [step["ts"] for step in steps] == sorted(step["ts"] for step in steps)
    for step in steps[1:]:
        assert step["reasons"]
        if step["event"] in ("assess", "hold") and "inputs" in step:
            given = sum(each["contribution"] for each in step["inputs"].values())
            assert given == pytest.approx(step["risk_score"], abs=1e-5)
    text = cli("timeline", "--state-dir", luna).stdout
    assert "A scheduled announcement is near" in text
    assert "2022-05-11 12:00" in text
    assert "risk score" in text
    assert "would flip it" in text


def test_a_state_directory_without_a_run_is_refused(cli: Cli, tmp_path: Path) -> None:
    assert cli("timeline", "--state-dir", tmp_path / "none").exit_code == 2


def test_a_timeline_straight_from_files_is_the_journals(cli: Cli, luna: Path, luna_files: list[Any]) -> None:
    journaled = json.loads(cli("timeline", "--state-dir", luna, "--json").stdout)
    result = cli("timeline", *luna_files, "--json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout) == journaled


def test_a_timeline_shows_the_headlines_the_threshold_and_the_dwell_within_a_hundred_columns(
    cli: Cli, luna_files: list[Any]
) -> None:
    lines = cli("timeline", *luna_files).stdout.splitlines()
    assert max(map(len, lines)) <= 100
    text = " ".join(" ".join(lines).split())
    assert "LUNA is now down 84% in a week as UST can't get its peg back.” (bitcoin_headlines_labelled" in text
    assert "RISK_OFF 0.60 · DECOUPLED 0.00 · CHOP 0.40; a change needs 0.60" in text
    assert "the dwell holds it for 60 more minutes, until 2022-05-09 02:00" in text


def test_no_score_reads_like_the_threshold_it_missed_and_no_flip_like_the_value_it_is_of(
    capsys: pytest.CaptureFixture[str],
) -> None:
    dollar = {"trend": 0.2996, "weight": 1.0, "contribution": -0.5996}
    scores = {"RISK_ON": 0.0, "RISK_OFF": 0.5996, "DECOUPLED": 0.0, "CHOP": 0.4004}
    step = {"ts": 0, "from": "CHOP", "to": "CHOP", "event": "hold", "reasons": ["REGIME_SCORE_WEAK"], "scores": scores}
    step |= {"candidate": "RISK_OFF", "threshold": 0.6, "risk_score": -0.5996, "inputs": {"dxy": dollar}}
    show([step | {"flips": {"dxy": [0.3, "RISK_OFF"]}}])
    text = " ".join(capsys.readouterr().out.split())
    assert "RISK_OFF 0.5996 · DECOUPLED 0.00 · CHOP 0.40; a change needs 0.60" in text
    assert "dollar from +0.2996 to +0.3000 (RISK_OFF)" in text


def test_a_full_trend_of_price_is_told_as_of_when_it_became_full(cli: Cli, luna_files: list[Any]) -> None:
    text = " ".join(cli("timeline", *luna_files).stdout.split())
    assert re.search(r"read as -1\.00: price fell [\d.]+ % in \d+ h when its trend became full", text)
    assert re.search(r"price (?:fell|rose) [\d.]+ % in \d+ h (?!when)", text)


def test_every_flip_of_a_record_names_another_regime_than_the_one_that_holds(cli: Cli, luna_files: list[Any]) -> None:
    steps = json.loads(cli("timeline", *luna_files, "--json").stdout)
    named = [(step["to"], flip[1]) for step in steps for flip in step.get("flips", {}).values() if flip]
    assert len(named) > 20
    assert all(holds != makes for holds, makes in named)


def test_a_journal_and_a_file_are_not_read_at_once(cli: Cli, tmp_path: Path) -> None:
    result = cli("timeline", "--state-dir", tmp_path, "--candles", tmp_path / "bars.csv")
    assert result.exit_code == 2
    assert "--state-dir names a journal and --candles a file" in result.stderr


def test_what_was_known_needs_candles_to_say_when(cli: Cli, tmp_path: Path) -> None:
    result = cli("timeline", "--macro", tmp_path)
    assert result.exit_code == 2
    assert "--candles is missing" in result.stderr
