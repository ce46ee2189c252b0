"""A journal that cannot be written stops entries and loses nothing; once it can, the daemon goes on by itself."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.endurance.outcome import BARS, SIM, Alone, outcome
from tests.endurance.stage import Process, Stage

MARKET = (*SIM, "--speed", "200000")
"""Four seconds for all bars: at full speed the last may be decided before the disk is noticed to be full."""


def test_files_that_may_not_grow_hold_the_market_until_they_may(tmp_path: Path, alone: Alone) -> None:
    stage = Stage(tmp_path, *MARKET, page=True)
    process = stage.start()
    stage.wait_for(alone.inputs // 3, process)
    with _no_file_may_grow(process):
        said = stage.wait_for_trouble(process)
        assert "journal" in said["why"]
        stopped_at = stage.wait_until_still(process)
        assert stopped_at < BARS
        assert stage.status()["session"]["state"] == "safe_mode"
        health = stage.health()
        assert health.status_code == 503
        assert said["why"] in health.text
    assert outcome(stage.finished(process)) == alone.outcome
    with stage.reader() as reader:
        assert reader.verify().broken_at is None
        told = [row.reasons[0] for row in reader.rows(machine="session", limit=10_000)]
    assert {"LEDGER_UNWRITABLE", "LEDGER_HEALED"} <= set(told)


@pytest.mark.slow
@pytest.mark.parametrize("signal_it", [True, False], ids=["stopped", "killed"])
def test_a_daemon_that_ends_while_its_journal_cannot_be_written_decides_the_rest_again(
    tmp_path: Path, alone: Alone, *, signal_it: bool
) -> None:
    stage = Stage(tmp_path, *MARKET)
    process = stage.start()
    stage.wait_for(alone.inputs // 2, process)
    with _no_file_may_grow(process):
        stage.wait_for_trouble(process)
        if signal_it:
            process.terminate()
            process.communicate(timeout=30)
            assert process.returncode == 1
            assert "cannot" in stage.log() or "failed" in stage.log()
        else:
            stage.killed(process)
    assert outcome(stage.finished()) == alone.outcome


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount a small disk")
def test_a_full_disk_is_named_and_waited_out(tmp_path: Path, alone: Alone) -> None:
    with _small_disk(tmp_path / "disk") as disk:
        stage = Stage(disk, *MARKET)
        process = stage.start()
        stage.wait_for(alone.inputs // 3, process)
        ballast = disk / "ballast"
        _fill(ballast)
        said = stage.wait_for_trouble(process)
        assert "the disk is full" in said["why"]
        stage.wait_until_still(process)
        ballast.unlink()
        assert outcome(stage.finished(process)) == alone.outcome


@contextmanager
def _no_file_may_grow(process: Process) -> Iterator[None]:
    before = resource.prlimit(process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (4096, before[1]))
    yield
    if process.poll() is None:
        resource.prlimit(process.pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def _small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)], check=False)
    if mounted.returncode:
        pytest.skip("this root may not mount a disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096):
            try:
                while file.write(b"\0" * size):
                    pass
            except OSError:
                continue
    assert shutil.disk_usage(ballast).free < 4096
