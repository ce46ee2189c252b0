from dataclasses import replace
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.book.ladder import Ladder
from core.book.params import BookParams
from core.book.zones import Zone, ZoneMemory, find_zones, grouped, local_medians, step_of

PARAMS = BookParams()
MID = 10_000.0


def bids(walls: dict[int, float] | None = None, *, levels: int = 60) -> Ladder:
    """One level a step of 1, from 9,999 down, all of size 1 but the walls."""
    sizes = {9_999 - i: 1.0 for i in range(levels)} | (walls or {})
    ladder = Ladder(1)
    ladder.change([(float(price), size) for price, size in sizes.items()])
    return ladder


@pytest.mark.parametrize(
    ("mid", "step"), [(61_800.0, 5.0), (10_000.0, 1.0), (1.953, 0.0001), (50_000.0, 5.0), (49_999.0, 2.0), (0.5, 5e-5)]
)
def test_groups_are_as_wide_as_prices_people_think_in(mid: float, step: float) -> None:
    assert step_of(mid, 1.0) == pytest.approx(step)


def test_levels_of_one_step_are_one_group_and_empty_steps_are_none() -> None:
    ladder = Ladder(1)
    ladder.change([(9_999.5, 1.0), (9_999.0, 2.0), (9_998.9, 4.0), (9_990.0, 8.0), (9_000.0, 16.0)])
    found = grouped(ladder, MID, step=1.0, within=50.0)
    assert [(group.near, group.far, group.size) for group in found] == [
        (9_999.5, 9_999.0, 3.0),
        (9_998.9, 9_998.9, 4.0),
        (9_990.0, 9_990.0, 8.0),
    ]


def test_a_price_on_the_edge_of_a_decimal_step_stays_in_it() -> None:
    ladder = Ladder(-1)
    prices = [round(1.95 + i * 0.0001, 4) for i in range(50)]
    ladder.change([(price, 1.0) for price in prices])
    assert [group.near for group in grouped(ladder, 1.95, step=0.0001, within=1.0)] == prices


@given(st.lists(st.floats(0.1, 100.0), max_size=40), st.integers(1, 8))
def test_a_local_median_is_the_median_of_its_neighbourhood(values: list[float], reach: int) -> None:
    expected = [median(values[max(0, i - reach) : i + reach + 1]) for i in range(len(values))]
    assert local_medians(values, reach) == expected


def test_an_even_book_has_no_zone() -> None:
    assert find_zones(bids(), 1, MID, PARAMS) == []
    assert find_zones(Ladder(1), 1, MID, PARAMS) == []


@pytest.mark.parametrize(("size", "zones"), [(2.9, 0), (3.0, 1)])
def test_a_group_stands_out_from_a_multiple_of_the_local_median(size: float, zones: int) -> None:
    assert len(find_zones(bids({9_980: size}), 1, MID, PARAMS)) == zones


def test_neighbours_that_stand_out_are_one_zone() -> None:
    near, far = find_zones(bids({9_980: 5.0, 9_979: 10.0, 9_960: 4.0}), 1, MID, PARAMS)
    assert (near.near, near.far, near.size, near.side) == (9_980.0, 9_979.0, 15.0, 1)
    assert near.prominence == pytest.approx(7.5)
    assert near.strength == pytest.approx(15.0 / (15.0 + 4.0 + 47.0))  # 50 levels lie within 50 bps
    assert near.distance_bps == pytest.approx(20.0)
    assert far.near == 9_960.0


def test_zones_beyond_the_range_are_not_looked_for() -> None:
    assert find_zones(bids({9_945: 50.0}), 1, MID, PARAMS) == []
    assert len(find_zones(bids({9_945: 50.0}), 1, MID, replace(PARAMS, zone_range_bps=60.0))) == 1


def zone(near: float, far: float, side: int = 1) -> Zone:
    return Zone(1 if side > 0 else -1, near, far, 10.0, 0.1, 5.0, 20.0)


def test_a_zone_that_overlaps_its_former_self_keeps_its_age() -> None:
    memory = ZoneMemory(5_000)
    assert memory.update([zone(100.0, 98.0)], 1_000)[0].since_ms == 1_000
    assert memory.update([zone(99.0, 97.0)], 2_000)[0].since_ms == 1_000
    assert memory.update([zone(96.0, 95.0)], 3_000)[0].since_ms == 3_000
    assert memory.update([zone(99.0, 97.0, side=-1)], 4_000)[0].since_ms == 4_000


@pytest.mark.parametrize(("back_ms", "since_ms"), [(6_000, 1_000), (6_001, 6_001)])
def test_a_zone_out_of_sight_is_remembered_for_a_while(back_ms: int, since_ms: int) -> None:
    memory = ZoneMemory(5_000)
    memory.update([zone(100.0, 98.0)], 1_000)
    memory.update([], 3_000)
    assert memory.update([zone(100.0, 98.0)], back_ms)[0].since_ms == since_ms


def test_a_lost_book_forgets_its_zones() -> None:
    memory = ZoneMemory(5_000)
    memory.update([zone(100.0, 98.0)], 1_000)
    memory.clear()
    assert memory.update([zone(100.0, 98.0)], 2_000)[0].since_ms == 2_000
