from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.adapters.sandbox.exchange.candles import Candles
from actors.adapters.sandbox.exchange.depth import LEVELS, Depth
from actors.adapters.sandbox.exchange.interval import end, start
from actors.adapters.sandbox.exchange.listing import listing
from actors.adapters.sandbox.exchange.path import walk
from core.durations import MINUTE_MS
from core.market.aggregate import Bar
from tests.actors.adapters.sandbox.stall import OPENS, START, flat, stall

BAR = Bar(OPENS, 100.0, 110.0, 90.0, 105.0, 12.0)


@given(low_first=st.booleans(), step_ms=st.integers(100, 60_000))
def test_a_bar_is_walked_through_its_four_prices_and_no_others_beyond(*, low_first: bool, step_ms: int) -> None:
    ticks = list(walk(BAR, timeframe_ms=60_000, step_ms=step_ms, low_first=low_first, tick=0.5))
    prices = [tick.price * 0.5 for tick in ticks]
    assert (prices[0], prices[-1], max(prices), min(prices)) == (100, 105, 110, 90)
    assert (prices.index(90) < prices.index(110)) == low_first
    assert all(earlier.ts < later.ts for earlier, later in pairwise(ticks))
    assert ticks[-1].ts == OPENS + 59_999
    assert sum(tick.volume for tick in ticks) == pytest.approx(12)


def test_the_extreme_that_hurts_the_position_comes_first() -> None:
    for side, first in (("Buy", 59_000.0), ("Sell", 61_000.0)):
        trader = stall([(START, START, START, START), (START, 61_000.0, 59_000.0, START)])
        trader.order(side, "0.01")
        trader.pass_minutes(1.01)
        prices = [float(event.row["p"]) for event in trader.pass_minutes(1) if event.topic == "publicTrade"]
        extremes = [price for price in prices if price in {59_000.0, 61_000.0}]
        assert extremes[0] == first


def test_candles_told_while_they_form_and_when_they_are_closed_are_the_bars_that_were_drawn() -> None:
    drawn = [(60_000.0, 60_100.0, 59_900.0, 60_050.0), (60_050.0, 60_060.0, 59_800.0, 59_850.0)]
    trader = stall(drawn)
    trader.pass_minutes(3)
    rows = trader.do("/v5/market/kline", interval="1", limit="2")["list"]
    assert [[float(price) for price in row[1:5]] for row in rows] == [list(four) for four in reversed(drawn)]
    five = trader.do("/v5/market/kline", interval="5", limit="1")["list"][0]
    assert [float(price) for price in five[1:5]] == [60_000, 60_100, 59_800, 59_850]


@pytest.mark.parametrize("interval", ["1", "3", "5", "15", "30", "60", "120", "240", "360", "720", "D", "W", "M"])
@given(ts=st.integers(0, 4_000_000_000_000))
def test_every_moment_lies_in_one_candle_and_they_touch(interval: str, ts: int) -> None:
    first = start(interval, ts)
    assert first <= ts < end(interval, first)
    assert start(interval, end(interval, first)) == end(interval, first)
    assert start(interval, first) == first


def test_a_coarse_candle_is_the_same_however_many_are_asked_for() -> None:
    rng = np.random.default_rng(1)
    history = flat(500)
    moved = history.open + np.cumsum(rng.normal(0, 10, 500))
    candles = Candles(
        type(history)("BTCUSDT", MINUTE_MS, history.open_ms, moved, moved + 5, moved - 5, moved, history.volume)
    )
    many = candles.told("15", first_ms=0, last_ms=1 << 62, limit=20)
    assert [candles.told("15", first_ms=0, last_ms=many[i].start, limit=1)[0] for i in range(20)] == many
    assert candles.told("15", first_ms=many[5].start, last_ms=many[2].start, limit=20) == many[2:6]


@given(price=st.integers(100, 2_000_000), is_up=st.booleans())
def test_the_book_is_sorted_never_crossed_and_never_empty(price: int, *, is_up: bool) -> None:
    depth = Depth(listing("BTCUSDT", START), lots=600, seed=1)
    depth.move(price, is_up=is_up)
    bids, asks = depth.levels("Buy", LEVELS), depth.levels("Sell", LEVELS)
    assert bids[0].price < asks[0].price
    assert all(better.price > worse.price for better, worse in pairwise(bids))
    assert all(better.price < worse.price for better, worse in pairwise(asks))
    assert min(level.size for level in (*bids, *asks)) > 0


def test_what_is_taken_is_gone_until_the_price_moves() -> None:
    trader = stall()
    best = trader.market.depth.levels("Sell", 1)[0]
    trader.order("Buy", str(best.size))
    assert trader.market.depth.levels("Sell", 1)[0].price > best.price
    trader.pass_minutes(0.5)
    assert trader.market.depth.levels("Sell", 1)[0].price == best.price


def test_the_same_requests_at_the_same_times_give_the_same_events() -> None:
    def life() -> object:
        trader = stall([(START, 60_200.0, 59_800.0, 60_100.0)] * 3)
        trader.order("Buy", "3", stopLoss="59850", takeProfit="61000")
        trader.pass_minutes(2.5)
        return trader.told

    assert life() == life()


def test_after_the_last_bar_prices_stand_and_orders_still_trade() -> None:
    trader = stall()
    trader.pass_minutes(60)
    assert trader.market.is_over
    trader.order("Buy", "0.01")
    assert trader.position()["size"] == "0.010"


def test_open_interest_is_told_at_full_intervals_newest_first_and_as_the_ticker_has_it() -> None:
    trader = stall([(START, START, START, START)] * 10)
    trader.pass_minutes(7)
    path = "/v5/market/open-interest"
    rows = trader.do(path, intervalTime="5min", limit="3")["list"]
    assert [int(row["timestamp"]) - OPENS for row in rows] == [5 * MINUTE_MS, 0, -5 * MINUTE_MS]
    assert [float(row["openInterest"]) - 2 * float(row["singleOpenInterest"]) for row in rows] == pytest.approx([0] * 3)
    assert len({row["openInterest"] for row in rows}) == 3
    ranged = trader.do(path, intervalTime="5min", startTime=str(OPENS), endTime=str(OPENS + 5 * MINUTE_MS))["list"]
    assert ranged == rows[:2]
    trader.pass_minutes(3)
    (newest,) = trader.do(path, intervalTime="5min", limit="1")["list"]
    (ticker,) = trader.do("/v5/market/tickers")["list"]
    assert trader.now == int(newest["timestamp"])
    assert ticker["openInterest"] == newest["openInterest"]
    assert trader.ask(path, intervalTime="7min").code == 10001
