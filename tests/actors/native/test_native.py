"""Compiled actors are the sources' own: everything they tell is the same to the last character."""

import subprocess
import sys
from pathlib import Path

import pytest

from actors.native import made
from actors.native.build import build
from tests.actors.native.told import told

ROOT = Path(__file__).parents[3]


def printed(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.native
def test_compiled_actors_tell_what_their_sources_tell() -> None:
    if not made.is_fresh():
        pytest.skip("nothing is compiled of these sources: python -m actors.native.build")
    ran = printed("-m", "tests.actors.native.told")
    assert ran.returncode == 0, ran.stderr
    compiled, plain = ran.stdout.splitlines(), told()
    assert len(plain) > 1_000
    for found, wanted in zip(compiled, plain, strict=True):
        assert found == wanted


@pytest.mark.native
def test_a_backtest_of_the_command_line_is_compiled_and_a_daemon_is_not() -> None:
    if not made.is_fresh():
        pytest.skip("nothing is compiled of these sources: python -m actors.native.build")
    asked = """
import sys
from actors.cli.app import app
from typer.main import get_command
group = get_command(app)
group.get_command(None, sys.argv[1])
import actors.position
print(actors.position.__file__)
"""
    assert ".so" in printed("-c", asked, "backtest").stdout
    assert printed("-c", asked, "run").stdout.strip() == str(ROOT / "actors" / "position.py")


def test_where_a_compiler_is_missing_building_says_so_and_keeps_what_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mypyc.build", None)
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "kept").touch()
    with pytest.raises(ImportError, match=r"mypyc\.build"):
        build(tmp_path / "home")
    assert (tmp_path / "home" / "kept").exists()
