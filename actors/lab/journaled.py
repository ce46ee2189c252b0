"""A backtest that writes its journal: the same decisions, kept as the daemon keeps them."""

from collections.abc import Callable

from actors.adapters.ledger.commit import Commit
from actors.adapters.ledger.manifest import Manifest
from actors.adapters.ledger.reader import LedgerReader
from actors.adapters.ledger.writer import Ledger
from actors.crew import Crew, CrewParams
from actors.kernel.kernel import Kernel
from actors.kernel.scribe import RowScribe
from actors.lab.backtest import simulate
from actors.lab.summary import summary
from actors.market import Source
from core.digest import MACHINES, digest
from core.message import Json


def journaled(
    source: Source,
    params: CrewParams,
    *,
    database: tuple[str, str],
    manifest: Manifest,
    clock_ms: Callable[[], int],
    limit_bars: int | None = None,
    on_progress: Callable[[int], None] | None = None,
) -> dict[str, Json]:
    """Run a source to its end as a new run of a journal, and tell what it came to.

    Args:
        source: The market.
        params: The actors' numbers.
        database: The journal's URL and its owner.
        manifest: What the run is made of.
        clock_ms: Wall clock, for `recorded_at` alone.
        limit_bars: Stop after so many closed bars; None: at the source's end.
        on_progress: Called now and then with the bars done.
    """
    url, owner = database
    scribe = RowScribe()
    crew = Crew(source.symbol, source.timeframe_ms, params)
    kernel = Kernel(crew.deciders, scribe)
    ledger = Ledger.open(url, owner=owner)
    committed = 0

    def commit() -> None:
        nonlocal committed
        rows = scribe.take()
        states = kernel.saved() | {"counts": scribe.save()}
        ledger.commit(Commit(committed + 1, kernel.number, rows, states), recorded_at_ms=clock_ms())
        committed = kernel.number
        if on_progress is not None:
            on_progress(sum(crew.strategist.decisions.values()))

    try:
        run_id = ledger.begin(manifest, fresh=True, now_ms=clock_ms()).run_id
        elapsed_s = simulate(source, crew, kernel, limit_bars=limit_bars, after_batch=commit)
        ledger.finish(clock_ms())
    finally:
        ledger.close()
    sha256 = journal_digest(url, owner=owner, run_id=run_id)
    return summary(
        crew, transitions=scribe.transitions, evaluations=scribe.evaluations, elapsed_s=elapsed_s, sha256=sha256
    )


def journal_digest(url: str, *, owner: str, run_id: str) -> str:
    """A journaled run's `transitions_sha256`, from what is durable."""
    reader = LedgerReader.open(url, owner=owner, run_id=run_id)
    try:
        return digest(
            (row.instance, row.n, row.ts, row.event, row.source, row.target, row.reasons)
            for row in reader.transitions_for_digest()
            if row.machine in MACHINES
        )
    finally:
        reader.close()
