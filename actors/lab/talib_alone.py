"""TA-Lib without pandas, which it imports where it finds it, for a fifth of a second and 25 MB, to take its series.

We hand it arrays. Whoever wants TA-Lib to take pandas series in this process imports pandas before the first backtest.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

_FRAMES = ("pandas", "polars")


def import_talib() -> None:
    """Import TA-Lib; the frame libraries too only where something else has imported them already."""
    if "talib" not in sys.modules:
        with _hidden(_FRAMES):
            import talib  # noqa: F401, PLC0415  here, because what it finds while it is imported decides


@contextmanager
def _hidden(names: tuple[str, ...]) -> Iterator[None]:
    """Let an import find none of these; another thread's, too, so only for moments."""
    modules = cast("dict[str, Any]", sys.modules)
    absent = [name for name in names if name not in modules]
    modules |= dict.fromkeys(absent)  # Python's own way to say that a module is not there
    try:
        yield
    finally:
        for name in absent:
            del modules[name]
