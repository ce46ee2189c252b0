"""Every kind of results gives back what it was given, bit for bit, and says what it has."""

import pytest

from actors.lab.cluster.chunks import Chunk, chunks
from actors.lab.cluster.market import SweptMarket
from actors.lab.cluster.outcome import Outcome, result_of
from actors.lab.cluster.place import results
from actors.lab.cluster.results import MemoryResults
from actors.lab.cluster.worker import BENCH
from core.sweep.params import Trial
from core.sweep.result import SweepResult
from tests.actors.lab.cluster.conftest import Same

Cut = list[tuple[Chunk, Outcome]]


@pytest.fixture(scope="module")
def cut(swept: SweptMarket, sets: list[Trial]) -> Cut:
    found = chunks(swept, sets, keep_days=True, most_sets=25)
    return [(chunk, BENCH.run(swept, chunk)) for chunk in found]


def test_what_was_kept_comes_back_bit_for_bit(  # the store is opened again in between
    place: str, swept: SweptMarket, cut: Cut, sets: list[Trial], local: SweepResult, same: Same
) -> None:
    first = results(place)
    assert first.finished(chunk for chunk, _ in cut) == set()
    for chunk, outcome in cut:
        first.keep(chunk, outcome)
    first.close()
    again = results(place)
    assert again.finished(chunk for chunk, _ in cut) == {chunk.id for chunk, _ in cut}
    same(result_of([again.outcome(chunk) for chunk, _ in cut], sets, swept.path.transitions), local)
    again.close()


def test_days_that_were_not_kept_stay_unknown(place: str, swept: SweptMarket) -> None:
    [chunk] = chunks(swept, [{}, {"trend.stop_atr": "3"}], keep_days=False)
    store = results(place)
    store.keep(chunk, BENCH.run(swept, chunk))
    assert store.outcome(chunk).marks is None
    store.close()


def test_a_chunk_kept_twice_is_there_once(place: str, cut: Cut) -> None:
    store = results(place)
    (chunk, outcome), (other, _) = cut[:2]
    for _ in range(2):
        store.keep(chunk, outcome)
    assert store.finished([chunk, other]) == {chunk.id}
    assert len(store.outcome(chunk)) == len(chunk)
    store.close()


def test_without_a_place_outcomes_live_in_memory(cut: Cut) -> None:
    store = results(None)
    assert isinstance(store, MemoryResults)
    (chunk, outcome), (other, _) = cut[:2]
    store.keep(chunk, outcome)
    assert store.finished([chunk, other]) == {chunk.id}
    assert store.outcome(chunk) is outcome
    store.close()
