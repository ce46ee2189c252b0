from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.book.params import BookParams
from core.book.tape import SPAN_MS, OrderFlow, Tape
from core.book.trade import Trade
from core.durations import DAY_MS

PARAMS = BookParams()


def trade(ts: int, size: float, side: int, price: float = 100.0) -> Trade:
    return Trade("BTCUSDT", ts, price, size, side)


def tape(*trades: Trade, params: BookParams = PARAMS) -> Tape:
    made = Tape(params)
    for each in trades:
        made.update(each)
    return made


def test_flow_is_what_takers_bought_and_sold() -> None:
    flow = tape(trade(1_000, 3.0, 1), trade(1_500, 1.0, -1), trade(2_000, 2.0, 1)).flow(2_500, 60_000)
    assert (flow.bought, flow.sold, flow.trades, flow.delta) == (5.0, 1.0, 3, 4.0)
    assert flow.imbalance == pytest.approx(4 / 6)


def test_without_a_trade_there_is_no_imbalance() -> None:
    assert tape().flow(1_000, 60_000).imbalance is None


@pytest.mark.parametrize(("now", "trades"), [(60_999, 2), (61_000, 1), (119_999, 1), (120_000, 0)])
def test_a_window_is_its_last_whole_seconds(now: int, trades: int) -> None:
    assert tape(trade(1_999, 1.0, 1), trade(60_000, 1.0, 1)).flow(now, 60_000).trades == trades


def test_trades_after_the_asked_time_are_not_in_its_window() -> None:
    assert tape(trade(1_000, 1.0, 1), trade(5_000, 1.0, 1)).flow(4_999, 60_000).trades == 1


@given(st.lists(st.tuples(st.integers(0, 2 * SPAN_MS), st.integers(1, 9), st.sampled_from([-1, 1])), max_size=80))
def test_every_window_is_the_sum_of_its_trades(found: list[tuple[int, int, int]]) -> None:
    found.sort()
    made, now = tape(*(trade(ts, float(size), side) for ts, size, side in found)), 2 * SPAN_MS
    for window_ms in (1_000, 60_000, SPAN_MS):
        first = (now // 1_000 - window_ms // 1_000 + 1) * 1_000
        signed = [size * side for ts, size, side in found if ts >= first]
        flow = made.flow(now, window_ms)
        assert (flow.delta, flow.trades) == (sum(signed), len(signed))


def test_a_late_trade_falls_into_its_own_second() -> None:
    late = tape(trade(10_000, 1.0, 1), trade(9_000, 2.0, -1))
    assert late.flow(10_500, 1_000).delta == 1.0
    assert late.flow(10_500, 2_000).delta == -1.0


def test_a_trade_older_than_the_ring_changes_no_window() -> None:
    made = tape(trade(SPAN_MS + 5_000, 1.0, 1), trade(5_000, 2.0, -1))
    assert made.flow(SPAN_MS + 5_000, SPAN_MS).delta == 1.0


def test_the_cumulative_delta_begins_anew_with_the_day() -> None:
    made = tape(trade(DAY_MS - 2, 5.0, -1))
    assert made.cvd == -5.0
    made.update(trade(DAY_MS, 2.0, 1))
    assert made.cvd == 2.0
    made.update(trade(DAY_MS - 1, 7.0, 1))  # late, of the day that is over
    assert made.cvd == 2.0


def test_where_the_venue_does_not_say_the_side_is_inferred() -> None:
    made = Tape(PARAMS)
    made.update(trade(1_000, 1.0, 0, 100.0))
    assert made.flow(1_000, 1_000) == OrderFlow(0.0, 0.0, 1, 0.0, 0.0)
    made.update(trade(1_000, 2.0, 0, 101.0))
    made.update(trade(1_000, 3.0, 0, 101.0))
    made.update(trade(1_000, 4.0, 0, 101.0), mid=101.5)
    flow = made.flow(1_000, 1_000)
    assert (flow.bought, flow.sold) == (5.0, 4.0)


def warmed(params: BookParams = PARAMS) -> Tape:
    return tape(*(trade(1_000 + i, 1.0, 1 if i % 2 else -1) for i in range(150)), params=params)


@pytest.mark.parametrize(("size", "large"), [(19.9, 0.0), (20.0, 20.0)])
def test_an_order_is_large_from_a_multiple_of_the_mean(size: float, large: float) -> None:
    made = warmed()
    made.update(trade(5_000, size, -1))
    assert made.flow(5_000, 1_000).large_sold == large


def test_one_order_filled_in_parts_is_one_order() -> None:
    made = warmed()
    for _ in range(5):
        made.update(trade(5_000, 6.0, 1))
    made.update(trade(5_001, 6.0, 1))
    flow = made.flow(5_500, 1_000)
    assert (flow.bought, flow.large_bought, flow.large_delta) == (36.0, 30.0, 30.0)
    assert made.last_large is not None
    assert (made.last_large.size, made.last_large.side) == (30.0, 1)


def test_before_enough_orders_nothing_is_large() -> None:
    made = tape(*(trade(1_000 + i, 1.0, 1) for i in range(99)), trade(5_000, 1e6, 1))
    assert made.last_large is None


def test_the_mean_forgets() -> None:
    made = warmed(replace(PARAMS, large_memory=10))
    for i in range(200):
        made.update(trade(5_000 + i, 10.0, 1))
    made.update(trade(9_000, 100.0, 1))
    assert made.flow(9_000, 1_000).large_bought == 0.0
