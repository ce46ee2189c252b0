"""The actor: back-fill first, then polls in their order; nothing a source sends ends it."""

import json
import random
from pathlib import Path
from typing import Any

import anyio
import anyio.lowlevel
import httpx
import pytest
import structlog
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from starlette.responses import Response

from actors.adapters.feeds.alphavantage import AlphaVantage
from actors.adapters.feeds.answer import Outcome, Refused
from actors.adapters.feeds.budget import Budget
from actors.adapters.feeds.build import relays
from actors.adapters.feeds.bybit import BybitDerivatives, Traded
from actors.adapters.feeds.clock import WallClock
from actors.adapters.feeds.coingecko import CoinGecko
from actors.adapters.feeds.coinmarketcap import CoinMarketCap
from actors.adapters.feeds.fetch import Body
from actors.adapters.feeds.forexfactory import ForexFactory
from actors.adapters.feeds.ics import Ics
from actors.adapters.feeds.macro_sieve import MacroSieve
from actors.adapters.feeds.params import (
    AlphaVantageParams,
    BybitFeedParams,
    CoinGeckoParams,
    CoinMarketCapParams,
    ForexFactoryParams,
    IcsParams,
    TwelveDataParams,
)
from actors.adapters.feeds.poller import Pauses, SourcePoller
from actors.adapters.feeds.request import FileRequest, Request
from actors.adapters.feeds.source import Source
from actors.adapters.feeds.spent import Spent
from actors.adapters.feeds.twelvedata import TwelveData
from core.durations import HOUR_MS, MINUTE_MS
from core.messages import FeedAnswered, FeedFailed
from tests.actors.adapters.feeds import bodies
from tests.actors.adapters.feeds.served import START, DrivenClock, Script, plain_client
from tests.actors.adapters.feeds.stand import configured, lived

KEYS = (
    *("status", "code", "values", "datetime", "close", "data", "market_cap_percentage", "btc", "updated_at", "quotes"),
    *(
        "btc_dominance",
        "last_updated",
        "date",
        "time",
        "title",
        "country",
        "impact",
        "Time Series FX (Daily)",
        "4. close",
        "retCode",
        "result",
        "list",
        "symbol",
    ),
)
"""What the sources' own documents are made of."""

SOURCES: tuple[Source, ...] = (
    TwelveData(TwelveDataParams()),
    AlphaVantage(AlphaVantageParams()),
    CoinGecko(CoinGeckoParams()),
    CoinMarketCap(CoinMarketCapParams()),
    ForexFactory(ForexFactoryParams()),
    Ics(IcsParams(url="http://x")),
    BybitDerivatives(BybitFeedParams(), Traded("BTCUSDT", "http://x")),
)


@pytest.mark.anyio
async def test_history_comes_first_then_polls_in_their_order(
    server: Script, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    clock = DrivenClock(sleepers=2)
    server.answers["/twelvedata"] = lambda request: Response(
        bodies.twelvedata(clock.now, request.query_params["interval"], bars=int(request.query_params["outputsize"]))
    )
    server.answers["/coingecko/global"] = lambda _: Response(bodies.coingecko(clock.now, 52 + clock.now % 7 / 10))
    config = configured(server, dxy=("twelvedata",), btc_dominance=("coingecko",))
    made = relays(config, http=http, clock=clock, chance=random.Random(1))
    inputs: list[object] = []
    spent = Spent(tmp_path / "feeds.json")
    await lived(made, inputs, START + HOUR_MS, clock=clock, spent=spent)
    answered = [(each.ts - START, each.source) for each in inputs if isinstance(each, FeedAnswered)]
    minute = MINUTE_MS
    assert answered[:5] == [
        (0, "twelvedata"),
        (0, "coingecko"),
        (15 * minute, "coingecko"),
        (30 * minute, "twelvedata"),
        (30 * minute, "coingecko"),
    ]
    assert sum(spent.load()["twelvedata"].values()) == sum(r.url.path == "/twelvedata" for r in server.asked)


@pytest.mark.anyio
async def test_trouble_is_logged_where_it_begins_and_where_it_ends(
    server: Script, http: httpx.AsyncClient, clock: DrivenClock
) -> None:
    server.answers["/coingecko/global"] = lambda _: (
        Response("down", status_code=500)
        if clock.now < START + 5 * MINUTE_MS
        else Response(bodies.coingecko(clock.now))
    )
    made = relays(configured(server, btc_dominance=("coingecko",)), http=http, clock=clock, chance=random.Random(1))
    inputs: list[object] = []
    with structlog.testing.capture_logs() as lines:
        await lived(made, inputs, START + 10 * MINUTE_MS, clock=clock)
    assert [line["event"] for line in lines] == ["feed failed", "feed works again"]
    assert sum(isinstance(each, FeedFailed) for each in inputs) == 3
    assert made[0].pollers[0].works


def test_the_same_seed_polls_at_the_same_moments() -> None:
    def moments(seed: int) -> list[int]:
        clock = DrivenClock()
        config = configured(Script(url="http://127.0.0.1:1"), btc_dominance=("coingecko",), jitter_pct=50.0)
        made = relays(config, http=plain_client(), clock=clock, chance=random.Random(seed))
        inputs: list[object] = []
        anyio.run(lambda: lived(made, inputs, START + 5 * HOUR_MS, clock=clock))
        return [each.ts for each in inputs if isinstance(each, FeedFailed)]

    assert moments(1) == moments(1) != moments(2)


class Canned:
    """A fetcher that has its answers already."""

    def __init__(self, body: bytes) -> None:
        self.body = body

    async def fetch(self, request: Request | FileRequest, now: int) -> Body | Refused:
        del request, now
        return Body(self.body, is_new=True)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
@given(
    body=st.one_of(
        st.binary(max_size=200),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=8),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
            max_leaves=12,
        ),
    )
)
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_a_source_sends_is_ever_raised(source: Source, body: object) -> None:
    outcome = anyio.run(_outcome, source, body if isinstance(body, bytes) else json.dumps(body).encode())
    assert isinstance(outcome, Refused)


async def _outcome(source: Source, body: bytes) -> Outcome:
    clock = DrivenClock()
    fetcher: Any = Canned(body + (b"END:VCALENDAR" if source.name == "ics" else b""))
    poller = SourcePoller(
        source,
        MacroSieve("dxy", max_delay_ms=HOUR_MS, frozen_ms=HOUR_MS),
        fetcher=fetcher,
        budget=Budget(source.terms),
        clock=clock,
        chance=random.Random(1),
        pauses=Pauses(0.0, MINUTE_MS, HOUR_MS),
    )
    return await poller.poll()


@pytest.mark.anyio
async def test_the_wall_clock_sleeps_until_a_moment_and_not_at_all_for_a_past_one() -> None:
    clock = WallClock()
    before = clock.now_ms()
    await clock.sleep_until(before - 1)
    await clock.sleep_until(before + 20)
    assert clock.now_ms() >= before + 20
