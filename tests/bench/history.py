"""What was measured, when and with what: a document per run, kept line by line."""

import json
import os
import platform
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from tests.bench.figure import Figure

FILE: Final = Path(__file__).parents[2] / ".bench" / "history.jsonl"
_LIBRARIES: Final = ("chartwright", "numpy", "numba", "ta-lib", "anyio", "uvloop", "python-statemachine", "sqlalchemy")


def versions() -> dict[str, str]:
    """Interpreter, machine and the libraries whose speed is measured along."""
    about = {"python": platform.python_version(), "platform": sys.platform, "cores": str(os.cpu_count())}
    return about | {name: version(name) for name in _LIBRARIES}


def document(figures: Sequence[Figure], *, repeat: int) -> dict[str, Any]:
    """One run's figures as JSON holds them."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "repeat": repeat,
        "versions": versions(),
        "figures": [
            {"median": each.median, "best": each.best, "reached": each.reached, **each._asdict()} for each in figures
        ],
    }


def append(told: dict[str, Any], file: Path = FILE) -> None:
    """Add a run at the end of the history."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as history:
        history.write(json.dumps(told) + "\n")


def last(file: Path = FILE) -> dict[str, float]:
    """Each figure's latest median, by name; empty without a history."""
    medians: dict[str, float] = {}
    if file.is_file():
        for line in file.read_text("utf-8").splitlines():
            medians |= {each["name"]: each["median"] for each in json.loads(line)["figures"]}
    return medians
