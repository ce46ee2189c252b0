"""A chunk run where it lands: in this process, or in a worker's.

A process runs one chunk at a time on all cores it may use, and keeps the measures of the market it ran last. Machine
code is made once per machine: the first process makes it and keeps it beside the source, the others wait and load it.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from threading import Lock
from typing import Final

import numba

from actors.lab.cluster.chunks import WIRE, Chunk
from actors.lab.cluster.market import SweptMarket
from actors.lab.cluster.outcome import Outcome
from core.errors import ConfigurationError
from core.sweep.sweep import Sweep

_KEPT: Final = 2
"""Markets whose measures stay: the one that runs, and the one whose last chunks are still coming in."""
_WARM_UP_BARS: Final = 1_024


class Bench:
    """Runs chunks, one after the other; its markets are ready from one chunk to the next."""

    def __init__(self) -> None:
        self._one_at_a_time = Lock()
        self._sweeps: dict[str, Sweep] = {}

    def run(self, market: SweptMarket, chunk: Chunk, *, threads: int | None = None) -> Outcome:
        """What the sets of a chunk come to.

        Args:
            market: Theirs.
            chunk: Which sets.
            threads: Cores to use; None: all.
        """
        with self._one_at_a_time:
            most: int = numba.config.NUMBA_NUM_THREADS  # type: ignore[attr-defined]  # numba makes it when imported
            numba.set_num_threads(min(threads or most, most))
            result = self._ready(market).run(chunk.trials, keep_days=chunk.keep_days)
        return Outcome(result.accounts, result.start_equity, result.marks)

    def _ready(self, market: SweptMarket) -> Sweep:
        found = self._sweeps.pop(market.sha256, None)
        if found is None:
            if not self._sweeps:
                _warm_up(market)
            found = market.sweep()
        self._sweeps[market.sha256] = found
        while len(self._sweeps) > _KEPT:
            del self._sweeps[next(iter(self._sweeps))]
        return found


BENCH: Final = Bench()
"""This process's own."""


def refuse_other_code(wanted: str) -> None:
    """Make sure that this process may work for whoever says its `WIRE`.

    Raises:
        ConfigurationError: If its code is another.
    """
    if wanted != WIRE:
        raise ConfigurationError(
            f"this cluster runs other code ({WIRE}) than this command ({wanted}): install the same versions of "
            "Chartwright, numba, numpy and TA-Lib on all machines, and start scheduler and workers anew"
        )


def _warm_up(market: SweptMarket) -> None:
    """Make or load the machine code on a few bars, one process of this user on this machine at a time."""
    with _alone():
        market.beginning(_WARM_UP_BARS).sweep().run([{}], keep_days=True)


@contextmanager
def _alone() -> Iterator[None]:
    path = Path(gettempdir()) / f"chartwright-kernel-{os.getuid()}.lock"
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
