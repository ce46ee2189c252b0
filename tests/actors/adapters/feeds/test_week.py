"""A simulated week with servers that misbehave by script, a real client, and the real keepers of feeds and regime.

No crash, no stale value told as a trend, no change of freshness without a reason, no quota exceeded; and what may be
traded is what the permissions table says of the regime, nothing while no input is left or an announcement is near.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import ClassVar

import anyio
import anyio.lowlevel
import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response

from actors.adapters.feeds.actor import LiveFeeds
from actors.adapters.feeds.build import relays
from actors.adapters.feeds.params import CoinGeckoParams, NewsApiParams, TwelveDataParams
from actors.calendar import CalendarKeeper
from actors.feed import MacroFeedKeeper, NewsFeedKeeper
from actors.kernel.actor import Decider
from actors.kernel.effects import NOTHING, Effects
from actors.kernel.kernel import Kernel
from actors.kernel.scribe import RowScribe
from actors.kernel.simulated import SimulatedRuntime
from actors.regime import RegimeKeeper
from core.durations import DAY_MS, HOUR_MS, MINUTE_MS
from core.message import Json
from core.messages import FeedAnswered, FeedFailed, MacroPublished, SystemStarted
from core.news.params import NewsParams
from core.notices import InputChanged, RegimeAssessed
from core.reasons import Reason
from core.regime.ageing import age_ms
from core.regime.calendar import CalendarParams
from core.regime.params import RegimeParams
from core.regime.permissions import permit
from tests.actors.adapters.feeds import bodies
from tests.actors.adapters.feeds.served import SECRET, START, DrivenClock, HalfBody, Script
from tests.actors.adapters.feeds.stand import KEY, configured

pytestmark = pytest.mark.anyio

WEEK_MS = 7 * DAY_MS
PARAMS = RegimeParams()
STALE_MS = {
    ("dxy", "4h"): PARAMS.dxy_4h_stale_ms,
    ("dxy", "1d"): PARAMS.dxy_1d_stale_ms,
    ("btc_dominance", "4h"): PARAMS.btc_dominance_4h_stale_ms,
    ("btc_dominance", "1d"): PARAMS.btc_dominance_1d_stale_ms,
}
QUOTAS = {"/twelvedata": (8, 60), "/coingecko/global": (5, 200), "/newsapi": (0, 40), "/alphavantage": (5, 25)}
"""Requests a minute and a day, of the paths that are watched."""
OUTAGE = (30, 148)
"""Hours in which neither dollar nor dominance is to be had: their daily values grow too old, across a weekend."""
PAYROLLS_MS = START + 74 * HOUR_MS + 30 * MINUTE_MS
"""Friday 13:30 UTC."""


@pytest.fixture
def anyio_backend() -> str:
    """A week on one of them is enough; the parts are tested on both."""
    return "asyncio"


class Regime(RegimeKeeper):
    """The real one; it checks first that no trend it is told rests on a stale value."""

    def __init__(self, newest: dict[tuple[str, str], int]) -> None:
        super().__init__(PARAMS, listeners=("gate",))
        self.newest = newest
        self.absent: dict[str, int] = defaultdict(int)
        self.known: dict[str, bool] = {}

    def receive(self, message: object, now: int) -> Effects:
        if isinstance(message, InputChanged):
            self.known[message.feed] = message.trend is not None or message.news is not None
            self.absent[message.feed] += not self.known[message.feed]
            for part in () if message.trend is None else message.trend.parts:
                key = (message.feed, part.label.split("/")[0])
                if part.weight:
                    assert age_ms(self.newest[key], now, rests_on_weekends=message.feed == "dxy") < STALE_MS[key]
        return super().receive(message, now)


class Gate:
    """Stands for all that trades: checks that it may do what the table says, and nothing without an input."""

    address = "gate"
    inputs: ClassVar[tuple[type, ...]] = ()

    def __init__(self, regime: Regime) -> None:
        self.regime = regime
        self.seen: set[str] = set()
        self.shut: dict[Reason | None, list[int]] = defaultdict(list)

    def wants(self, message: object) -> bool:
        return bool(message)

    def receive(self, message: object, now: int) -> Effects:
        assert isinstance(message, RegimeAssessed)
        permission = message.permission
        self.seen.add(message.regime)
        if not any(self.regime.known.values()):
            assert message.regime == "undetermined"
        if permission.blocked is not Reason.EVENT_BLACKOUT:
            assert permission == permit(message.regime, self.regime._crypto_score, PARAMS)
        if permission.blocked is not None:
            assert not permission.allows_entries
            self.shut[permission.blocked].append(now)
        return NOTHING

    def view(self) -> dict[str, Json]:
        return {}

    def save(self) -> Json:
        return None

    def restore(self, saved: Json) -> None:
        assert saved is None


class Desk:
    """Takes what the live feeds post, and lets the keepers decide on it."""

    def __init__(self, clock: DrivenClock) -> None:
        self.clock = clock
        self.newest: dict[tuple[str, str], int] = {}
        self.failed: list[FeedFailed] = []
        self.sources: set[tuple[str, str]] = set()
        self.regime = Regime(self.newest)
        self.gate = Gate(self.regime)
        self.macro = [MacroFeedKeeper(feed, PARAMS, listener="regime") for feed in ("dxy", "btc_dominance")]
        self.scribe = RowScribe()
        self.news = NewsFeedKeeper(NewsParams(), listener="regime")
        calendar = CalendarKeeper(CalendarParams(), listener="regime")
        crew: list[Decider] = [*self.macro, self.news, calendar, self.regime, self.gate]
        self.runtime = SimulatedRuntime(Kernel(crew, self.scribe))
        self.runtime.run([(clock.now, SystemStarted(resumed=False))])

    async def take(self, inputs: Sequence[object]) -> None:
        for message in inputs:
            assert SECRET not in repr(message)
            if isinstance(message, MacroPublished):
                self.newest[message.feed, message.timeframe] = message.ts
            if isinstance(message, FeedFailed):
                self.failed.append(message)
            if isinstance(message, FeedAnswered):
                self.sources.add((message.feed, message.source))
            self.runtime.run([(self.clock.now, message)])
        for keeper in self.macro:
            self._is_honest(keeper)

    def _is_honest(self, keeper: MacroFeedKeeper) -> None:
        """A feed is called fresh where one of its values is, and not otherwise."""
        feed = keeper.address.removeprefix("feed/")
        fresh = any(
            age_ms(ts, self.clock.now, rests_on_weekends=feed == "dxy") < STALE_MS[name, timeframe]
            for (name, timeframe), ts in self.newest.items()
            if name == feed
        )
        assert (keeper.view()["state"] == "fresh") is fresh


FAULTS: tuple[Callable[[str], Response], ...] = (
    lambda _: Response("down", status_code=503),
    lambda _: Response("slow down", status_code=429, headers={"Retry-After": "600"}),
    lambda _: Response("who are you?", status_code=403),
    lambda _: Response("<!DOCTYPE html><html><body>Checking your browser</body></html>"),
    lambda body: Response(body[: len(body) // 2]),
    lambda body: HalfBody(body[: len(body) // 2]),
    lambda _: Response("{}"),
    lambda _: Response(b"\x00\xff" * 40),
    lambda body: Response(body.replace("103.", "1.03").replace("52.", "0.52")),
    lambda body: Response(body.replace("103.", "903.").replace("52.", "98.")),
    lambda body: Response(body.replace("2024-", "2023-")),
    lambda body: Response(body.replace("2024-", "2031-")),
)


def headlines(clock: DrivenClock) -> list[tuple[int, str]]:
    """The last ten, one every twenty minutes."""
    last = clock.now // (20 * MINUTE_MS)
    return [(20 * MINUTE_MS * step, f"Bitcoin rallies again {step}") for step in range(last - 9, last + 1)]


def misbehave(server: Script, clock: DrivenClock) -> dict[str, list[int]]:
    """When each path was asked; it is good in half of its three-hour stretches, and has one fault in the others."""
    asked: dict[str, list[int]] = defaultdict(list)
    chance = random.Random(11)
    drawn: dict[tuple[str, int], Callable[[str], Response] | None] = {}

    def hour() -> float:
        return (clock.now - START) / HOUR_MS

    def answering(make: Callable[[Request], str], *outages: tuple[int, int]) -> Callable[[Request], Response]:
        def answer(request: Request) -> Response:
            asked[request.url.path].append(clock.now)
            if any(first <= hour() < last for first, last in outages):
                return Response("down for maintenance", status_code=500)
            key = (request.url.path, int(hour() // 3))
            if key not in drawn:
                drawn[key] = chance.choice(FAULTS) if chance.random() < 0.5 else None
            fault = drawn[key]
            return Response(make(request)) if fault is None else fault(make(request))

        return answer

    wave = random.Random(3)
    server.answers |= {
        "/twelvedata": answering(
            lambda request: bodies.twelvedata(clock.now, request.query_params["interval"]), OUTAGE
        ),
        "/alphavantage": answering(
            lambda request: bodies.alphavantage(
                clock.now, (request.query_params["from_symbol"], request.query_params["to_symbol"]), drift=0.001
            ),
            OUTAGE,
        ),
        "/coingecko/global": answering(lambda _: bodies.coingecko(clock.now, 52 + wave.random()), OUTAGE),
        "/coinmarketcap/latest": answering(lambda _: bodies.coinmarketcap(clock.now, 55 + wave.random()), OUTAGE),
        "/newsapi": answering(lambda _: bodies.newsapi([(ts - DAY_MS, title) for ts, title in headlines(clock)])),
        "/rss": answering(lambda _: bodies.rss(headlines(clock)), (60, 90), (120, 148)),
        "/forexfactory": answering(
            lambda _: bodies.forexfactory([("2024-03-08T08:30:00-05:00", "Non-Farm Employment Change")])
        ),
    }
    return asked


async def test_a_week_of_misbehaviour(server: Script, http: httpx.AsyncClient) -> None:
    clock = DrivenClock(sleepers=4)
    asked = misbehave(server, clock)
    config = configured(
        server,
        dxy=("twelvedata", "alphavantage"),
        btc_dominance=("coingecko", "coinmarketcap"),
        news=("newsapi", "rss"),
        calendar=("forexfactory",),
        jitter_pct=10.0,
        twelvedata=TwelveDataParams(url=server.at("/twelvedata"), key=KEY, interval_ms=HOUR_MS, per_day=60),
        coingecko=CoinGeckoParams(url=server.at("/coingecko"), key=KEY, interval_ms=30 * MINUTE_MS, per_day=200),
        newsapi=NewsApiParams(url=server.at("/newsapi"), key=KEY, per_day=40),
    )
    desk = Desk(clock)
    with anyio.CancelScope() as week:

        async def post(inputs: Sequence[object]) -> None:
            await desk.take(inputs)
            if clock.now >= START + WEEK_MS:
                week.cancel()
            await anyio.lowlevel.checkpoint()

        made = relays(config, http=http, clock=clock, chance=random.Random(5))
        await LiveFeeds(made, post, clock=clock).run()

    assert clock.now >= START + WEEK_MS
    assert sum(map(len, asked.values())) > 1000
    assert_quotas_kept(asked)
    assert_trouble_was_told(desk)
    assert_it_stood_down(desk.gate)


def assert_quotas_kept(asked: dict[str, list[int]]) -> None:
    for path, (minute, day) in QUOTAS.items():
        for window_ms, quota in ((MINUTE_MS, minute), (DAY_MS, day)):
            times = asked[path]
            most = max(sum(ts <= other < ts + window_ms for other in times) for ts in times)
            assert not quota or most <= quota, f"{path}: {most} in {window_ms} ms"


def assert_trouble_was_told(desk: Desk) -> None:
    rows = [row for row in desk.scribe.take() if row.kind == "transition"]
    assert all(row.reasons for row in rows)
    moves = {(row.instance.split("/")[0], row.event) for row in rows}
    assert moves >= {("dxy", "update"), ("btc_dominance", "update"), ("btc_dominance", "fail"), ("news", "fail")}
    down = next(row for row in rows if row.event == "fail" and row.instance.startswith("btc_dominance"))
    assert list(down.reasons) == [Reason.FEED_FAILED.name, Reason.FEED_SERVER_ERROR.name]
    assert min(desk.regime.absent[feed] for feed in ("dxy", "btc_dominance", "news")) > 0
    assert {failed.reason for failed in desk.failed} >= {"FEED_SERVER_ERROR", "FEED_LATE", "FEED_MALFORMED"}
    assert desk.sources >= {("dxy", "twelvedata"), ("dxy", "alphavantage"), ("btc_dominance", "coinmarketcap")}
    assert [keeper.view()["state"] for keeper in desk.macro] == ["fresh"] * 2
    assert desk.news.view()["state"] == "fresh"


def assert_it_stood_down(gate: Gate) -> None:
    """Around the announcement, and while nothing was known; it traded before and after."""
    assert min(gate.shut[Reason.EVENT_BLACKOUT]) == PAYROLLS_MS - 30 * MINUTE_MS
    assert max(gate.shut[Reason.EVENT_BLACKOUT]) < PAYROLLS_MS + 30 * MINUTE_MS
    lost = [ts for ts in gate.shut[Reason.REGIME_UNDETERMINED] if ts > START + DAY_MS]
    assert lost
    assert len(gate.seen) > 1
    assert gate.regime.state != "undetermined"
