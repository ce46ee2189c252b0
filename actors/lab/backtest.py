"""A backtest: the daemon's own actors on the simulated runtime."""

import gc
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from time import perf_counter

from actors.crew import Crew, CrewParams, opening
from actors.kernel.kernel import Kernel
from actors.kernel.simulated import SimulatedRuntime
from actors.kernel.transcript import Transcript
from actors.lab.summary import summary
from actors.lab.talib_alone import import_talib
from actors.market import Item, Source, inputs
from actors.replay import ReplaySource
from core.market.chunk import Chunk
from core.message import Json
from core.messages import BarClosed, SourceEnded, SystemStopped

BATCH = 4096
"""Inputs between two calls of `after_batch`."""


def backtest(
    source: Source,
    params: CrewParams,
    *,
    limit_bars: int | None = None,
    on_progress: Callable[[int], None] | None = None,
    bar_by_bar: bool = False,
    scribe: Transcript | None = None,
    digested: bool = True,
) -> dict[str, Json]:
    """Run a source to its end and tell what it came to.

    Args:
        source: The market.
        params: The actors' numbers.
        limit_bars: Stop after so many closed bars; None: at the source's end.
        on_progress: Called now and then with the bars done.
        bar_by_bar: Go through a history known whole as the daemon would, instead of judging it as columns: the same
            result, later.
        scribe: Keeps the run's records, for a caller who wants them; None: they are dropped.
        digested: Whether anybody asks for `transitions_sha256`, which is empty otherwise.
    """
    scribe = Transcript() if scribe is None else scribe
    crew = Crew(source.symbol, source.timeframe_ms, params)
    kernel = Kernel(crew.deciders, scribe)
    if not bar_by_bar and isinstance(source, ReplaySource):
        chunk = source.whole(limit_bars)
        road = partial(
            _over_columns, chunk, crew, kernel, params=params, scribe=scribe, on_progress=on_progress or _quietly
        )
        elapsed_s = _simulated(source, crew, kernel, road)
    else:
        after_batch = _progress(crew, on_progress)
        elapsed_s = simulate(source, crew, kernel, limit_bars=limit_bars, after_batch=after_batch)
    return summary(
        crew,
        transitions=scribe.transitions,
        evaluations=scribe.evaluations,
        elapsed_s=elapsed_s,
        sha256=scribe.digest() if digested else "",
    )


def simulate(
    source: Source,
    crew: Crew,
    kernel: Kernel,
    *,
    limit_bars: int | None = None,
    after_batch: Callable[[], None] = lambda: None,
) -> float:
    """Run the crew through a source; returns the seconds it took.

    Cyclic garbage collection is off meanwhile: charts are the only cycles, and walking every record costs a third.
    """

    def road() -> None:
        items = inputs(source.chunks())
        _run(SimulatedRuntime(kernel), items if limit_bars is None else until_bars(items, limit_bars), after_batch)

    elapsed_s = _simulated(source, crew, kernel, road)
    after_batch()
    return elapsed_s


def _simulated(source: Source, crew: Crew, kernel: Kernel, road: Callable[[], None]) -> float:
    """Start, road, end; returns the seconds they took."""
    crew.remember(source)
    runtime = SimulatedRuntime(kernel)
    kernel.now = next(inputs(source.chunks()))[0]
    for message in opening(resumed=False):
        runtime.admit(message, kernel.now)
    started = perf_counter()
    collects = gc.isenabled()
    gc.disable()
    try:
        road()
    finally:
        if collects:
            gc.enable()
    for message in (SourceEnded(), SystemStopped()):
        runtime.admit(message, kernel.now)
    return perf_counter() - started


def _over_columns(
    chunk: Chunk,
    crew: Crew,
    kernel: Kernel,
    *,
    params: CrewParams,
    scribe: Transcript,
    on_progress: Callable[[int], None],
) -> None:
    import_talib()
    from actors.lab.columnar import Columnar  # noqa: PLC0415  numba, which only this road needs

    Columnar(chunk, crew, kernel, params=params, scribe=scribe, on_progress=on_progress).run()


def _run(runtime: SimulatedRuntime, items: Iterator[Item], after_batch: Callable[[], None]) -> None:
    while batch := list(islice(items, BATCH)):
        runtime.run(batch)
        after_batch()


def until_bars(items: Iterator[Item], bars: int) -> Iterator[Item]:
    """Items up to and including the n-th closed bar."""
    for item in items:
        yield item
        if type(item[1]) is BarClosed:
            bars -= 1
            if bars <= 0:
                return


def _progress(crew: Crew, on_progress: Callable[[int], None] | None) -> Callable[[], None]:
    if on_progress is None:
        return lambda: None
    return lambda: on_progress(sum(crew.strategist.decisions.values()))


def _quietly(bars: int) -> None:
    del bars
