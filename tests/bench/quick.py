"""A minute's watch over speed: each benchmark as a multiple of something plain that is measured beside it.

A slow or busy machine slows both, so the ratio is nearly the same everywhere; disturbances only ever add time, so the
least of several repeats is taken. A ratio beyond the committed one by more than `BOUND` is measured once more before
it is called a regression.
"""

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from numba import set_num_threads

from actors.replay import ReplaySource
from core.book.sequence import BYBIT
from machines.instance import Instance
from tests.bench.book import fold, updates
from tests.bench.candles import year
from tests.bench.chain import headlines, live, on_uvloop, raw_anyio, simulated
from tests.bench.engine import params, runs
from tests.bench.figure import seconds
from tests.bench.journal import durable, raw_rows
from tests.bench.started import started
from tests.bench.sweep import grid, made
from tests.bench.transition import rounds

REFERENCE: Final = Path(__file__).with_name("reference.json")
BOUND: Final = 2.0
REPEAT: Final = 5
_STEPS: Final = 200_000
_BARS: Final = 20_000

Timed = Callable[[], float]
"""Does it once; returns the seconds it took."""


class Race(NamedTuple):
    """A benchmark and what it is divided by."""

    ours: Timed
    plain: Timed

    def ratio(self, repeat: int) -> float:
        """The least of ours over the least of the other, run in turns."""
        both = [(self.ours(), self.plain()) for _ in range(repeat)]
        return min(ours for ours, _ in both) / min(plain for _, plain in both)


class Regression(NamedTuple):
    """A ratio that grew beyond noise."""

    name: str
    ratio: float
    reference: float


def races(folder: Path) -> dict[str, Race]:
    """All of them by name; what each prepares is done before it is timed."""
    items, told, bare = headlines(2_000), updates(2_000), params("bare-trend")
    source, swept, sets = ReplaySource(year(5).between(0, _BARS), [], []), made(_BARS), grid()
    files = (folder / f"{n}.sqlite" for n in range(1_000))
    set_num_threads(1)  # the ratio must not depend on how many cores a machine has
    swept.run(sets)  # compiles
    loop = partial(seconds, message_loop)
    return {
        "engine": Race(partial(seconds, runs(source, bare)), loop),
        "sweep": Race(partial(seconds, partial(swept.run, sets)), loop),
        "transition": Race(partial(seconds, rounds(Instance, 10_000)), loop),
        "simulated hops": Race(partial(seconds, partial(simulated, items)), loop),
        "live hops": Race(
            partial(seconds, partial(on_uvloop, live, items)), partial(seconds, partial(on_uvloop, raw_anyio, items))
        ),
        "journal": Race(lambda: durable(next(files), 2_000), lambda: raw_rows(next(files), 4_000)),
        "book": Race(partial(seconds, partial(fold, BYBIT, told)), loop),
        "help": Race(lambda: started("-m", "actors", "--help").seconds, lambda: started("-c", "import json").seconds),
    }


def message_loop() -> int:
    """Plain Python of the engine's kind: tuples through a queue to methods found by type."""
    receivers: dict[type, Callable[[int], int]] = {int: abs, float: int}
    queue = deque[tuple[type, int]]([(int, 1)])
    total = 0
    for step in range(_STEPS):
        kind, value = queue.popleft()
        total += receivers[kind](value)
        queue.append((float if step % 2 else int, step))
    return total


def measured(names: Iterable[str] | None = None, *, repeat: int = REPEAT) -> dict[str, float]:
    """Each race's ratio, or only of those named."""
    with TemporaryDirectory() as folder:
        every = races(Path(folder))
        return {name: every[name].ratio(repeat) for name in (every if names is None else names)}


def regressions(found: Mapping[str, float], reference: Mapping[str, float]) -> list[Regression]:
    """Ratios beyond the bound; one that has no reference yet is none."""
    return [
        Regression(name, ratio, reference[name])
        for name, ratio in found.items()
        if name in reference and ratio > BOUND * reference[name]
    ]


def checked(
    measure: Callable[[Iterable[str] | None], dict[str, float]], reference: Mapping[str, float]
) -> tuple[dict[str, float], list[Regression]]:
    """Measure all, those that grew once more, and tell what is still too slow."""
    found = measure(None)
    suspects = [each.name for each in regressions(found, reference)]
    if suspects:
        again = measure(suspects)
        found |= {name: min(ratio, found[name]) for name, ratio in again.items()}
    return found, regressions(found, reference)


def reference() -> dict[str, float]:
    """The committed ratios; none before there are any."""
    known: dict[str, float] = json.loads(REFERENCE.read_text("utf-8")) if REFERENCE.is_file() else {}
    return known


def accept(found: Mapping[str, float]) -> None:
    """Make these ratios the ones to be compared with."""
    rounded = {name: float(f"{ratio:.3g}") for name, ratio in found.items()}
    REFERENCE.write_text(json.dumps(rounded, indent=2) + "\n", "utf-8")
