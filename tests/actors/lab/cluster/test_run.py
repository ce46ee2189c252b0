"""A search in chunks is the search, wherever it runs and however often it is cut off."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from actors.lab.cluster import run
from actors.lab.cluster.chunks import chunks
from actors.lab.cluster.place import results
from actors.lab.cluster.run import Spread, Wanted, spread
from actors.lab.cluster.scheduler import ClusterLost, connected
from actors.lab.search.search import Search
from core.errors import ConfigurationError
from core.sweep.params import Trial
from core.sweep.result import SweepResult
from tests.actors.lab.cluster.conftest import Kept, Same
from tests.actors.lab.cluster.nodes import Nodes, kill
from tests.actors.made import market

SETS_IN_CHUNK = 2
CHUNKS = 30


class PowerCut(BaseException):
    """What ends a process in the middle."""


def at_first(act: Callable[[], None]) -> Callable[[int], None]:
    """Do something once, when the first chunk is done."""
    called: list[int] = []

    def progress(done: int) -> None:
        called.append(done)
        if len(called) == 1:
            act()

    return progress


def test_chunks_in_this_process_are_the_search_at_once(
    source: Any, params: Any, sets: list[Trial], local: SweepResult, same: Same
) -> None:
    here = Spread(results(None), most_sets=7)
    done: list[int] = []
    search = here.search(source, params)
    same(search.run(sets, on_progress=done.append), local)
    assert done[-1] == len(sets)
    found = search.judged(search.run(sets), ["sharpe"])
    plain = Search(source, params).judged(local, ["sharpe"])
    assert found.order == plain.order
    assert found.luck == plain.luck


def test_a_prefix_is_the_searchs_own(source: Any, params: Any, sets: list[Trial], same: Same) -> None:
    here = Spread(results(None), most_sets=7).search(source, params)
    same(here.prefix(0.3)(sets), Search(source, params).prefix(0.3)(sets))


def test_sets_that_were_drawn_in_batches_are_not_run_again_together(
    kept: Kept, source: Any, params: Any, sets: list[Trial], local: SweepResult, same: Same
) -> None:
    store = kept()
    here = Spread(store).search(source, params)
    ran: list[int] = []
    for first in range(0, len(sets), 20):
        here.run(sets[first : first + 20], on_progress=ran.append)
    assert ran == [20, 20, 20]
    here.prefix(0.5)(sets[:20])
    same(here.run(sets, on_progress=ran.append), local)
    assert len(ran) == 3
    prefix = chunks(here.market.beginning(len(here.market.bars) // 2), sets[:20], keep_days=True)
    assert store.finished(prefix) == set()


def test_a_search_that_was_cut_off_goes_on_where_it_stopped(
    kept: Kept, source: Any, params: Any, sets: list[Trial], local: SweepResult, same: Same
) -> None:
    def cut() -> None:
        raise PowerCut

    first = Spread(kept(), most_sets=SETS_IN_CHUNK)
    with pytest.raises(PowerCut):
        first.search(source, params).run(sets, on_progress=at_first(cut))
    second = Spread(kept(), most_sets=SETS_IN_CHUNK)
    search = second.search(source, params)
    wanted = Wanted(search.market, sets)
    assert second.fill([wanted]) == CHUNKS - 1
    assert second.fill([wanted]) == 0
    same(search.run(sets), local)


def test_markets_do_not_share_chunks(kept: Kept, source: Any, params: Any, sets: list[Trial], same: Same) -> None:
    here = Spread(kept(), most_sets=20)
    other = market(3_000, seed=5)
    searches = [here.search(each, params) for each in (source, other)]
    assert here.fill([Wanted(each.market, sets) for each in searches]) == 6
    same(here.result(Wanted(searches[1].market, sets)), Search(other, params).run(sets))


def test_a_set_that_cannot_be_run_is_refused_before_any_chunk_runs(source: Any, params: Any) -> None:
    here = Spread(results(None), most_sets=1)
    search, ran = here.search(source, params), list[int]()
    with pytest.raises(ConfigurationError, match=r"trend.stop_atr is -1 in trial 2"):
        search.run([{}, {}, {"trend.stop_atr": -1}], on_progress=ran.append)
    with pytest.raises(ConfigurationError, match="at least one"):
        search.run([])
    assert ran == []


def test_days_are_left_out_where_they_would_be_too_many(
    monkeypatch: pytest.MonkeyPatch, source: Any, params: Any, sets: list[Trial], local: SweepResult
) -> None:
    monkeypatch.setattr(run, "MOST_DAY_CELLS", 500)
    search = Spread(results(None)).search(source, params)
    result = search.run(sets)
    assert result.marks is None
    assert result.final_equity.tolist() == local.final_equity.tolist()
    found = search.judged(result, ["final_equity"])
    assert found.order == Search(source, params).judged(local, ["final_equity"]).order
    assert found.luck == {"trials": len(sets)}
    assert len(search.judged(result, ["final_equity", "max_drawdown_pct"]).front) >= 1
    with pytest.raises(ConfigurationError, match="--metric sharpe"):
        search.judged(result, ["sharpe"])


@pytest.mark.slow
def test_workers_come_to_what_this_process_does_and_compile_nothing(
    nodes: Nodes, kept: Kept, source: Any, params: Any, sets: list[Trial], local: SweepResult, same: Same
) -> None:
    nodes.start(2)
    with connected(nodes.address) as cluster:
        there = Spread(kept(), cluster, most_sets=SETS_IN_CHUNK)
        search = there.search(source, params)
        same(search.run(sets), local)
        assert there.fill([Wanted(search.market, sets)]) == 0
    with nodes.client() as client:
        made = client.run(kernel_stats)
    assert len(made) == 2
    assert all(not misses and hits for hits, misses in made.values())


@pytest.mark.slow
def test_many_markets_of_one_chunk_each_all_arrive(nodes: Nodes, params: Any, sets: list[Trial], same: Same) -> None:
    sources = [market(1_500, seed=seed) for seed in range(25)]
    nodes.start(2)
    with connected(nodes.address) as cluster:
        there = Spread(results(None), cluster)
        searches = [there.search(each, params) for each in sources]
        assert there.fill([Wanted(each.market, sets) for each in searches]) == len(sources)
        for each, search in zip(sources, searches, strict=True):
            same(search.run(sets), Search(each, params).run(sets))


@pytest.mark.slow
def test_on_a_machine_that_never_swept_one_worker_compiles_and_the_others_load(
    nodes: Nodes, tmp_path: Path, source: Any, params: Any, sets: list[Trial], local: SweepResult, same: Same
) -> None:
    nodes.start(2, NUMBA_CACHE_DIR=str(tmp_path / "cold"))
    with connected(nodes.address) as cluster:
        same(Spread(results(None), cluster, most_sets=SETS_IN_CHUNK).search(source, params).run(sets), local)
    with nodes.client() as client:
        made = client.run(kernel_stats)
    assert sorted(misses for _, misses in made.values()) == [0, 1]


@pytest.mark.slow
def test_a_worker_that_is_killed_costs_nothing_but_time(
    nodes: Nodes, kept: Kept, source: Any, params: Any, sets: list[Trial], local: SweepResult, same: Same
) -> None:
    nodes.start(2)
    with connected(nodes.address) as cluster:
        search = Spread(kept(), cluster, most_sets=SETS_IN_CHUNK).search(source, params)
        same(search.run(sets, on_progress=at_first(lambda: kill(nodes.workers[0]))), local)
    assert nodes.workers[1].poll() is None


@pytest.mark.slow
def test_after_the_scheduler_was_killed_only_what_is_missing_runs(
    nodes: Nodes, kept: Kept, source: Any, params: Any, sets: list[Trial], local: SweepResult, same: Same
) -> None:
    nodes.start(2)
    first = Spread(kept(), most_sets=SETS_IN_CHUNK).search(source, params)
    with connected(nodes.address) as cluster:
        doomed = Spread(kept(), cluster, most_sets=SETS_IN_CHUNK).search(source, params)
        with pytest.raises(ClusterLost, match="run the same command again"):
            doomed.run(sets, on_progress=at_first(lambda: kill(nodes.scheduler)))
    nodes.stop()
    nodes.start(1)
    with connected(nodes.address) as cluster:
        again = Spread(kept(), cluster, most_sets=SETS_IN_CHUNK)
        ran = again.fill([Wanted(first.market, sets)])
        assert 0 < ran < CHUNKS
        same(again.result(Wanted(first.market, sets)), local)


def test_nobody_is_asked_without_a_cluster(place: str) -> None:
    with spread(cluster=None, kept=place) as here:
        assert here.fill([]) == 0


def kernel_stats() -> tuple[int, int]:
    """How often this process loaded the sweep's loop, and how often it had to make it."""
    from core.sweep.kernel import run as loop  # noqa: PLC0415  on the worker

    stats: Any = loop.stats  # type: ignore[attr-defined]  # numba's
    return sum(stats.cache_hits.values()), sum(stats.cache_misses.values())
