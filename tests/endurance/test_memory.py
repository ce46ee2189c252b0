"""Memory stays where it is, however long the daemon runs."""

import sys
from pathlib import Path

import pytest

from tests.endurance.stage import Stage, resident_mb

BARS = 160_000
MARKS = 16
GROWTH_MB = 24.0
"""What commits of different sizes make of it; four hundred bytes kept per bar would be seen."""


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.skipif(sys.platform != "linux", reason="reads a process's memory from /proc")
def test_memory_does_not_grow_with_the_bars(tmp_path: Path) -> None:
    bars = str(BARS)
    stage = Stage(tmp_path, "--profile", "bare-trend", "--venue", "sim", "--bars", bars, "--speed", "max")
    process = stage.start()
    seen: list[float] = []
    for mark in range(1, MARKS):
        assert stage.wait_for(mark * 3 * BARS // MARKS, process)
        seen.append(resident_mb(process))
    assert stage.finished(process)["bars"] == BARS
    settled, later = seen[MARKS // 4 : MARKS // 2], seen[MARKS // 2 :]
    assert max(later) < max(settled) + GROWTH_MB, seen
