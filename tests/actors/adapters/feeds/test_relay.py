"""Misbehaving sources behind a real server: each kind of trouble has an outcome and a reason, and a fallback helps."""

import json
from collections.abc import Callable

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from actors.adapters.feeds.params import CoinGeckoParams
from actors.adapters.feeds.relay import Relay
from core.durations import HOUR_MS, MINUTE_MS
from core.messages import FeedAnswered, FeedFailed, MacroPublished
from tests.actors.adapters.feeds import bodies
from tests.actors.adapters.feeds.served import SECRET, START, DrivenClock, HalfBody, Script
from tests.actors.adapters.feeds.stand import configured, failure, polled, stand

pytestmark = pytest.mark.anyio

GLOBAL = "/coingecko/global"
LATEST = "/coinmarketcap/latest"


@pytest.fixture
def alone(server: Script, http: httpx.AsyncClient, clock: DrivenClock) -> Relay:
    return stand(configured(server, btc_dominance=("coingecko",)), http, clock)


@pytest.fixture
def pair(server: Script, http: httpx.AsyncClient, clock: DrivenClock) -> Relay:
    return stand(configured(server, btc_dominance=("coingecko", "coinmarketcap")), http, clock)


def text(body: str | bytes, status: int = 200) -> Callable[[Request], Response]:
    return lambda _: Response(body, status_code=status)


async def test_a_value_is_told_after_the_answer_it_came_with(alone: Relay, server: Script, clock: DrivenClock) -> None:
    server.say(GLOBAL, bodies.coingecko(START))
    assert await polled(alone, clock) == [
        FeedAnswered(START, "btc_dominance", "coingecko", 2, {}),
        MacroPublished(START, "btc_dominance", "1d", 52.4),
        MacroPublished(START, "btc_dominance", "4h", 52.4),
    ]
    assert alone.due_ms == START + 15 * MINUTE_MS


