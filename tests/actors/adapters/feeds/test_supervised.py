"""Inputs beside each other: one whose translator has a bug or whose source hangs leaves the others alone."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from starlette.responses import Response

from actors.adapters.feeds.actor import LiveFeeds
from actors.adapters.feeds.budget import Budget
from actors.adapters.feeds.build import relays
from actors.adapters.feeds.clock import WallClock
from actors.adapters.feeds.coingecko import CoinGecko
from actors.adapters.feeds.fetch import Fetcher
from actors.adapters.feeds.macro_sieve import MacroSieve
from actors.adapters.feeds.params import CoinGeckoParams
from actors.adapters.feeds.poller import Pauses, SourcePoller
from actors.adapters.feeds.relay import Relay
from actors.adapters.feeds.spent import Spent
from actors.feed import MacroFeedKeeper
from core.durations import DAY_MS, HOUR_MS, MINUTE_MS
from core.messages import FeedAnswered, FeedFailed, SystemStarted
from core.regime.params import RegimeParams
from tests.actors.adapters.feeds import bodies
from tests.actors.adapters.feeds.served import START, DrivenClock, Script, Silence
from tests.actors.adapters.feeds.stand import configured, lived

pytestmark = pytest.mark.anyio


class Buggy(CoinGecko):
    """A translator with a bug that the shape of an answer brings out."""

    def translate(self, bodies: Sequence[bytes], now: int) -> Any:
        assert bodies[0] != b"unforeseen"
        return super().translate(bodies, now)


def dominance(server: Script, http: httpx.AsyncClient, clock: DrivenClock, spent: Spent) -> Relay:
    """Bitcoin's dominance from a source whose translator has a bug, with a quota of two a day."""
    terms = CoinGeckoParams(url=server.at("/coingecko"), per_day=2)
    poller = SourcePoller(
        Buggy(terms),
        MacroSieve("btc_dominance", max_delay_ms=HOUR_MS, frozen_ms=DAY_MS),
        fetcher=Fetcher(http, timeout_s=5.0),
        budget=Budget(terms, spent.load().get("coingecko")),
        clock=clock,
        chance=random.Random(1),
        pauses=Pauses(0.0, MINUTE_MS, HOUR_MS),
    )
    return Relay("btc_dominance", [poller], clock)


async def test_a_bug_in_one_translator_fails_its_feed_alone_until_it_works_again(
    server: Script, http: httpx.AsyncClient, tmp_path: Path
) -> None:
    clock = DrivenClock(sleepers=2)
    server.answers["/coingecko/global"] = lambda _: Response(
        "unforeseen" if clock.now < START + MINUTE_MS else bodies.coingecko(clock.now)
    )
    server.answers["/twelvedata"] = lambda request: Response(
        bodies.twelvedata(clock.now, request.query_params["interval"], bars=int(request.query_params["outputsize"]))
    )
    (dollar,) = relays(configured(server, dxy=("twelvedata",)), http=http, clock=clock, chance=random.Random(1))
    spent = Spent(tmp_path / "feeds.json")
    inputs: list[object] = []
    buggy = dominance(server, http, clock, spent)
    await lived((buggy, dollar), inputs, START + HOUR_MS, clock=clock, spent=spent)
    told = [each for each in inputs if getattr(each, "feed", "") == "btc_dominance"]
    crashed, answered = told[:2]
    assert isinstance(crashed, FeedFailed)
    assert (crashed.ts, crashed.source, crashed.reason) == (START, "coingecko", "FEED_CRASHED")
    assert crashed.detail == "AssertionError: see the log"
    assert isinstance(answered, FeedAnswered)
    assert (answered.ts, answered.new) == (START + MINUTE_MS, 2)
    assert sum(isinstance(each, FeedAnswered) and each.feed == "dxy" for each in inputs) == 3
    assert sum(request.url.path == "/coingecko/global" for request in server.asked) == 2  # the day's quota
    assert sum(spent.load()["coingecko"].values()) == 2
    assert _chart(told) == ["stale", "failed", "fresh"]


def _chart(inputs: Sequence[object]) -> list[object]:
    """The states that a feed's chart goes through."""
    keeper = MacroFeedKeeper("btc_dominance", RegimeParams(), listener="regime")
    keeper.receive(SystemStarted(resumed=False), START)
    states: list[object] = [keeper.view()["state"]]
    for each in inputs:
        keeper.receive(each, each.ts)  # type: ignore[attr-defined]  # every input of a feed has one
        if keeper.view()["state"] != states[-1]:
            states.append(keeper.view()["state"])
    return states


async def test_a_bug_in_one_source_hands_over_to_the_next(server: Script, http: httpx.AsyncClient) -> None:
    clock = DrivenClock()
    server.say("/coingecko/global", "unforeseen")
    server.answers["/coinmarketcap/latest"] = lambda _: Response(bodies.coinmarketcap(clock.now))
    config = configured(server, btc_dominance=("coingecko", "coinmarketcap"))
    (pair,) = relays(config, http=http, clock=clock, chance=random.Random(1))
    pair.pollers[0]._source = Buggy(config.coingecko)
    inputs: list[object] = []
    await lived((pair,), inputs, START + HOUR_MS, clock=clock)
    assert {(type(each), each.source) for each in inputs if isinstance(each, FeedAnswered | FeedFailed)} == {
        (FeedAnswered, "coinmarketcap")
    }


async def test_a_source_that_hangs_delays_no_other(server: Script, http: httpx.AsyncClient) -> None:
    server.answers["/twelvedata"] = lambda _: Silence()
    server.answers["/coingecko/global"] = lambda _: Response(bodies.coingecko(WallClock().now_ms()))
    config = configured(server, dxy=("twelvedata",), btc_dominance=("coingecko",), timeout_s=30.0)
    made = relays(config, http=http, clock=WallClock(), chance=random.Random(1))
    inputs: list[object] = []
    with anyio.fail_after(20), anyio.CancelScope() as scope:

        async def post(posted: Sequence[object]) -> None:
            inputs.extend(posted)
            scope.cancel()

        await LiveFeeds(made, post, clock=WallClock()).run()
    assert [each.feed for each in inputs if isinstance(each, FeedAnswered)] == ["btc_dominance"]
    assert any(request.url.path == "/twelvedata" for request in server.asked)
