"""Single providers behind a real server: quoted keys, several requests, delayed plans, history, conditional answers."""

import json

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from actors.adapters.feeds.params import NewsApiParams
from actors.adapters.feeds.relay import Relay
from core.durations import HOUR_MS, MINUTE_MS
from core.messages import FeedAnswered, MacroPublished, NewsPublished
from tests.actors.adapters.feeds import bodies
from tests.actors.adapters.feeds.served import SECRET, START, DrivenClock, Script
from tests.actors.adapters.feeds.stand import KEY, configured, failure, polled, stand

pytestmark = pytest.mark.anyio


async def test_the_key_that_a_complaint_quotes_is_not_told(
    http: httpx.AsyncClient, server: Script, clock: DrivenClock
) -> None:
    relay = stand(configured(server, dxy=("alphavantage",)), http, clock)
    note = f"We have detected your API key as {SECRET} and our standard API rate limit is 25 requests per day."
    server.say("/alphavantage", json.dumps({"Information": note}))
    failed = failure(await relay.poll())
    assert failed.reason == "FEED_QUOTA_SPENT"
    assert "API key as ***" in failed.detail


async def test_six_requests_wait_for_the_quota_of_a_minute(
    http: httpx.AsyncClient, server: Script, clock: DrivenClock
) -> None:
    relay = stand(configured(server, dxy=("alphavantage",)), http, clock)
    moments: list[int] = []

    def answer(request: Request) -> Response:
        moments.append(clock.now)
        pair = (request.query_params["from_symbol"], request.query_params["to_symbol"])
        return Response(bodies.alphavantage(START, pair, drift=0.001))

    server.answers["/alphavantage"] = answer
    answered, *values = await relay.poll()
    assert isinstance(answered, FeedAnswered)
    assert len(values) == answered.new > 15
    assert moments == [START] * 5 + [START + 2 * MINUTE_MS]


async def test_our_own_count_refuses_before_the_source_does(
    http: httpx.AsyncClient, server: Script, clock: DrivenClock
) -> None:
    config = configured(server, news=("newsapi",), newsapi=NewsApiParams(url=server.at("/newsapi"), key=KEY, per_day=2))
    relay = stand(config, http, clock)
    server.say("/newsapi", "down", 500)
    for _ in range(2):
        await polled(relay, clock)
    assert relay.due_ms > START + 24 * HOUR_MS
    assert failure(await _early(relay, clock)).reason == "FEED_QUOTA_SPENT"
    assert len(server.asked) == 2


async def _early(relay: Relay, clock: DrivenClock) -> list[object]:
    relay.pollers[0].due_ms = clock.now
    return await relay.poll()


async def test_a_delayed_news_plan_never_counts_as_news(
    http: httpx.AsyncClient, server: Script, clock: DrivenClock
) -> None:
    relay = stand(configured(server, news=("newsapi", "rss")), http, clock)
    server.say("/newsapi", bodies.newsapi([(START - 24 * HOUR_MS, "Yesterday's news")]))
    server.say("/rss", bodies.rss([(START - MINUTE_MS, "Fed holds rates"), (START - MINUTE_MS, "FED HOLDS RATES")]))
    assert await relay.poll() == [
        FeedAnswered(START, "news", "rss", 1, {"FEED_DUPLICATE": 1}),
        NewsPublished(START - MINUTE_MS, "Wire", "FED HOLDS RATES"),
    ]
    assert failure([relay._failed()]).reason == "FEED_LATE"


async def test_an_unchanged_document_is_asked_for_conditionally_and_grows_late(
    http: httpx.AsyncClient, server: Script, clock: DrivenClock
) -> None:
    relay = stand(configured(server, news=("rss",)), http, clock)
    document = bodies.rss([(START, "Fed holds rates")])

    def answer(request: Request) -> Response:
        if request.headers.get("if-none-match") == '"v1"':
            return Response(status_code=304)
        return Response(document, headers={"ETag": '"v1"'})

    server.answers["/rss"] = answer
    (first, _) = await polled(relay, clock)
    (second,) = await polled(relay, clock)
    assert isinstance(first, FeedAnswered)
    assert isinstance(second, FeedAnswered)
    assert (first.new, second.new) == (1, 0)
    clock.now = START + 12 * HOUR_MS + 1
    assert failure(await polled(relay, clock)).reason == "FEED_LATE"


async def test_a_refused_document_is_not_believed_because_it_is_unchanged(
    http: httpx.AsyncClient, server: Script, clock: DrivenClock
) -> None:
    relay = stand(configured(server, calendar=("forexfactory",)), http, clock)

    def answer(request: Request) -> Response:
        if request.headers.get("if-none-match"):
            return Response(status_code=304)
        return Response('{"moved": true}', headers={"ETag": '"v1"'})

    server.answers["/forexfactory"] = answer
    for _ in range(2):
        assert failure(await polled(relay, clock)).reason == "FEED_MALFORMED"


async def test_history_is_filled_back_by_the_first_source_that_has_one(
    http: httpx.AsyncClient, server: Script, clock: DrivenClock
) -> None:
    relay = stand(configured(server, dxy=("twelvedata",)), http, clock)
    server.answers["/twelvedata"] = lambda request: Response(
        bodies.twelvedata(clock.now, request.query_params["interval"], bars=int(request.query_params["outputsize"]))
    )
    answered, *values = await relay.history()
    assert isinstance(answered, FeedAnswered)
    assert len(values) > 300
    assert {type(value) for value in values} == {MacroPublished}
    assert relay.due_ms == START + 30 * MINUTE_MS  # which counts as a poll
    later = await polled(relay, clock)
    assert isinstance(later[0], FeedAnswered)
    assert later[0].new == 0


async def test_a_calendar_is_told_as_a_whole(http: httpx.AsyncClient, server: Script, clock: DrivenClock) -> None:
    relay = stand(configured(server, calendar=("forexfactory", "ics")), http, clock)
    server.say("/forexfactory", "[]")
    server.say("/ics", bodies.ics("SUMMARY:CPI\r\nDTSTART:20240312T123000Z"))
    answered, published = await relay.poll()
    assert isinstance(answered, FeedAnswered)
    assert answered.source == "ics"
    assert [each.title for each in published.events] == ["CPI"]  # type: ignore[attr-defined]  # a calendar
