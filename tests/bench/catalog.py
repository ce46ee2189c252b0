"""Every benchmark by name."""

from collections.abc import Callable
from typing import Final

from tests.bench.book import book
from tests.bench.cold_start import cold_start
from tests.bench.engine import engine
from tests.bench.figure import Figure
from tests.bench.hops import hops
from tests.bench.journal import journal
from tests.bench.peers import peers
from tests.bench.recorded import data
from tests.bench.sweep import sweep
from tests.bench.tick_to_order import tick
from tests.bench.transition import transition

Benchmark = Callable[[int], list[Figure]]
"""Takes the number of repeats; an empty answer says that what it needs is absent here."""


def headlines(_: int) -> list[Figure]:
    """Headlines read a second and the readers' agreement with labels; once, since it is the same each time."""
    root = data()
    if root is None:
        return []
    from tests.bench.headlines import NAME, measured  # noqa: PLC0415  scikit-learn, which only this needs

    found = measured(root / "news" / NAME)
    return [
        figure
        for reader, each in found.items()
        for figure in (
            Figure(f"headlines: {reader}", (each.per_second,), "headlines/s", "higher"),
            Figure(f"headlines: {reader}, macro-F1", (each.macro_f1,), "", "higher", note="labels by a model"),
        )
    ]


BENCHMARKS: Final[dict[str, Benchmark]] = {
    "engine": engine,
    "sweep": sweep,
    "transition": transition,
    "hops": hops,
    "journal": journal,
    "tick": tick,
    "cold-start": cold_start,
    "book": book,
    "headlines": headlines,
    "peers": peers,
}
"""Name -> benchmark, in the order they run."""
