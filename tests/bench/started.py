"""A process of its own: how long it took from start to end, and the most memory it held."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

_ROOT: Final = Path(__file__).parents[2]
_KB: Final = 1024 if sys.platform != "darwin" else 1024 * 1024
# A process begins with the peak of the one it was forked from; so a small one starts and measures it.
_MEASURE: Final = """
import resource, subprocess, sys, time
began = time.perf_counter()
ended = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
took = time.perf_counter() - began
print(ended.returncode, took, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


class Ran(NamedTuple):
    """What a process came to."""

    seconds: float
    peak_mb: float


def started(*arguments: str) -> Ran:
    """Run Python with these arguments, its output dropped.

    Raises:
        ChildProcessError: If it fails.
    """
    # A user's second run has its bytecode, whatever this machine says.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", _MEASURE, sys.executable, *arguments]
    ran = subprocess.run(command, cwd=_ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    told = ran.stdout.split()
    if told[0] != "0":
        raise ChildProcessError(f"python {' '.join(arguments)} ended with {told[0]}: run it to see why")
    return Ran(float(told[1]), int(told[2]) / _KB)
