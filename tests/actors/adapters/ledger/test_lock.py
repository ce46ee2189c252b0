"""One daemon per state directory."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.adapters.ledger.lock import StateDirectory
from actors.adapters.ledger.writer import Ledger
from core.errors import ConfigurationError

_ROOT = Path(__file__).parents[4]
_HOLDER = """
import sys
from collections.abc import Iterator
from pathlib import Path
from actors.adapters.ledger.lock import StateDirectory

with StateDirectory(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-c", _HOLDER, str(tmp_path / "state")]
    with subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_directory_is_made_for_this_user_alone(tmp_path: Path) -> None:
    with StateDirectory(tmp_path / "a" / "state") as state:
        assert state.path.stat().st_mode & 0o777 == 0o700
        assert (state.path / "lock").read_text() == f"{os.getpid()}\n"


def test_an_owner_is_named_once(tmp_path: Path) -> None:
    with StateDirectory(tmp_path / "state") as state:
        first = state.owner
    with StateDirectory(tmp_path / "state") as state:
        assert state.owner == first
    assert StateDirectory(tmp_path / "state").owner == first
    with StateDirectory(tmp_path / "other") as other:
        assert other.owner != first


def test_a_second_daemon_is_refused_and_told_who_holds_it(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=rf"another daemon \(pid {holder.pid}\) is using .*: stop it"):
        StateDirectory(tmp_path / "state").__enter__()
    assert holder.poll() is None
    assert StateDirectory(tmp_path / "state").owner


def test_the_same_process_cannot_hold_it_twice(tmp_path: Path) -> None:
    with StateDirectory(tmp_path) as _, pytest.raises(ConfigurationError, match=f"pid {os.getpid()}"):
        StateDirectory(tmp_path).__enter__()
    with StateDirectory(tmp_path):
        pass


def test_a_killed_holder_leaves_no_lock(holder: subprocess.Popen[str], tmp_path: Path) -> None:
    holder.kill()
    holder.wait()
    with StateDirectory(tmp_path / "state") as state:
        assert (state.path / "lock").read_text() == f"{os.getpid()}\n"


def test_looking_at_a_directory_without_a_journal_creates_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="holds no journal"):
        _ = StateDirectory(tmp_path / "state").owner
    assert list(tmp_path.iterdir()) == []


def test_a_path_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "state"):
        with pytest.raises(ConfigurationError, match=r"cannot be used .*--state-dir"):
            StateDirectory(path).__enter__()


def test_an_unwritable_place_is_refused_with_a_remedy() -> None:
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        with pytest.raises(ConfigurationError, match=r"cannot be used \(Permission denied\): make it writable"):
            StateDirectory(Path("/chartwright-state")).__enter__()
    finally:
        if root:
            os.seteuid(0)


@pytest.mark.parametrize("name", ["plain", "with space", "per%20cent", "quest?ion#hash", "umläut@:"])
def test_the_default_database_lies_in_the_directory_whatever_its_name(tmp_path: Path, name: str) -> None:
    with StateDirectory(tmp_path / name) as state:
        Ledger.open(state.database_url, owner=state.owner).close()
        assert (tmp_path / name / "journal.sqlite").is_file()
