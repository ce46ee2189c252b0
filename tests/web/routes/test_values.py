"""What the endpoints say after a replay is what the market, the headlines and the run were."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.flow.bias import Flow
from core.flow.derivatives import DerivativesParams, annual_pct, crowding
from core.flow.told import told
from core.market.bars import Bars
from tests.web.asgi import call
from tests.web.replayed import BARS, Replayed, chosen
from tests.web.stand import Stand
from tests.web.story import BOOK
from web.views import pick_mapping

pytestmark = pytest.mark.anyio
BAR_MS = 300_000


@pytest.fixture(scope="module")
def bars(request: pytest.FixtureRequest) -> Bars:
    """The bars that were replayed."""
    try:
        data: Path | None = request.getfixturevalue("shared_data")
    except pytest.skip.Exception:
        data = None
    return next(chosen(data).chunks()).bars


async def get(replayed: Replayed, url: str) -> Any:
    answer = await call(replayed.app(), url)
    assert answer.status == 200, answer
    return answer.json()


async def test_klines_are_the_last_bars_of_the_market(replayed: Replayed, bars: Bars) -> None:
    told = (await get(replayed, "/api/market/klines?limit=500"))["klines"]
    assert len(told) == 500
    assert len(bars) == BARS
    for name in ("open_ms", "open", "high", "low", "close", "volume"):
        assert [kline[name] for kline in told] == getattr(bars, name)[-500:].tolist()
    assert {kline["close_ms"] - kline["open_ms"] for kline in told} == {BAR_MS}


@pytest.mark.parametrize(("back", "limit", "found"), [(0, 200, 1), (9, 200, 10), (9, 4, 4), (-1, 200, 0)])
async def test_klines_since_a_time_are_the_newest_of_those_that_opened_then_or_later(
    replayed: Replayed, bars: Bars, back: int, limit: int, found: int
) -> None:
    since = int(bars.open_ms[-1]) - back * BAR_MS
    told = (await get(replayed, f"/api/market/klines?since={since}&limit={limit}"))["klines"]
    assert [kline["open_ms"] for kline in told] == bars.open_ms[len(bars) - found :].tolist()


async def test_the_last_trade_is_the_last_close_at_its_time(replayed: Replayed, bars: Bars) -> None:
    told = await get(replayed, "/api/market/latest-trade")
    assert told == {"symbol": "BTCUSDT", "price": bars.close[-1], "ts": int(bars.open_ms[-1]) + BAR_MS}
    latest = await get(replayed, "/api/market/latest-kline")
    assert latest["close"] == told["price"]
    assert latest["measures"]["donchian_high"] == bars.high[-21:-1].max()


async def test_volatility_is_the_last_range_beside_the_average_before_it(replayed: Replayed, bars: Bars) -> None:
    told = await get(replayed, "/api/market/volatility")
    last = max(bars.high[-1], bars.close[-2]) - min(bars.low[-1], bars.close[-2])
    atr = told["atr_pct"] / 100 * bars.close[-1]  # Wilder's: this bar's share in it is a 14th
    assert told["range_atr"] == pytest.approx(last / ((14 * atr - last) / 13))
    assert (told["high_above"], told["extreme_above"]) == (2.5, 5.0)
    share = told["range_atr"] / 5.0
    assert told["volatility"] == ("extreme" if share > 1 else "high" if share > 0.5 else "normal")


async def test_klines_are_not_sent_with_every_view(replayed: Replayed) -> None:
    assert "klines" not in await get(replayed, "/api/status")


async def test_levels_are_where_the_bars_turned(replayed: Replayed, bars: Bars) -> None:
    told = await get(replayed, "/api/liquidity/levels")
    prices = {level["kind"]: level["price"] for level in told["levels"]}
    day = bars.open_ms // 86_400_000
    before = day == day[-1] - 1
    assert prices["prior_day_high"] == bars.high[before].max()
    assert prices["prior_day_low"] == bars.low[before].min()
    assert prices["visible_high"] == bars.high[-288:].max()
    assert [level["price"] for level in told["levels"]] == sorted(prices.values(), reverse=True)
    for level in told["levels"]:
        assert level["distance_pct"] == pytest.approx(100 * (level["price"] / bars.close[-1] - 1))


async def test_a_level_tells_how_often_price_came_to_it(replayed: Replayed, bars: Bars) -> None:
    told = await get(replayed, "/api/liquidity/levels")
    for level in told["levels"]:
        since = bars.open_ms > level["known_ms"]
        reached = bars.high >= level["price"] if level["kind"].endswith("high") else bars.low <= level["price"]
        assert level["touches"] == (since & reached).sum(), level
        assert (level["state"] == "untouched") == (level["touches"] == 0)
    assert {level["touches"] == 0 for level in told["levels"]} == {True, False}


async def test_the_targets_are_the_nearest_levels_that_the_last_bar_left_alone(replayed: Replayed, bars: Bars) -> None:
    status = await get(replayed, "/api/liquidity/status")
    levels = (await get(replayed, "/api/liquidity/levels"))["levels"]
    prices = np.array([level["price"] for level in levels])
    above, below = prices[prices > bars.high[-1]], prices[prices < bars.low[-1]]
    for side, nearest in (("target_above", above.min(initial=np.inf)), ("target_below", below.max(initial=-np.inf))):
        assert (status[side] or {"price": nearest})["price"] == nearest
    strengths = {level["kind"]: level["strength"] for level in levels}
    targets = [target for side in ("above", "below") if (target := status[f"target_{side}"])]
    assert [strengths[target["kind"]] for target in targets] == [target["strength"] for target in targets]
    assert status["levels"] == len(levels)


async def test_an_order_book_is_told_with_its_zones_and_candles_have_none(replayed: Replayed) -> None:
    plain = await get(replayed, "/api/liquidity/status")
    assert (plain["zone_above"], plain["zone_below"]) == (None, None)
    stand = Stand()
    view = replayed.board.view()
    stand.board.picture = {**view, "market": pick_mapping(view, "market") | {"book": BOOK}}
    assert (await call(stand.app, "/api/market/orderbook")).json() == BOOK
    status = (await call(stand.app, "/api/liquidity/status")).json()
    zone = {"price": 64_300.0, "strength": 0.31, "distance_bps": 14.0, "age_ms": 120_000}
    assert (status["zone_above"], status["zone_below"]) == (zone, None)


@pytest.mark.parametrize("name", ["dxy", "btc-dominance"])
async def test_a_macro_input_without_a_value_says_how_to_give_it_one(replayed: Replayed, name: str) -> None:
    answer = await call(replayed.app(), f"/api/macro/{name}")
    feed = name.replace("-", "_")
    if replayed.board.view()["feeds"][feed]["value"] is None:  # type: ignore[index,call-overload]  # a view
        assert answer.status == 503
        assert f"--macro {feed}=FILE" in answer.json()["detail"]
    else:
        assert answer.json()["state"] in ("fresh", "stale")
        assert answer.json()["value"] > 0


async def test_the_trends_make_the_risk_score(replayed: Replayed) -> None:
    regime = await get(replayed, "/api/regime/status")
    trends = await get(replayed, "/api/regime/trends")
    assert sum(trend["contribution"] for trend in trends) == pytest.approx(regime["risk_score"], abs=1e-5)
    assert sum(trend["weight"] for trend in trends) == pytest.approx(1, abs=1e-5)
    now = await get(replayed, "/api/regime/current")
    assert now == {name: regime[name] for name in now}


async def test_the_newest_headline_comes_first_and_the_limit_holds(replayed: Replayed) -> None:
    everything = await get(replayed, "/api/news/classified")
    assert await get(replayed, "/api/news/latest") == everything[0]
    assert await get(replayed, "/api/news/classified?limit=2") == everything[:2]
    fetched = await get(replayed, "/api/news/fetch")
    assert fetched["read"] == len(everything) == fetched["counted"] + sum(fetched["set_aside"].values())
    assert fetched["counted"] == sum(headline["counts"] for headline in everything) > 0


async def test_the_signal_counts_what_still_counts(replayed: Replayed) -> None:
    signals = await get(replayed, "/api/news/signals")
    assert signals["known_at"] >= (await get(replayed, "/api/news/latest"))["ts"]
    if signals["signal"] is not None:
        assert len(signals["signal"]["loudest"]) == min(3, signals["signal"]["items"]) > 0


async def test_the_flow_is_told_in_words_where_dominance_is_known(replayed: Replayed) -> None:
    answer = await call(replayed.app(), "/api/capital-flow/interpretation")
    flow: Any = replayed.board.view()["flow"]
    if flow["trend"] is None:
        assert (answer.status, (await call(replayed.app(), "/api/capital-flow/current")).status) == (503, 503)
        assert "--macro btc_dominance=FILE" in answer.json()["detail"]
    else:
        assert answer.json()["text"] == told(Flow(**flow))
        assert await get(replayed, "/api/capital-flow/current") == flow


async def test_every_bar_was_decided_once(replayed: Replayed) -> None:
    execution = await get(replayed, "/api/execution/status")
    assert sum(execution["decisions"].values()) == execution["bars"] == BARS
    assert sum(execution["blocked"].values()) == execution["decisions"]["blocked"]
    signal = await get(replayed, "/api/execution/signal")
    journaled = await get(replayed, "/api/evaluations")
    assert signal["guards"] == journaled["guards"]
    assert signal["bar_open_ms"] == journaled["bar_open_ms"]


async def test_the_trades_and_the_positions_are_those_of_the_account(replayed: Replayed) -> None:
    account = await get(replayed, "/api/trades/status")
    history = await get(replayed, "/api/trades/history?limit=200")
    held = await get(replayed, "/api/trades/positions")
    assert len(history) + sum(position["state"] != "pending" for position in held) == account["trades"]
    assert (await get(replayed, "/api/risk/status"))["open_positions"] == len(held)


async def test_the_perpetual_is_told_with_its_crowding(replayed: Replayed) -> None:
    told = await get(replayed, "/api/derivatives/current")
    params = DerivativesParams()
    assert told["state"] == "fresh"
    assert told["funding_annual_pct"] == pytest.approx(annual_pct(told["funding_rate"], params), abs=1e-6)
    assert told["crowding"] == crowding(told["funding_annual_pct"], told["open_interest_change_pct"], params)
    assert not told["guarded"]
    assert told["text"].startswith("funding ")
    assert pick_mapping(replayed.board.view(), "feeds.derivatives") == told
