import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from actors.cli.app import COMMANDS
from core.reasons import Reason
from machines.catalog import CHARTS

HEAVY = ("pandas", "sqlalchemy", "talib", "statemachine", "numpy", "uvicorn", "settings")


def test_help_names_every_command_and_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom actors.cli.app import app\n"
        "try:\n    app(['--help'], prog_name='chartwright')\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
        "from rich.markdown import Markdown\n"  # what the help does without is there for whoever wants it
        "assert Markdown('*a*').markup == '*a*'"
    )
    found = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert found.stderr.strip() == "[]"
    assert all(name in found.stdout for name in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_an_example(cli: Any, command: str) -> None:
    result = cli(command, "--help")
    assert result.exit_code == 0
    assert f"Example: chartwright {command}" in " ".join(result.stdout.split())


@pytest.mark.parametrize("arguments", [["strat"], ["--nope"], ["reasons", "--nope"]])
def test_what_is_no_command_or_option_ends_with_2(cli: Any, arguments: list[str]) -> None:
    assert cli(*arguments).exit_code == 2


def test_a_misspelt_command_is_answered_with_the_nearest(cli: Any) -> None:
    assert "Did you mean 'backtest'?" in " ".join(cli("backtst").stderr.replace("│", "").split())


def test_every_reason_is_listed_and_one_can_be_asked_for(cli: Any) -> None:
    every = json.loads(cli("reasons", "--json").stdout)
    assert [entry["code"] for entry in every] == [reason.name for reason in Reason]
    one = json.loads(cli("reasons", "cost_too_high", "--json").stdout)
    reason = Reason.COST_TOO_HIGH
    assert one == [
        {"code": reason.name, "meaning": reason.meaning, "remedy": reason.remedy, "emitted_by": "strategist"}
    ]


def test_an_unknown_reason_is_answered_with_the_nearest(cli: Any) -> None:
    result = cli("reasons", "COST_TO_HIGH")
    assert result.exit_code == 2
    assert "did you mean COST_TOO_HIGH" in result.stderr


def test_every_chart_is_listed_with_states_events_and_transitions_that_fit(cli: Any) -> None:
    charts = json.loads(cli("machines", "--json").stdout)
    assert [chart["name"] for chart in charts] == list(CHARTS)
    for chart in charts:
        assert all(set(edge) == {"source", "target", "event", "guard"} for edge in chart["transitions"])
        assert {edge["source"] for edge in chart["transitions"]} <= set(chart["states"])
        assert {edge["event"] for edge in chart["transitions"]} - {""} <= set(chart["events"])
    assert all(name in cli("machines").stdout for name in CHARTS)


def test_machines_of_a_folder_without_a_daemon_are_refused(cli: Any, tmp_path: Path) -> None:
    result = cli("machines", "--state-dir", tmp_path)
    assert result.exit_code == 2
    assert "no daemon is running" in result.stderr


@pytest.mark.parametrize(
    ("form", "begins"), [("svg", "<svg"), ("mermaid", "stateDiagram"), ("dot", "digraph"), ("md", "#")]
)
def test_a_chart_is_drawn_to_stdout(cli: Any, form: str, begins: str) -> None:
    assert cli("diagram", "position", "--format", form).stdout.lstrip().startswith(begins)


def test_a_picture_is_written_as_bytes(cli: Any, tmp_path: Path) -> None:
    assert cli("diagram", "risk", "--format", "png", "-o", tmp_path / "risk.png").exit_code == 0
    assert (tmp_path / "risk.png").read_bytes().startswith(b"\x89PNG")
    assert cli("diagram", "risk", "--format", "png").stdout_bytes.startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["positon"], "did you mean position?"),
        (["position", "--format", "gif"], "is not one of"),
        (["position", "-o", "absent/x.svg"], "cannot be written"),
    ],
)
def test_a_picture_that_cannot_be_is_refused(cli: Any, arguments: list[str], says: str) -> None:
    result = cli("diagram", *arguments)
    assert result.exit_code == 2
    assert says in " ".join(result.stderr.replace("│", "").split())


@pytest.mark.parametrize("command", ["status", "pause", "resume"])
def test_without_a_daemon_there_is_nobody_to_tell(cli: Any, command: str) -> None:
    result = cli(command)
    assert result.exit_code == 2
    assert "chartwright run" in result.stderr


def test_flatten_asks_for_a_typed_yes(cli: Any) -> None:
    result = cli("flatten", stdin="yes\n")
    assert result.exit_code == 2
    assert "say --yes" in result.stderr
    assert "no daemon is running" in cli("flatten", "--yes").stderr


def checks(cli: Any, *options: object) -> dict[str, dict[str, Any]]:
    return {check["check"]: check for check in json.loads(cli("doctor", "--json", *options).stdout)}


def test_the_doctor_finds_nothing_wrong_with_a_new_machine(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "free.toml").write_text("[web]\nport = 0\n")
    result = cli("doctor", "--config", tmp_path / "free.toml")
    assert result.exit_code == 0
    found = checks(cli, "--config", tmp_path / "free.toml")
    assert all(check["ok"] for check in found.values())
    assert found["journal"]["detail"].startswith("none yet")
    assert {"python", "compiled", "settings", "state directory", "journal", "page", "keys", "clock"} <= set(found)


def test_the_doctor_names_the_setting_that_does_not_load(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTWRIGHT_TREND__STOP_ATR", "0")
    result = cli("doctor", "--json")
    assert result.exit_code == 1
    assert "trend.stop_atr is '0'" in json.loads(result.stdout)[-1]["detail"]


def test_the_doctor_never_shows_a_key_and_misses_its_other_half(cli: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTWRIGHT_VENUE__API_KEY", "very-secret-key")
    result = cli("doctor", "--json", "--set", "web.port=0")
    assert result.exit_code == 1
    assert "very-secret-key" not in result.stdout + result.stderr
    assert checks(cli)["keys"]["detail"] == "only venue.api_key is set"


def test_the_doctor_sees_that_a_journal_was_changed(cli: Any, candles: Any, tmp_path: Path) -> None:
    cli("backtest", "--profile", "bare-trend", "--candles", candles(), "--out", tmp_path / "out")
    journal = tmp_path / "out" / "journal.sqlite"
    options = ("--set", "web.port=0", "--state-dir", tmp_path / "out")
    assert checks(cli, *options)["journal"]["ok"]
    raw = journal.read_bytes()
    assert b"EXIT_STOP" in raw
    journal.write_bytes(raw.replace(b"EXIT_STOP", b"EXIT_TIME"))
    assert "is not what was written" in checks(cli, *options)["journal"]["detail"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_the_doctor_sees_a_folder_that_cannot_be_written(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=stat.S_IRUSR | stat.S_IXUSR)
    assert not checks(cli, "--state-dir", tmp_path / "locked" / "s")["state directory"]["ok"]
