"""Killed while it starts, while it folds, or told twice to stop: the daemon comes back as if nothing had been."""

import random
import signal
from pathlib import Path

import pytest

from tests.endurance.outcome import BARS, SIM, Alone, outcome
from tests.endurance.stage import Process, Stage

MARKET = (*SIM, "--speed", "max")


@pytest.mark.slow
def test_kills_during_start_up_leave_nothing_that_stops_the_next_start(tmp_path: Path, alone: Alone) -> None:
    stage, chance = Stage(tmp_path, *MARKET), random.Random(6)
    for _ in range(3):
        _killed_after(stage, stage.start(), chance.uniform(0.0, 1.5))
    assert outcome(stage.finished()) == alone.outcome


@pytest.mark.slow
def test_two_kills_in_a_row_while_the_past_is_folded_change_nothing(tmp_path: Path, alone: Alone) -> None:
    stage, chance = Stage(tmp_path, *MARKET), random.Random(7)
    process = stage.start()
    stage.wait_for(4_000, process)
    stage.killed(process)
    before = stage.inputs()
    for _ in range(2):
        process = stage.start()
        stage.wait_for_lock(process)
        _killed_after(stage, process, chance.uniform(0.0, 0.1))
    assert stage.inputs() >= before
    assert outcome(stage.finished()) == alone.outcome


def test_a_daemon_told_to_stop_many_times_stops_once_and_cleanly(tmp_path: Path, alone: Alone) -> None:
    stage = Stage(tmp_path, *MARKET)
    process = stage.start()
    stage.wait_for(1_000, process)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
        process.send_signal(number)
    assert stage.stopped(process)["bars"] < BARS
    assert outcome(stage.finished()) == alone.outcome


def _killed_after(stage: Stage, process: Process, seconds: float) -> None:
    with pytest.raises(AssertionError):
        stage.wait_until_ended(process, within_s=seconds)
    stage.killed(process)
