"""The contract's context from Bybit: a real server, each trouble with its reason, captured answers, and the sandbox."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from actors.adapters.feeds.bybit import BybitDerivatives, Traded
from actors.adapters.feeds.params import BybitFeedParams
from actors.adapters.feeds.relay import Relay
from core.durations import DAY_MS, HOUR_MS, MINUTE_MS
from core.flow.derivatives import DerivativesParams
from core.flow.derivatives_book import DerivativesBook
from core.messages import DerivativesPublished, FeedAnswered, FeedFailed
from tests.actors.adapters.feeds import bodies
from tests.actors.adapters.feeds.served import START, DrivenClock, HalfBody, Script
from tests.actors.adapters.feeds.stand import configured, failure, polled, stand
from tests.actors.adapters.sandbox.served import STILL, served
from tests.actors.adapters.sandbox.stall import OPENS

pytestmark = pytest.mark.anyio

FUNDING, INTEREST, TICKERS = "/v5/market/funding/history", "/v5/market/open-interest", "/v5/market/tickers"
SETTLED = START - START % (8 * HOUR_MS)
STEPS_MS = {"5min": 5 * MINUTE_MS, "1h": HOUR_MS}


@pytest.fixture
def relay(server: Script, http: httpx.AsyncClient, clock: DrivenClock) -> Relay:
    """Over a server that gives good answers."""
    server.answers[FUNDING] = lambda asked: Response(
        bodies.bybit_funding(clock.now, count=int(asked.query_params["limit"]))
    )
    server.answers[INTEREST] = lambda asked: Response(
        bodies.bybit_interest(
            clock.now, STEPS_MS[asked.query_params["intervalTime"]], count=int(asked.query_params["limit"])
        )
    )
    # no two bases are alike, or it would be frozen
    server.answers[TICKERS] = lambda _: Response(bodies.bybit_ticker(clock.now, f"{60_030 + clock.now % 7_919 / 100}"))
    return stand(configured(server, derivatives=("bybit",)), http, clock, Traded("BTCUSDT", server.url))


def text(body: str | bytes, status: int = 200) -> Callable[[Request], Response]:
    return lambda _: Response(body, status_code=status)


def said(code: int, words: str = "no") -> Callable[[Request], Response]:
    return text(json.dumps({"retCode": code, "retMsg": words, "result": {}, "time": START}))


async def test_each_value_is_told_at_its_own_time(relay: Relay, server: Script, clock: DrivenClock) -> None:
    server.say(TICKERS, bodies.bybit_ticker(START, "60030", "60000"))
    answered, *values = await polled(relay, clock)
    assert answered == FeedAnswered(START, "derivatives", "bybit", len(values), {})
    assert {(asked.query_params["category"], asked.query_params["symbol"]) for asked in server.asked} == {
        ("linear", "BTCUSDT")
    }
    published = [each for each in values if isinstance(each, DerivativesPublished)]
    assert [each.ts for each in published] == sorted({each.ts for each in published})
    fundings = {each.ts: each.funding_rate for each in published if each.funding_rate is not None}
    assert max(fundings) == SETTLED  # not the ticker's forecast
    assert set(fundings.values()) == {0.0001}
    newest = published[-1]
    assert (newest.ts, newest.symbol) == (START, "BTCUSDT")
    assert newest.basis == pytest.approx(30 / 60_000)
    assert newest.open_interest == 50_000 + START // (5 * MINUTE_MS) % 1000
    assert relay.due_ms == START + 10 * MINUTE_MS


async def test_history_fills_back_what_look_backs_need(relay: Relay, server: Script, clock: DrivenClock) -> None:
    answered, *values = await relay.history()
    assert isinstance(answered, FeedAnswered)
    book = DerivativesBook(DerivativesParams())
    for each in values:
        assert isinstance(each, DerivativesPublished)
        book.add(each)
    read = book.read(START)
    assert read.open_interest_change_pct is not None  # over a day
    assert read.basis_pct is not None
    assert sum(each.funding_rate is not None for each in values if isinstance(each, DerivativesPublished)) == 200
    later = await polled(relay, clock)
    assert isinstance(later[0], FeedAnswered)
    assert later[0].new == len(later) - 1 == 2  # two of open interest, and the basis with the newer one
    asked = [request.url.path for request in server.asked]
    assert asked == [FUNDING, INTEREST, INTEREST, TICKERS, FUNDING, INTEREST, TICKERS]


@pytest.mark.parametrize("path", [FUNDING, INTEREST, TICKERS])
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (text("down", 503), "FEED_SERVER_ERROR"),
        (text("slow down", 429), "FEED_QUOTA_SPENT"),
        (text("<html><title>403 Forbidden</title>", 403), "FEED_KEY_REFUSED"),
        (text("<!doctype html><title>Maintenance</title>"), "FEED_MALFORMED"),
        (lambda _: HalfBody(bodies.bybit_funding(START)), "FEED_MALFORMED"),
        (said(10006, "Too many visits"), "FEED_QUOTA_SPENT"),
        (said(10016, "Server error"), "FEED_SERVER_ERROR"),
        (said(10024, "region"), "FEED_KEY_REFUSED"),
        (said(10001, "params error: symbol invalid"), "FEED_MALFORMED"),
        (text(bodies.bybit(START, {"category": "linear", "symbol": "BTCUSDT", "list": []})), "FEED_MALFORMED"),
        (text("[]"), "FEED_MALFORMED"),
    ],
)
async def test_each_kind_of_trouble_is_told_with_its_reason(
    relay: Relay, server: Script, clock: DrivenClock, path: str, answer: Callable[[Request], Response], reason: str
) -> None:
    good = server.answers[path]
    server.answers[path] = answer
    failed = failure(await polled(relay, clock))
    assert (failed.feed, failed.source, failed.reason) == ("derivatives", "bybit", reason)
    assert failed.detail
    server.answers[path] = good
    answered, *values = await polled(relay, clock)
    assert isinstance(answered, FeedAnswered)
    assert answered.new == len(values) > 12


@pytest.mark.parametrize(
    ("path", "body", "reason", "words"),
    [
        (FUNDING, bodies.bybit_funding(START, 0.06), "FEED_OUT_OF_RANGE", "funding rate: the value is 0.06"),
        (FUNDING, bodies.bybit_funding(START, -0.06), "FEED_OUT_OF_RANGE", "-0.05 to 0.05"),
        (FUNDING, bodies.bybit_funding(START).replace("BTC", "ETH"), "FEED_MALFORMED", "tells of ETHUSDT"),
        (FUNDING, bodies.bybit_funding(START - 2 * DAY_MS), "FEED_LATE", "funding rate: the next value is"),
        (INTEREST, bodies.bybit_interest(START).replace('t": "5', 't": "-5'), "FEED_OUT_OF_RANGE", "open"),
        (INTEREST, bodies.bybit_interest(START).replace("BTC", "ETH"), "FEED_MALFORMED", "tells of ETHUSDT"),
        (INTEREST, bodies.bybit_interest(START // 1000), "FEED_WRONG_UNIT", "open interest: the time"),
        (TICKERS, bodies.bybit_ticker(START, "95000", "60000"), "FEED_OUT_OF_RANGE", "basis: the value"),
        (TICKERS, bodies.bybit_ticker(START, "nan"), "FEED_OUT_OF_RANGE", "basis: the value is nan"),
        (TICKERS, bodies.bybit_ticker(START, ""), "FEED_MALFORMED", "markPrice"),
        (TICKERS, bodies.bybit_ticker(START, "60000", "0"), "FEED_MALFORMED", "indexPrice"),
        (TICKERS, bodies.bybit_ticker(START + HOUR_MS), "FEED_TIME_AHEAD", "basis"),
        (TICKERS, bodies.bybit_ticker(START - HOUR_MS - 1), "FEED_LATE", "basis"),
    ],
)
async def test_a_value_that_cannot_be_believed_refuses_the_answer(
    relay: Relay, server: Script, clock: DrivenClock, path: str, body: str, reason: str, words: str
) -> None:
    server.say(path, body)
    failed = failure(await polled(relay, clock))
    assert failed.reason == reason
    assert words in failed.detail


async def test_an_address_that_is_shut_out_is_silent_for_as_long_as_bybit_asks(
    relay: Relay, server: Script, clock: DrivenClock
) -> None:
    server.say(FUNDING, "403, access too frequent", 403)
    await polled(relay, clock)
    assert [asked.url.path for asked in server.asked] == [FUNDING]
    assert relay.due_ms == START + 10 * MINUTE_MS


async def test_time_that_goes_backwards_is_told(relay: Relay, server: Script, clock: DrivenClock) -> None:
    await polled(relay, clock)
    server.say(INTEREST, bodies.bybit_interest(START - 5 * MINUTE_MS))
    failed = failure(await polled(relay, clock))
    newest = START - START % (5 * MINUTE_MS)
    assert (failed.reason, failed.measured, failed.threshold) == ("FEED_TIME_BACKWARDS", newest - 300_000, newest)


async def test_a_basis_that_stands_still_is_told(relay: Relay, server: Script, clock: DrivenClock) -> None:
    server.answers[TICKERS] = lambda _: Response(bodies.bybit_ticker(clock.now))
    seen = [await polled(relay, clock) for _ in range(73)]  # twelve hours of ten minutes, and the one that is too many
    assert [isinstance(inputs[0], FeedFailed) for inputs in seen] == [False] * 72 + [True]
    failed = failure(seen[-1])
    assert failed.reason == "FEED_FROZEN"
    assert failed.detail.startswith("basis")


async def test_nobody_there_is_told(http: httpx.AsyncClient, server: Script, clock: DrivenClock) -> None:
    config = configured(server, derivatives=("bybit",))
    relay = stand(config, http, clock, Traded("BTCUSDT", "http://127.0.0.1:1"))
    assert failure(await polled(relay, clock)).reason == "FEED_UNREACHABLE"


def test_captured_and_documented_answers_are_understood(shared_data: Path) -> None:
    folder = shared_data / "api" / "bybit"
    fundings = (folder / "captured" / "http_get_funding_history.json").read_bytes()
    # the documented ones are of the inverse contract
    documents = [folder / "docs_examples" / f"market__{name}__response.json" for name in ("open-interest", "tickers")]
    interest, ticker = (path.read_bytes().replace(b'"BTCUSD"', b'"BTCUSDT"') for path in documents)
    source = BybitDerivatives(BybitFeedParams(), Traded("BTCUSDT", "http://x"))
    found = source.translate([fundings, interest, ticker], START)
    assert isinstance(found, list)
    assert [(each.ts, each.funding_rate) for each in found[:2]] == [
        (1_709_884_800_000, 0.0001),
        (1_709_856_000_000, 0.00015),
    ]
    assert found[2] == DerivativesPublished(1_780_963_200_000, "BTCUSDT", open_interest=63_910_691.0)
    assert (found[-1].ts, found[-1].basis) == (1_760_352_369_814, pytest.approx(114_898.43 / 114_890.92 - 1))


async def test_the_sandbox_answers_what_is_asked(http: httpx.AsyncClient, server: Script) -> None:
    clock = DrivenClock(OPENS)
    config = configured(server, derivatives=("bybit",))
    with served([STILL] * 30) as sandbox:
        relay = stand(config, http, clock, Traded("BTCUSDT", sandbox.url))
        first = await relay.history()
        sandbox.pass_minutes(10)
        second = await polled(relay, clock)
    answered, *values = first
    assert isinstance(answered, FeedAnswered)
    assert len(values) == answered.new > 200
    last = values[-1]
    assert isinstance(last, DerivativesPublished)
    assert (last.ts, last.basis) == (OPENS, 0.0)
    assert [type(each) for each in second] == [FeedAnswered, *[DerivativesPublished] * 2]
