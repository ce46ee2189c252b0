"""The registry: every code is somebody's, or waits for the live venue; every remedy names a real setting."""

import ast
import re
from pathlib import Path

from core.reasons import Reason
from settings import every_setting

ROOT = Path(__file__).parents[2]
SOURCES = [path for top in ("core", "machines", "web", "actors") for path in sorted((ROOT / top).rglob("*.py"))]

WAITING = {
    # a real venue's orders: the reason of a cancel is why it was asked for
    "ORDER_CANCELED",
    # policies that nobody chose yet
    *("EXIT_SESSION", "OPERATOR_FLATTEN", "BARS_MISSING"),
}
"""Codes that nothing emits yet."""


def emitted() -> set[str]:
    found = set()
    for path in SOURCES:
        if path.name == "reasons.py" and path.parent.name == "core":
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Reason":
                found.add(node.attr)
    return found


def test_every_code_is_emitted_or_known_to_wait() -> None:
    codes = {reason.name for reason in Reason}
    assert codes - emitted() == WAITING


def test_no_code_is_used_that_is_not_registered() -> None:
    members = {name for name in emitted() if name.isupper()}
    assert members <= {reason.name for reason in Reason}


def test_codes_are_upper_snake_and_speak_to_people() -> None:
    for reason in Reason:
        assert re.fullmatch(r"[A-Z][A-Z0-9]*(_[A-Z0-9]+)*", reason.name)
        assert reason.emitted_by
        assert reason.meaning.endswith(".")
        assert not reason.remedy or reason.remedy.endswith(".")


def test_every_setting_a_remedy_names_exists() -> None:
    names = {setting.name for setting in every_setting()}
    sections = {name.split(".")[0] for name in names}
    named = 0
    for reason in Reason:
        for section, field in re.findall(r"\b([a-z_]+)\.([a-z_]+\b|\*)", reason.remedy):
            if section in sections:
                named += 1
                assert field == "*" or f"{section}.{field}" in names, f"{reason.name}: {section}.{field}"
    assert named > 4
