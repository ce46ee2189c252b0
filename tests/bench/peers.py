"""Other engines on the same candles and the same strategy, where they are installed.

`PEERS_HOME` holds a virtual environment for each, `CHARTWRIGHT_PEERS` the folder of the scripts that run them; each
prints one line `RESULT {...}`. They run right after ours, so their times divide by ours.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from actors.replay import ReplaySource
from tests.bench.candles import written, year
from tests.bench.engine import params, runs
from tests.bench.figure import Figure, repeated
from tests.bench.sweep import grid, made

_PEERS: Final = ("ref", "vectorbt", "backtesting", "nautilus", "backtrader", "jesse", "freqtrade")
_SWEEPING: Final = ("ref", "vectorbt")
_GOALS: Final = {"backtesting": 4.0, "nautilus": 30.0, "freqtrade": 150.0}
_SWEEP_GOALS: Final = {"vectorbt": 60.0}
_MARK: Final = "RESULT "


def scripts() -> Path:
    """The folder of the scripts that run the other engines."""
    return Path(os.environ.get("CHARTWRIGHT_PEERS", Path(__file__).parents[3] / "shared" / "bench" / "peers"))


def home() -> Path:
    """The folder of their virtual environments."""
    return Path(os.environ.get("PEERS_HOME", "~/.cache/chartwright-peers")).expanduser()


def python_of(peer: str) -> Path:
    """The interpreter that has the engine."""
    return home() / f"venv-{peer}" / "bin" / "python"


def installed() -> list[str]:
    """Those that can be raced here."""
    return [peer for peer in _PEERS if (scripts() / f"bench_{peer}.py").is_file() and python_of(peer).is_file()]


def peers(repeat: int) -> list[Figure]:
    """Seconds of every engine and how many times ours fits into them; nothing where none is installed."""
    found = installed()
    if not found:
        return []
    bare, source = params("bare-trend"), ReplaySource(year(5), [], [])
    ours = Figure("peers: Chartwright", repeated(runs(source, bare), repeat), "s")
    swept = made()
    ours_swept = Figure("peers: Chartwright, 50 sets", repeated(lambda: swept.run(grid()), repeat), "s")
    figures = [ours, ours_swept]
    with TemporaryDirectory() as folder:
        file = written(year(5), Path(folder) / "candles.parquet")
        for peer in found:
            figures += _race(peer, (), file, ours, repeat)
            if peer in _SWEEPING:
                figures += _race(peer, ("--sweep", str(len(grid()))), file, ours_swept, repeat)
    return figures


def raced(peer: str, file: Path, repeat: int, *more: str) -> dict[str, Any]:
    """What one engine's script told of itself.

    Raises:
        ChildProcessError: If it tells nothing.
    """
    command = [python_of(peer), scripts() / f"bench_{peer}.py", "--data", file, "--repeat", str(repeat), *more]
    environment = {**os.environ, "PEERS_HOME": str(home())}
    ran = subprocess.run([*map(str, command)], capture_output=True, text=True, check=False, env=environment)
    return result(ran.stdout, peer)


def result(text: str, peer: str) -> dict[str, Any]:
    """The last line of results in what a script printed.

    Raises:
        ChildProcessError: If there is none.
    """
    lines = [line for line in text.splitlines() if line.startswith(_MARK)]
    if not lines:
        raise ChildProcessError(f"the script of {peer} told no result: run bench_{peer}.py by hand to see why")
    told: dict[str, Any] = json.loads(lines[-1].removeprefix(_MARK))
    return told


def _race(peer: str, more: tuple[str, ...], file: Path, ours: Figure, repeat: int) -> list[Figure]:
    """One engine's figures; one that fails is told and does not spoil the others."""
    name, goal = (f"{peer}, 50 sets", _SWEEP_GOALS.get(peer)) if more else (peer, _GOALS.get(peer))
    try:
        told = raced(peer, file, repeat, *more)
    except ChildProcessError as error:
        sys.stderr.write(f"{error}\n")
        return []
    seconds: float = told["median_s"]
    note = f"{told['trades']:,} trades" if "trades" in told else ""
    return [
        Figure(f"peers: {name}", (seconds,), "s", note=note),
        Figure(f"peers: {name} / Chartwright", (seconds / ours.median,), "times", "higher", goal),
    ]
