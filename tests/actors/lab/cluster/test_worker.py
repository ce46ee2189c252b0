"""A chunk is run as the whole search would run it, and only by the code that cut it."""

import numpy as np
import pytest

from actors.lab.cluster.chunks import CODE, WIRE, chunks
from actors.lab.cluster.market import SweptMarket
from actors.lab.cluster.worker import Bench, refuse_other_code
from core.errors import ConfigurationError
from core.sweep.params import Trial
from core.sweep.result import SweepResult


def test_a_chunk_on_one_core_or_all_is_its_part_of_the_search(
    swept: SweptMarket, sets: list[Trial], local: SweepResult
) -> None:
    bench = Bench()
    cut = list(chunks(swept, sets, keep_days=True, most_sets=40))
    for threads in (1, None, 10_000):
        outcome = bench.run(swept, cut[1], threads=threads)
        assert outcome.accounts.tolist()[0][1:] == local.accounts[40:].tolist()[0][1:]
        assert np.array_equal(outcome.final_equity, local.final_equity[40:])


def test_a_bench_keeps_the_measures_of_the_last_markets_only(swept: SweptMarket) -> None:
    bench = Bench()
    for bars in (1_000, 1_100, 1_200, 1_000):
        market = swept.beginning(bars)
        [chunk] = chunks(market, [{}], keep_days=False)
        assert len(bench.run(market, chunk)) == 1
    assert list(bench._sweeps) == [swept.beginning(1_200).sha256, swept.beginning(1_000).sha256]


def test_a_command_of_other_code_is_refused() -> None:
    refuse_other_code(WIRE)
    with pytest.raises(ConfigurationError, match="other code"):
        refuse_other_code(CODE)
