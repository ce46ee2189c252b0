"""A holding's arithmetic: entries, exits, targets, the trail."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.reasons import Reason
from core.trading.holding import Holding
from core.trading.signal import EntryPlan, Management, Signal


def planned(side: int = 1, target: float | None = None, at_r: float | None = 1.0, trail: float | None = 2.0) -> Holding:
    management = Management(0.5, at_r, trail, None, 0, None)
    signal = Signal("BTCUSDT", "TREND_BREAKOUT", side, 100.0, 4.0, target, 1.0, management, (Reason.TREND_BREAKOUT,))
    return Holding.planned(7, EntryPlan(signal, Decimal(2), 8.0))


def opened(side: int = 1) -> Holding:
    held = planned(side)
    held.enter(Decimal(2), 100.0, 0.5, now=1000)
    held.stop = 100.0 - side * 4.0
    return held


def test_a_plan_holds_nothing_yet() -> None:
    held = planned()
    assert (held.number, held.ordered, held.profit) == (7, Decimal(2), 0.0)
    assert held.filled == held.remaining == 0


def test_fills_of_an_entry_are_averaged() -> None:
    held = planned()
    held.enter(Decimal(1), 100.0, 0.1, now=1000)
    held.enter(Decimal(3), 104.0, 0.3, now=2000)
    assert (held.entry_price, held.filled, held.remaining) == (103.0, Decimal(4), Decimal(4))
    assert (held.best, held.opened_ms) == (103.0, 1000)
    assert held.fees == pytest.approx(0.4)


@pytest.mark.parametrize(("side", "realized"), [(1, 10.0), (-1, -10.0)])
def test_leaving_realizes_the_move_in_the_positions_direction(side: int, realized: float) -> None:
    held = opened(side)
    assert held.leave(Decimal(1), 110.0, 0.5) == realized
    assert held.remaining == 1
    held.funding = 0.25
    assert held.profit == realized - 1.0 - 0.25
    assert held.unrealized == realized  # one coin is left, and the last price is that fill's


@pytest.mark.parametrize(
    ("side", "closes", "best"), [(1, (99.0, 103.0, 101.0), 103.0), (1, (99.0,), 100.0), (-1, (97.0, 99.0), 97.0)]
)
def test_the_best_close_starts_at_the_entry(side: int, closes: tuple[float, ...], best: float) -> None:
    held = opened(side)
    for close in closes:
        held.close_seen(close)
    assert (held.best, held.last, held.bars) == (best, closes[-1], len(closes))


@pytest.mark.parametrize(
    ("side", "best", "atr", "level"),
    [
        (1, 103.0, 2.0, 99.0),
        (1, 100.0, 2.0, None),  # 96 is where it is
        (1, 100.0, 2.5, None),  # a wider trail never loosens it
        (-1, 97.0, 2.0, 101.0),
        (-1, 100.0, 2.5, None),
    ],
)
def test_the_trail_only_tightens(side: int, best: float, atr: float, level: float | None) -> None:
    held = opened(side)
    held.best = best
    assert held.trailed(atr) == level


def test_nothing_trails_where_no_trail_is_planned() -> None:
    held = planned(trail=None)
    held.best = 200.0
    assert held.trailed(1.0) is None


@given(closes=st.lists(st.floats(50, 150), min_size=1), atr=st.floats(0.1, 10), side=st.sampled_from([1, -1]))
def test_a_trail_followed_never_moves_against_the_position(closes: list[float], atr: float, side: int) -> None:
    held = opened(side)
    for close in closes:
        held.close_seen(close)
        level = held.trailed(atr)
        if level is not None:
            assert (level - held.stop) * side > 0
            held.stop = level


@pytest.mark.parametrize(
    ("side", "at_r", "target", "expected"),
    [(1, 1.0, None, 104.0), (-1, 1.0, None, 96.0), (1, 1.5, 120.0, 106.0), (1, None, 120.0, 120.0)],
)
def test_the_first_target_is_a_multiple_of_r_or_a_price(
    side: int, at_r: float | None, target: float | None, expected: float
) -> None:
    held = planned(side, target, at_r)
    held.enter(Decimal(2), 100.0, 0.0, now=0)
    assert held.first_target == expected


def test_the_end_is_told_in_money_and_r() -> None:
    held = opened()
    held.leave(Decimal(2), 104.0, 0.5)
    facts = held.facts()
    assert (facts["profit"], facts["fees"], facts["r_multiple"]) == (7.0, 1.0, 0.875)


def test_a_holding_comes_back_as_it_was() -> None:
    held = opened(-1)
    held.orders["partial"] = "cw-1"
    held.leave(Decimal("0.333"), 99.0, 1 / 3)
    assert Holding.restore(json.loads(json.dumps(held.save()))) == held
    other = replace(held, remaining=Decimal("1.6670"))
    restored = Holding.restore(json.loads(json.dumps(other.save())))
    assert str(restored.remaining) == "1.6670"