async def test_the_same_answer_again_is_nothing_new(alone: Relay, server: Script, clock: DrivenClock) -> None:
    server.say(GLOBAL, bodies.coingecko(START))
    await polled(alone, clock)
    assert await polled(alone, clock) == [
        FeedAnswered(START + 15 * MINUTE_MS, "btc_dominance", "coingecko", 0, {"FEED_DUPLICATE": 1})
    ]


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (text("down", 503), "FEED_SERVER_ERROR"),
        (text("slow down", 429), "FEED_QUOTA_SPENT"),
        (text(json.dumps({"status": {"error_code": 429, "error_message": "Rate Limit"}})), "FEED_QUOTA_SPENT"),
        (text("no", 401), "FEED_KEY_REFUSED"),
        (text("<!doctype html><title>Maintenance</title>"), "FEED_MALFORMED"),
        (text(bodies.coingecko(START)[:40]), "FEED_MALFORMED"),
        (lambda _: HalfBody(bodies.coingecko(START)), "FEED_MALFORMED"),
        (text('{"data": {"market_cap_percentage": {"btc": "half"}, "updated_at": 1}}'), "FEED_MALFORMED"),
        (text(bodies.coingecko(START, 0.524)), "FEED_WRONG_UNIT"),
        (text(bodies.coingecko(START // 1000)), "FEED_WRONG_UNIT"),
        (text(bodies.coingecko(START, 97.0)), "FEED_OUT_OF_RANGE"),
        (text(bodies.coingecko(START - HOUR_MS - 1000)), "FEED_LATE"),
        (text(bodies.coingecko(START + HOUR_MS)), "FEED_TIME_AHEAD"),
    ],
)
async def test_each_kind_of_trouble_is_told_with_its_reason(
    alone: Relay, server: Script, clock: DrivenClock, answer: Callable[[Request], Response], reason: str
) -> None:
    server.answers[GLOBAL] = answer
    failed = failure(await polled(alone, clock))
    assert (failed.feed, failed.source, failed.reason) == ("btc_dominance", "coingecko", reason)
    assert failed.detail
    server.say(GLOBAL, bodies.coingecko(alone.due_ms))
    answered, *values = await polled(alone, clock)
    assert isinstance(answered, FeedAnswered)
    assert len(values) == 2


@pytest.mark.parametrize("name", ["forexfactory", "ics"])
async def test_brackets_nested_by_the_thousand_are_told(
    http: httpx.AsyncClient, server: Script, clock: DrivenClock, name: str
) -> None:
    server.say(f"/{name}", "[" * 100_000 + "]" * 100_000)
    failed = failure(await polled(stand(configured(server, calendar=(name,)), http, clock), clock))
    assert (failed.source, failed.reason) == (name, "FEED_MALFORMED")


async def test_time_that_goes_backwards_is_told(alone: Relay, server: Script, clock: DrivenClock) -> None:
    server.say(GLOBAL, bodies.coingecko(START))
    await polled(alone, clock)
    server.say(GLOBAL, bodies.coingecko(START - MINUTE_MS))
    failed = failure(await polled(alone, clock))
    assert (failed.reason, failed.measured, failed.threshold) == ("FEED_TIME_BACKWARDS", START - MINUTE_MS, START)


async def test_a_frozen_source_is_told(alone: Relay, server: Script, clock: DrivenClock) -> None:
    server.answers[GLOBAL] = lambda _: Response(bodies.coingecko(clock.now))
    seen = [await polled(alone, clock) for _ in range(49)]  # twelve hours of quarters, and the one that is too many
    assert [isinstance(inputs[0], FeedFailed) for inputs in seen] == [False] * 48 + [True]
    assert failure(seen[-1]).reason == "FEED_FROZEN"


async def test_nobody_there_is_told(http: httpx.AsyncClient, server: Script, clock: DrivenClock) -> None:
    config = configured(server, btc_dominance=("coingecko",), coingecko=CoinGeckoParams(url="http://127.0.0.1:1"))
    assert failure(await polled(stand(config, http, clock), clock)).reason == "FEED_UNREACHABLE"


async def test_a_fallback_is_asked_at_once_and_the_level_stays(pair: Relay, server: Script, clock: DrivenClock) -> None:
    server.answers[GLOBAL] = lambda _: Response(bodies.coingecko(clock.now, 52.4))
    server.answers[LATEST] = lambda _: Response(bodies.coinmarketcap(clock.now, 58.0))
    await polled(pair, clock)
    assert [request.url.path for request in server.asked] == [GLOBAL]
    clock.now += 4 * HOUR_MS
    server.say(GLOBAL, "down", 500)
    answered, *values = await polled(pair, clock)
    assert isinstance(answered, FeedAnswered)
    assert answered.source == "coinmarketcap"
    (value,) = values
    assert isinstance(value, MacroPublished)
    assert (value.ts, value.timeframe, round(value.value, 9)) == (clock.now, "4h", 52.4)


async def test_the_preferred_source_is_taken_back_when_it_works(
    pair: Relay, server: Script, clock: DrivenClock
) -> None:
    server.say(GLOBAL, "down", 500)
    server.answers[LATEST] = lambda _: Response(bodies.coinmarketcap(clock.now))
    await polled(pair, clock)
    assert pair.due_ms == START + MINUTE_MS
    assert await polled(pair, clock) == []  # refused again, while the fallback's answer holds
    server.answers[GLOBAL] = lambda _: Response(bodies.coingecko(clock.now))
    (answered, *_) = await polled(pair, clock)
    assert isinstance(answered, FeedAnswered)
    assert answered.source == "coingecko"
    assert pair.due_ms == clock.now + 15 * MINUTE_MS


async def test_when_all_fail_each_reason_is_told(pair: Relay, server: Script, clock: DrivenClock) -> None:
    server.say(GLOBAL, "down", 500)
    server.say(LATEST, bodies.coinmarketcap_error(1001, f"{SECRET} is invalid"))
    failed = failure(await polled(pair, clock))
    assert (failed.source, failed.reason) == ("coingecko", "FEED_SERVER_ERROR")
    assert "coinmarketcap: FEED_KEY_REFUSED, *** is invalid" in failed.detail


async def test_pauses_grow_and_end_with_success(alone: Relay, server: Script, clock: DrivenClock) -> None:
    server.say(GLOBAL, "down", 500)
    pauses = []
    for _ in range(8):
        await polled(alone, clock)
        pauses.append((alone.due_ms - clock.now) // MINUTE_MS)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    server.say(GLOBAL, bodies.coingecko(alone.due_ms))
    await polled(alone, clock)
    assert alone.due_ms == clock.now + 15 * MINUTE_MS


async def test_a_source_that_asks_for_rest_gets_it(alone: Relay, server: Script, clock: DrivenClock) -> None:
    server.say(GLOBAL, "slow down", 429, Retry_After="7200")
    await polled(alone, clock)
    assert alone.due_ms == START + 2 * HOUR_MS


async def test_a_feed_without_history_begins_with_now(alone: Relay, server: Script) -> None:
    assert await alone.history() == []
    assert server.asked == []
