"""Chunks hold every set once, and their names change with all that an outcome depends on."""

from dataclasses import replace
from typing import Any

import grimp
import pytest

from actors.lab.cluster.chunks import CODE, ELSEWHERE, FEWEST_CELLS, MOST_CELLS, MOST_SETS, PARTS, _size, chunks
from actors.lab.cluster.market import SweptMarket
from core.sweep.params import Trial


def ids(market: SweptMarket, sets: list[Trial], **how: Any) -> list[str]:
    return [chunk.id for chunk in chunks(market, sets, keep_days=True, **how)]


def test_every_set_is_in_one_chunk_in_its_order(swept: SweptMarket, sets: list[Trial]) -> None:
    cut = list(chunks(swept, sets, keep_days=True, most_sets=7))
    assert [trial for chunk in cut for trial in chunk.trials] == sets
    assert {len(chunk) for chunk in cut} == {7, 4}
    assert len({chunk.id for chunk in cut}) == len(cut)
    assert {chunk.symbol for chunk in cut} == {"BTCUSDT"}


@pytest.mark.parametrize(
    ("sets", "bars", "size"),
    [
        (10**6, 525_600, MOST_CELLS // 525_600),  # a large search: as large as chunks become
        (10**5, 105_120, 10**5 // PARTS),  # one between: so many parts
        (2_000, 105_120, FEWEST_CELLS // 105_120),  # a small one: as small as chunks become
        (10**6, 1_000, MOST_SETS),  # few bars
        (10**6, 2 * MOST_CELLS, 1),  # no end of bars
    ],
)
def test_chunks_are_as_large_as_search_and_history_suggest(sets: int, bars: int, size: int) -> None:
    assert _size(sets, bars) == size


def test_the_same_search_cut_again_has_the_same_chunks(swept: SweptMarket, sets: list[Trial]) -> None:
    again = SweptMarket.unpacked(swept.packed())
    assert ids(again, sets) == ids(swept, sets)


@pytest.mark.parametrize(
    "change",
    [
        lambda market: replace(market, bars=replace(market.bars, symbol="ETHUSDT")),
        lambda market: replace(market, bars=replace(market.bars, close=market.bars.close + 1e-9)),
        lambda market: replace(market, bars=replace(market.bars, incomplete=market.bars.close > 0)),
        lambda market: replace(market, path=replace(market.path, transitions={})),
        lambda market: replace(
            market, path=replace(market.path, stretches=(market.path.stretches[0]._replace(score=0.1),))
        ),
        lambda market: replace(market, measure=replace(market.measure, swing_bars=market.measure.swing_bars + 1)),
        lambda market: replace(market, evaluation=replace(market.evaluation, warm_up_bars=61)),
        lambda market: replace(market, flow=replace(market.flow, price_weak_pct=1.5)),
        lambda market: market.beginning(5_999),
    ],
)
def test_another_market_or_base_has_other_chunks(swept: SweptMarket, change: Any) -> None:
    assert ids(change(swept), [{}]) != ids(swept, [{}])


def test_other_sets_and_kept_days_have_other_chunks(swept: SweptMarket) -> None:
    whole, half = ids(swept, [{"trend.stop_atr": 1}]), ids(swept, [{"trend.stop_atr": 1.5}])
    assert whole != half
    without = next(chunks(swept, [{"trend.stop_atr": 1}], keep_days=False))
    assert without.id != whole[0]


def test_the_code_hash_leaves_out_only_what_a_sweep_never_calls() -> None:
    graph = grimp.build_graph("core", cache_dir=None)
    called = {module.split(".")[1] for module in graph.find_upstream_modules("core.sweep.sweep")}
    assert not called & ELSEWHERE
    assert len(CODE) == 16
