import pytest

from core.liquidity.span import Span
from core.structure.breaks import NEVER
from core.structure.sweep import Sweeps

Hlc = tuple[float, float, float]


def sweep(bars: list[Hlc], *, within: int = 3, rising: bool = True) -> Sweeps:
    span = Span("swing", weight=0.5)
    span.begin(110.0, 90.0, 1)
    sweeps = Sweeps(within)
    for high, low, close in bars:
        sweeps.update(high, low, close, span, rising=rising)
    return sweeps


@pytest.mark.parametrize(
    ("bar", "side"),
    [
        ((100.0, 90.0, 95.0), 0),
        ((100.0, 89.9, 95.0), 1),
        ((100.0, 89.9, 90.0), 0),
        ((110.0, 95.0, 100.0), 0),
        ((110.1, 95.0, 100.0), -1),
        ((110.1, 95.0, 110.0), 0),
    ],
)
def test_a_sweep_pierces_the_swing_and_closes_back_inside(bar: Hlc, side: int) -> None:
    assert sweep([bar]).side == side


@pytest.mark.parametrize(("bars_below", "side"), [(2, 1), (3, 0)])
def test_a_reclaim_counts_only_within_its_bars(bars_below: int, side: int) -> None:
    below, back = (95.0, 85.0, 86.0), (100.0, 86.0, 95.0)
    assert sweep([below] * bars_below + [back]).side == side


def test_after_an_accepted_break_the_next_pierce_counts_anew() -> None:
    late = [(95.0, 85.0, 86.0)] * 5 + [(100.0, 86.0, 95.0)]
    assert sweep(late).side == 0
    assert sweep([*late, (100.0, 89.0, 95.0)]).side == 1


@pytest.mark.parametrize(("rising", "side"), [(True, 1), (False, -1)])
def test_a_bar_that_sweeps_both_sides_counts_where_it_went(*, rising: bool, side: int) -> None:
    assert sweep([(111.0, 89.0, 100.0)], rising=rising).side == side


def test_a_sweep_ages_and_none_is_never() -> None:
    assert sweep([(100.0, 95.0, 96.0)]).age == NEVER + 1
    assert sweep([(100.0, 89.0, 95.0), (100.0, 95.0, 96.0)]).age == 1


def test_a_new_swing_forgets_the_old_pierce() -> None:
    span = Span("swing", weight=0.5)
    span.begin(110.0, 90.0, 1)
    sweeps = Sweeps(3)
    sweeps.update(95.0, 85.0, 86.0, span, rising=False)
    span.set_low(84.0, 2)
    sweeps.update(100.0, 86.0, 95.0, span, rising=True)
    assert sweeps.side == 0
