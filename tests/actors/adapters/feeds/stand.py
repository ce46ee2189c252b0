"""A relay over one configured feed, on a real client and a driven clock."""

import random
from collections.abc import Sequence
from typing import Any

import anyio
import anyio.lowlevel
import httpx
from pydantic import SecretStr

from actors.adapters.feeds.actor import LiveFeeds
from actors.adapters.feeds.build import relays
from actors.adapters.feeds.bybit import NOTHING_TRADED, Traded
from actors.adapters.feeds.config import FeedsConfig
from actors.adapters.feeds.params import (
    AlphaVantageParams,
    CoinGeckoParams,
    CoinMarketCapParams,
    CryptoPanicParams,
    ForexFactoryParams,
    IcsParams,
    NewsApiParams,
    RssParams,
    TwelveDataParams,
)
from actors.adapters.feeds.relay import Relay
from core.messages import FeedFailed
from tests.actors.adapters.feeds.served import SECRET, DrivenClock, Script

KEY = SecretStr(SECRET)


def configured(server: Script, **changes: Any) -> FeedsConfig:
    """Every source at the server, each with the same key; which ones are used is the caller's choice."""
    given: dict[str, Any] = {
        "twelvedata": TwelveDataParams(url=server.at("/twelvedata"), key=KEY),
        "alphavantage": AlphaVantageParams(url=server.at("/alphavantage"), key=KEY),
        "coingecko": CoinGeckoParams(url=server.at("/coingecko")),
        "coinmarketcap": CoinMarketCapParams(url=server.at("/coinmarketcap"), key=KEY),
        "newsapi": NewsApiParams(url=server.at("/newsapi"), key=KEY),
        "cryptopanic": CryptoPanicParams(url=server.at("/cryptopanic"), key=KEY),
        "rss": RssParams(urls=(server.at("/rss"),)),
        "forexfactory": ForexFactoryParams(url=server.at("/forexfactory")),
        "ics": IcsParams(url=server.at("/ics")),
        "timeout_s": 5.0,
        "jitter_pct": 0.0,
    }
    return FeedsConfig(**(given | changes))


def stand(config: FeedsConfig, http: httpx.AsyncClient, clock: DrivenClock, traded: Traded = NOTHING_TRADED) -> Relay:
    """The one relay of a configuration with one feed."""
    (relay,) = relays(config, http=http, clock=clock, chance=random.Random(7), traded=traded)
    return relay


async def polled(relay: Relay, clock: DrivenClock) -> list[object]:
    """What the next poll tells, at its time."""
    await clock.sleep_until(relay.due_ms)
    return await relay.poll()


def failure(inputs: list[object]) -> FeedFailed:
    """The one failure that was told, without the key in it."""
    (failed,) = inputs
    assert isinstance(failed, FeedFailed)
    assert SECRET not in repr(failed)
    return failed


async def lived(feeds: Any, inputs: list[object], until: int, *, clock: DrivenClock, **given: Any) -> None:
    """Run the actor until the clock has passed a moment."""
    with anyio.CancelScope() as scope:

        async def post(posted: Sequence[object]) -> None:
            inputs.extend(posted)
            if clock.now >= until:
                scope.cancel()
            await anyio.lowlevel.checkpoint()

        await LiveFeeds(feeds, post, clock=clock, **given).run()
