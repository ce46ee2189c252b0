"""What a command finds when it starts."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[3]
_FOUND = """
import gc, json, os, typer
from actors.cli.app import app
typer.main.get_command(app).get_command(None, {name!r})
print(json.dumps([gc.get_freeze_count() > 10_000, os.environ.get("OPENBLAS_NUM_THREADS")]))
"""


def found(name: str, **environment: str) -> list[object]:
    script = _FOUND.format(name=name)
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=True, env=environment)
    answer: list[object] = json.loads(ran.stdout)
    return answer


def test_what_was_imported_is_not_looked_through_for_garbage() -> None:
    assert found("backtest") == [True, "1"]


def test_how_many_threads_linear_algebra_may_have_is_the_users_to_say() -> None:
    assert found("backtest", OPENBLAS_NUM_THREADS="2") == [True, "2"]
    assert found("reasons")[1] is None
