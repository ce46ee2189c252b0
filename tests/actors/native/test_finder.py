"""Machine code is taken only where it was made of these very sources, by this interpreter, and in time."""

import json
import sys
from pathlib import Path

import pytest

from actors.native import finder, made

SOURCE = made.path_of("actors.position")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made.note(tmp_path, [SOURCE])
    return tmp_path


@pytest.fixture
def _early(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if nothing had been imported yet."""
    for name in made.MODULES:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])


def changed(home: Path, **noted: object) -> None:
    note = home / "made_of.json"
    note.write_text(json.dumps(json.loads(note.read_text()) | noted))


def test_what_was_noted_of_the_sources_as_they_are_is_fresh(home: Path) -> None:
    assert made.is_fresh(home)


@pytest.mark.parametrize(
    "noted",
    [
        {"sources": {str(SOURCE): "0" * 64}},
        {"sources": {"actors/gone.py": "0" * 64}},
        {"python": "cpython-27"},
    ],
)
def test_after_any_change_it_is_not(home: Path, noted: dict[str, object]) -> None:
    changed(home, **noted)
    assert not made.is_fresh(home)


@pytest.mark.parametrize("text", ["", "{}"])
def test_nor_is_what_is_absent_or_was_cut_short(tmp_path: Path, text: str) -> None:
    assert not made.is_fresh(tmp_path / "absent")
    (tmp_path / "made_of.json").write_text(text)
    assert not made.is_fresh(tmp_path)


@pytest.mark.usefixtures("_early")
def test_modules_are_then_found_where_they_are_kept_and_all_others_are_not(home: Path) -> None:
    assert finder.use(home)
    first = sys.meta_path[0]
    assert isinstance(first, finder.NativeFinder)
    found = first.find_spec("actors.position", None)
    assert found is not None
    assert found.origin is not None
    assert Path(found.origin).parent == home / "actors"
    assert first.find_spec("actors.strategist", None) is None


@pytest.mark.usefixtures("_early")
def test_stale_code_is_left_alone(home: Path) -> None:
    changed(home, python="cpython-27")
    before = list(sys.meta_path)
    assert not finder.use(home)
    assert sys.meta_path == before


def test_once_a_source_was_imported_it_is_too_late(home: Path) -> None:
    import actors.position  # noqa: F401, PLC0415

    before = list(sys.meta_path)
    assert not finder.use(home)
    assert sys.meta_path == before


def test_what_is_compiled_exists() -> None:
    assert [name for name in made.MODULES if not (made.ROOT / made.path_of(name)).is_file()] == []
