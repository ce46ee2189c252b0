"""A search cut into chunks: some sets on one market, with a name that says all their outcome depends on."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import Final

import core
from actors.lab.cluster.market import SweptMarket
from core.sweep.params import Trial

MOST_CELLS: Final = 1 << 28
"""Sets times bars in a chunk of a large search: some seconds of a core. Fewer would share less of what sets share."""
FEWEST_CELLS: Final = 1 << 26
"""And of a small one: about a second, a hundred times what handing a chunk over costs."""
PARTS: Final = 128
"""Chunks that a search is cut into, as far as that leaves them within these: enough to go round."""
MOST_SETS: Final = 4_096
"""Sets in a chunk, where bars are few."""
_LIBRARIES: Final = ("chartwright", "numba", "numpy", "ta-lib")
ELSEWHERE: Final = frozenset({"digest", "lab", "messages", "news", "notices", "ports"})
"""What of `core` a sweep never calls: a change of it costs nobody a night's results."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some sets on one market."""

    id: str
    """Hex digest of bars, regime, fixed settings, sets and code: equal ids are equal outcomes."""
    symbol: str
    market: str
    """The market's fingerprint, its beginning: tells searches over other bars or another base apart."""
    trials: tuple[Trial, ...]
    keep_days: bool
    """Whether the equity at each day's end is part of the outcome."""
    code: str
    """`CODE` of whoever cut it."""

    def __len__(self) -> int:
        return len(self.trials)


def _code_hash() -> str:
    found = sha256(" ".join(f"{name}={version(name)}" for name in _LIBRARIES).encode())
    for root in map(Path, core.__path__):
        for path in sorted(root.rglob("*.py")):
            place = path.relative_to(root).with_suffix("")
            if place.parts[0] not in ELSEWHERE:
                found.update(f"\n{place.as_posix()}\n".encode() + path.read_bytes())
    return found.hexdigest()[:16]


def _wire_hash() -> str:
    found = sha256(CODE.encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()[:16]


CODE: Final = _code_hash()
"""A number of everything that decides what a set comes to: the source that sweeps, and the libraries it calls.

The regime's path is made by other code too, but what it came to is in the market's own hash. It is worked out when this
is imported: a process that outlives an upgrade tells what it runs, not what is installed.
"""
WIRE: Final = _wire_hash()
"""A number of all that a command and its cluster must share: `CODE`, and what travels between them."""


def chunks(
    market: SweptMarket, trials: Sequence[Trial], *, keep_days: bool, most_sets: int | None = None
) -> Iterator[Chunk]:
    """The sets in their order, so many at a time as their number and the market's length suggest.

    The size depends on nothing else, so that a search cut again, on another machine, has the same chunks.

    Args:
        market: Where they run.
        trials: The sets.
        keep_days: Whether outcomes hold the equity at each day's end.
        most_sets: Another size.
    """
    step = most_sets or _size(len(trials), len(market.bars))
    for first in range(0, len(trials), step):
        some = tuple(trials[first : first + step])
        sets = json.dumps([dict(each) for each in some], sort_keys=True, default=str)
        told = "\n".join((market.sha256, CODE, str(keep_days), sets))
        yield Chunk(sha256(told.encode()).hexdigest(), market.bars.symbol, market.sha256[:16], some, keep_days, CODE)


def _size(sets: int, bars: int) -> int:
    within = max(FEWEST_CELLS // bars, min(MOST_CELLS // bars, sets // PARTS))
    return max(1, min(MOST_SETS, within))
