"""The lock files hold what pyproject.toml asks for, no more, and agree with each other."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = [
    *PROJECT["project"]["dependencies"],
    *PROJECT["project"]["optional-dependencies"]["postgres"],
    *PROJECT["dependency-groups"]["build"],
]
LOCKS = {"requirements.lock": RUNTIME, "requirements-dev.lock": [*RUNTIME, *PROJECT["dependency-groups"]["dev"]]}


def pins(lock: str) -> dict[str, tuple[set[str], str]]:
    """Name to versions and block of text."""
    found: dict[str, tuple[set[str], str]] = {}
    for block in re.split(r"\n(?=\w)", (ROOT / lock).read_text(encoding="utf-8")):
        if pin := re.match(r"([\w.-]+)==([^ ;]+)", block):
            versions, text = found.get(pin[1], (set(), ""))
            found[pin[1]] = versions | {pin[2]}, text + block
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_satisfies_every_requirement(lock: str) -> None:
    locked = pins(lock)
    for text in LOCKS[lock]:
        requirement = Requirement(text)
        versions, _ = locked[canonicalize_name(requirement.name)]
        assert [version for version in versions if version not in requirement.specifier] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_nothing_that_is_no_longer_asked_for(lock: str) -> None:
    direct = {name for name, (_, block) in pins(lock).items() if "(pyproject.toml" in block}
    assert direct == {canonicalize_name(Requirement(text).name) for text in LOCKS[lock]}


def test_running_and_testing_use_the_same_versions() -> None:
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    assert {name: versions for name, (versions, _) in runtime.items() if dev[name][0] != versions} == {}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_hashes(lock: str) -> None:
    locked = pins(lock)
    assert len(locked) > 20
    assert [name for name, (_, block) in locked.items() if "--hash=sha256:" not in block] == []
