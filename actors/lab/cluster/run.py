"""A search in chunks, on this machine or on a cluster, its outcomes kept as they come.

What is asked for is always read from the results; chunks that are not there yet are run first. So a search that was
cut off goes on where it stopped, and one that is asked for again runs nothing.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Final, NamedTuple

import numpy as np

from actors.crew import CrewParams
from actors.lab.cluster.chunks import Chunk, chunks
from actors.lab.cluster.market import SweptMarket
from actors.lab.cluster.outcome import Outcome, result_of
from actors.lab.cluster.place import results
from actors.lab.cluster.results import MemoryResults, Results
from actors.lab.cluster.scheduler import Cluster, Job, connected
from actors.lab.cluster.worker import BENCH
from actors.lab.search.metrics import values
from actors.lab.search.sampled import BATCH
from actors.lab.search.search import Found, Search
from actors.replay import ReplaySource
from core.errors import ConfigurationError
from core.lab.pareto import front as front_of
from core.sweep.params import Trial, settings
from core.sweep.result import SweepResult

MOST_DAY_CELLS: Final = 1 << 26
"""Sets times days that one result holds, half a gigabyte; beyond it days are not kept."""

OnProgress = Callable[[int], None]


class Wanted(NamedTuple):
    """Sets to run on a market."""

    market: SweptMarket
    trials: Sequence[Trial]


class Spread:
    """Runs sets in chunks and keeps what they come to.

    Args:
        kept: Where outcomes are.
        cluster: Who runs chunks; None: this process.
        most_sets: Sets in a chunk; None: as many as suit the search.
    """

    def __init__(self, kept: Results, cluster: Cluster | None = None, *, most_sets: int | None = None) -> None:
        self._kept = kept
        self._cluster = cluster
        self._most_sets = most_sets

    def search(self, source: ReplaySource, params: CrewParams, *, limit_bars: int | None = None) -> "SpreadSearch":
        """A search over one market."""
        return SpreadSearch(source, params, limit_bars=limit_bars, spread=self)

    def forgetful(self) -> "Spread":
        """The same machines, what they come to in memory alone."""
        return Spread(MemoryResults(), self._cluster, most_sets=self._most_sets)

    def fill(self, wanted: Sequence[Wanted], *, on_progress: OnProgress | None = None) -> int:
        """Run every chunk that is not kept yet, of all markets at once; how many were run.

        Raises:
            ConfigurationError: If a set cannot be run.
            ClusterLost: If the cluster went away.
            ResultsUnusable: If an outcome cannot be kept.
        """
        done = 0
        missing: list[Job] = []
        _allowed(wanted)
        for each in wanted:
            cut = list(self._chunks(each))
            finished = self._kept.finished(cut)
            missing += [(each.market, chunk) for chunk in cut if chunk.id not in finished]
            done += sum(len(chunk) for chunk in cut if chunk.id in finished)
        for chunk, outcome in self._run(iter(missing)):
            self._kept.keep(chunk, outcome)
            done += len(chunk)
            if on_progress is not None:
                on_progress(done)
        return len(missing)

    def result(self, wanted: Wanted) -> SweepResult:
        """What every set comes to, from what is kept."""
        outcomes = [self._kept.outcome(chunk) for chunk in self._chunks(wanted)]
        return result_of(outcomes, wanted.trials, wanted.market.path.transitions)

    def _run(self, jobs: Iterator[Job]) -> Iterator[tuple[Chunk, Outcome]]:
        if self._cluster is not None:
            return self._cluster.run(jobs)
        return ((chunk, BENCH.run(market, chunk)) for market, chunk in jobs)

    def _chunks(self, wanted: Wanted) -> Iterator[Chunk]:
        market, trials = wanted
        keep_days = len(trials) * market.days <= MOST_DAY_CELLS
        return chunks(market, trials, keep_days=keep_days, most_sets=self._most_sets)


class SpreadSearch(Search):
    """A search whose sets are run by a `Spread`.

    Args:
        source: The market.
        params: The base that trials change.
        limit_bars: Only the first so many bars; None: all.
        spread: Who runs the sets.
    """

    def __init__(
        self, source: ReplaySource, params: CrewParams, *, limit_bars: int | None = None, spread: Spread
    ) -> None:
        super().__init__(source, params, limit_bars=limit_bars)
        self.market = SweptMarket.made(self._bars, self._path, params)
        self._spread = spread
        self._drawn: dict[str, Outcome] = {}
        """What came of sets in small batches, as samplers ask for them, so that asking for all of them runs none."""

    def run(self, trials: Sequence[Trial], *, on_progress: OnProgress | None = None) -> SweepResult:
        """What every trial comes to; without its days where there would be too many.

        Raises:
            ConfigurationError: If a set cannot be run, or there is none.
            ClusterLost: If the cluster went away.
            ResultsUnusable: If outcomes cannot be kept or read.
        """
        names = [_name(trial) for trial in trials]
        if names and all(name in self._drawn for name in names):
            return result_of([self._drawn[name] for name in names], trials, self._path.transitions)
        result = self._on(self.market, trials, on_progress=on_progress)
        if len(trials) <= BATCH:
            whole = Outcome(result.accounts, result.start_equity, result.marks)
            self._drawn |= {name: whole.row(place) for place, name in enumerate(names)}
        return result

    def prefix(self, share: float) -> Callable[[Sequence[Trial]], SweepResult]:
        """As `Search.prefix`, run by the same machines; it is not kept."""
        market = self.market.beginning(max(2, int(share * len(self._bars))))
        return partial(self._on, market, spread=self._spread.forgetful())

    def judged(self, result: SweepResult, metrics: list[str]) -> Found:
        """As `Search.judged`; without days the luck of the best cannot be told, and is not.

        Raises:
            ConfigurationError: If a metric needs days that were not kept.
        """
        if result.marks is not None:
            return super().judged(result, metrics)
        if "sharpe" in metrics:
            most = MOST_DAY_CELLS // self.market.days
            raise ConfigurationError(
                f"--metric sharpe needs every set's days, which are kept for at most {most:,} sets on "
                f"{self.market.days:,} days, and there are {len(result):,}: look for another metric, or try fewer sets"
            )
        figures = values(result, metrics)
        order = np.argsort(-figures[:, 0], kind="stable").tolist()
        front = front_of(figures).tolist() if len(metrics) > 1 else order[:1]
        return Found(result, order, {"trials": len(result)}, front)

    def _on(
        self,
        market: SweptMarket,
        trials: Sequence[Trial],
        *,
        spread: Spread | None = None,
        on_progress: OnProgress | None = None,
    ) -> SweepResult:
        if not trials:
            raise ConfigurationError("a sweep needs at least one trial: give a grid of values, or a number of trials")
        wanted, by = Wanted(market, trials), spread or self._spread
        by.fill([wanted], on_progress=on_progress)
        return by.result(wanted)


def _allowed(wanted: Sequence[Wanted]) -> None:
    """Refuse a set that cannot be run before any is; sets that markets share are looked at once."""
    seen: list[Wanted] = []
    for each in wanted:
        market, trials = each
        base = (market.measure, market.evaluation)
        if not any(
            trials is other.trials and base == (other.market.measure, other.market.evaluation) for other in seen
        ):
            settings(trials, measure=market.measure, evaluation=market.evaluation)
            seen.append(each)


def _name(trial: Trial) -> str:
    return json.dumps(dict(trial), sort_keys=True, default=str)


@contextmanager
def spread(*, cluster: str | None, kept: str | None) -> Iterator[Spread]:
    """Who runs sets.

    Args:
        cluster: A scheduler's address, such as tcp://10.0.0.1:8786; None: this process.
        kept: Where outcomes are kept, a folder or a database's URL; None: in memory.

    Raises:
        ConfigurationError: If there is no such cluster, or outcomes cannot be kept there.
    """
    store = results(kept)
    try:
        if cluster is None:
            yield Spread(store)
        else:
            with connected(cluster) as found:
                yield Spread(store, found)
    finally:
        store.close()
