import json
from pathlib import Path

import pytest

from tests.actors.cli.conftest import Cli

LONG = "BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet"


@pytest.fixture
def luna(cli: Cli, shared_data: Path, tmp_path: Path) -> Path:
    """The week in May 2022 in which Luna fell; consumer prices came on the 11th."""
    news = shared_data / "news"
    command = ["backtest", "--candles", shared_data / "candles" / LONG, "--macro", shared_data / "macro"]
    command += ["--news", news / "bitcoin_headlines_labelled_2021-11_2023-06.csv.gz"]
    command += ["--calendar", news / "macro_events_us_2000_2027.csv.gz"]
    result = cli(*command, "--from", "2022-05-08", "--to", "2022-05-14", "--out", tmp_path / "luna", "--json")
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
