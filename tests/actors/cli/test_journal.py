import json
from pathlib import Path
from typing import Any

import pytest

from core.evaluation.guards import GUARDS
from core.reasons import Reason

KEYS = {"seq", "ts", "actor", "machine", "instance", "event", "source", "target", "reasons", "facts", "cause", "hash"}


@pytest.fixture
def home(cli: Any, candles: Any, tmp_path: Path) -> Path:
    """A state directory with a backtest in it."""
    out = tmp_path / "out"
    assert cli("backtest", "--profile", "bare-trend", "--candles", candles(), "--out", out).exit_code == 0
    return out


def rows(cli: Any, home: Path, *options: object) -> list[dict[str, Any]]:
    result = cli("journal", "--state-dir", home, "--json", *options)
    assert result.exit_code == 0, result.stderr
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_the_json_is_the_whole_journal_numbered_without_a_hole(cli: Any, home: Path) -> None:
    found = rows(cli, home)
    assert [row["seq"] for row in found] == list(range(1, len(found) + 1))
    assert found[0].keys() >= KEYS
    assert all(len(row["hash"]) == 64 for row in found)


def test_filters_leave_only_what_they_name(cli: Any, home: Path) -> None:
    assert {row["machine"] for row in rows(cli, home, "--machine", "order")} == {"order"}
    one = rows(cli, home, "--instance", "BTCUSDT/position/1")
    assert {row["instance"] for row in one} == {"BTCUSDT/position/1"}
    assert {row["kind"] for row in rows(cli, home, "--kind", "stop_moved")} == {"stop_moved"}
    stops = rows(cli, home, "--reason", "EXIT_STOP")
    assert stops
    assert all("EXIT_STOP" in row["reasons"] for row in stops)


def test_after_gives_the_next_rows_and_without_it_the_newest(cli: Any, home: Path) -> None:
    last = len(rows(cli, home))
    assert [row["seq"] for row in rows(cli, home, "--after", 10, "--limit", 3)] == [11, 12, 13]
    assert [row["seq"] for row in rows(cli, home, "--limit", 2)] == [last - 1, last]
    assert rows(cli, home, "--after", last) == []


def test_people_read_reasons_as_sentences(cli: Any, home: Path) -> None:
    text = cli("journal", "--state-dir", home, "--machine", "position").stdout
    assert Reason.ENTRY_FILLED.meaning[:20] in text
    assert "The journal holds nothing" in cli("journal", "--state-dir", home, "--instance", "x").stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--machine", "positon"], "did you mean position?"),
        (["--machine", "zzz"], "there are session"),
        (["--reason", "EXIT_STOPP"], "did you mean EXIT_STOP"),
        (["--limit", "0"], "greater than or equal to 1"),
        (["--database", "sqlite://"], "names no file"),
    ],
)
def test_what_the_journal_cannot_hold_is_refused(cli: Any, home: Path, options: list[str], says: str) -> None:
    result = cli("journal", "--state-dir", home, *options)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_folder_without_a_journal_is_refused(cli: Any, tmp_path: Path) -> None:
    result = cli("journal", "--state-dir", tmp_path / "none")
    assert result.exit_code == 2
    assert "holds no journal" in result.stderr


def test_a_journal_that_is_no_database_ends_with_1(cli: Any, home: Path, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("hello, this is no database at all" * 99)
    result = cli("journal", "--state-dir", home, "--database", f"sqlite:///{tmp_path}/text")
    assert result.exit_code == 1
    assert "not an SQLite database" in result.stderr


def why(cli: Any, home: Path, *options: object) -> dict[str, Any]:
    result = cli("why-not", "--state-dir", home, "--json", *options)
    assert result.exit_code == 0, result.stderr
    answer: dict[str, Any] = json.loads(result.stdout)
    return answer


def test_a_time_means_the_last_bar_closed_at_or_before_it(cli: Any, home: Path) -> None:
    assert why(cli, home, "--at", "2022-01-03T12:00")["bar_time"] == "2022-01-03T11:55:00Z"
    assert why(cli, home, "--at", "2022-01-03T11:59:59")["bar_time"] == "2022-01-03T11:50:00Z"


def test_every_guard_answers_failing_ones_first_and_the_nearest_of_them_before(cli: Any, home: Path) -> None:
    answer = why(cli, home, "--at", "2022-01-01T12:00", "--symbol", "BTCUSDT")
    assert answer["decision"] == "blocked"
    assert len(answer["guards"]) == len(GUARDS)
    ranks = [{False: 0, None: 1, True: 2}[guard["passed"]] for guard in answer["guards"]]
    assert ranks == sorted(ranks)
    assert {"WARMING_UP", "NO_SIGNAL"} <= {guard["code"] for guard in answer["guards"] if guard["passed"] is False}
    short = next(guard for guard in answer["guards"] if guard["code"] == "WARMING_UP")
    assert (short["value"], short["threshold"], short["distance"]) == (143, 500, 357)


def test_people_are_told_how_far_it_was_and_what_to_do(cli: Any, home: Path) -> None:
    text = cli("why-not", "--state-dir", home, "--at", "2022-01-01T12:00").stdout
    assert "it was 143 and must be at least 500 bars: 357 away" in text
    assert Reason.WARMING_UP.remedy in text
    assert "(the first that blocked)" in text


def test_bars_since_a_gap_that_never_was_are_endless_and_volatility_has_its_name(cli: Any, tmp_path: Path) -> None:
    home = tmp_path / "s"
    ran = cli("run", "--speed", "max", "--bars", "60", "--no-web", "--json", "--state-dir", home)
    assert ran.exit_code == 0, ran.stderr
    told = {guard["guard"]: guard for guard in why(cli, home, "--at", "2100-01-01")["guards"]}
    assert (told["gap"]["passed"], told["gap"]["value"], told["gap"]["threshold"]) == (True, None, 20)
    text = cli("why-not", "--state-dir", home, "--at", "2100-01-01").stdout
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line.strip()}
    assert rows["gap"] == rows["complete"] == ["passed", "∞", "20"]
    assert f"({told['volatility']['label']})" in rows["volatility"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--at", "2022-01-01T00:04"], "from 2022-01-01 00:05:00 UTC"),
        (["--at", "noon"], "--at is 'noon'"),
        (["--at", "2022-01-03", "--symbol", "ETHUSDT"], "no bar of ETHUSDT"),
        ([], "Missing option"),
    ],
)
def test_a_time_nothing_was_decided_at_is_refused_with_what_is_covered(
    cli: Any, home: Path, options: list[str], says: str
) -> None:
    result = cli("why-not", "--state-dir", home, *options)
    assert result.exit_code == 2
    assert says in result.stderr


def test_the_first_bar_is_the_first_moment_that_has_an_answer(cli: Any, home: Path) -> None:
    assert why(cli, home, "--at", "2022-01-01T00:05")["bar_time"] == "2022-01-01T00:00:00Z"
