"""Messages from actor to actor: the runtime of backtests, the daemon's, and anyio alone, in one run."""

from functools import partial
from typing import Final

from tests.bench.chain import ACTORS, headlines, live, on_uvloop, raw_anyio, simulated
from tests.bench.figure import Figure, per_second, repeated

INPUTS: Final = 10_000


def hops(repeat: int) -> list[Figure]:
    """Hops a second of all three."""
    items = headlines(INPUTS)
    count = ACTORS * INPUTS
    ways = {
        "simulated": (partial(simulated, items), None),
        "live, asyncio on uvloop": (partial(on_uvloop, live, items), 150_000.0),
        "raw anyio send/receive": (partial(on_uvloop, raw_anyio, items), None),
    }
    return [
        Figure(f"hops: {name}", per_second(count, repeated(run, repeat)), "hops/s", "higher", goal)
        for name, (run, goal) in ways.items()
    ]
