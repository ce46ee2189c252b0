import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
TELL = "; print('pandas' in sys.modules, talib.__name__)"


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("import sys; from actors.lab.talib_alone import import_talib; import_talib(); import talib", "False talib"),
        (
            "import sys, pandas; from actors.lab.talib_alone import import_talib; import_talib(); import talib",
            "True talib",
        ),
    ],
    ids=["nobody else has", "something else has"],
)
def test_talib_brings_pandas_only_where_something_else_has(script: str, told: str) -> None:
    pytest.importorskip("pandas")
    ran = subprocess.run([sys.executable, "-c", script + TELL], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.split() == told.split()


def test_pandas_can_be_imported_after_talib_came_alone() -> None:
    pytest.importorskip("pandas")
    alone = "from actors.lab.talib_alone import import_talib; import_talib()"
    script = f"{alone}; import pandas; print(pandas.Series([1]).sum())"
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "1"
