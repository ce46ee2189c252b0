"""The slow layers: macro inputs, news, regime and capital flow."""

from collections import Counter
from typing import Any

from starlette.responses import Response

from core.flow.bias import Flow as ReadFlow
from core.flow.told import supported, told
from web.endpoint import Api, Endpoint, answer, get, published
from web.parameter import Given, Whole
from web.refusal import absent
from web.shapes.context import (
    Derivatives,
    Flow,
    FlowReading,
    Headline,
    MacroFeed,
    NewsFetch,
    NewsSignals,
    Regime,
    RegimeNow,
    TrendInput,
)
from web.views import pick, pick_mapping

_SOURCES = "replay one with --macro DIR or --macro {0}=FILE, or name live sources in feeds.{0}"
_NO_DOLLAR = f"no value of the dollar index is known: {_SOURCES.format('dxy')}"
_NO_DOMINANCE = f"no value of bitcoin's dominance is known: {_SOURCES.format('btc_dominance')}"
_NO_NEWS = "no headline has been read: replay some with --news FILE, or name live sources in feeds.news"
_NO_DERIVATIVES = (
    "nothing is known of the perpetual: replay some with --derivatives FILE, or name a live source in feeds.derivatives"
)
_NO_REGIME = "the regime has not been published yet: the system is starting"
_NO_TRENDS = "the regime has no input with a trend: it is pinned, or needs --macro or --news, or live feeds"
_NO_FLOW = f"the capital flow is not known: it is read from bitcoin's dominance; {_NO_DOMINANCE}"
_NO_FLOW_YET = (
    "the capital flow is not known yet: it is read at a bar's close, once bitcoin's dominance reaches back a day"
)
_ABSENT = {503: "This run lacks the input."}


@get("/api/macro/dxy", group="Macro", shape=MacroFeed, refusals=_ABSENT)
async def dxy(api: Api, _: Given) -> Response:
    """The dollar index: newest value, trend, freshness."""
    return answer(_macro(api, "dxy", _NO_DOLLAR))


@get("/api/macro/btc-dominance", group="Macro", shape=MacroFeed, refusals=_ABSENT)
async def btc_dominance(api: Api, _: Given) -> Response:
    """Bitcoin's share of the whole market: newest value, trend, freshness."""
    return answer(_macro(api, "btc_dominance", _NO_DOMINANCE))


@get("/api/derivatives/current", group="Derivatives", shape=Derivatives, refusals=_ABSENT)
async def derivatives(api: Api, _: Given) -> Response:
    """Funding, open interest, takers' balance and basis of the perpetual, and whether a side is crowded.

    Seed 001 names no path for them.
    """
    found = published(api, "feeds.derivatives", _NO_DERIVATIVES)
    if found.get("known_at") is None:
        raise absent(_NO_DERIVATIVES)
    return answer(found)


@get("/api/news/latest", group="News", shape=Headline, refusals=_ABSENT)
async def news_latest(api: Api, _: Given) -> Response:
    """The newest headline and what was made of it."""
    return answer(_headlines(api)[0])


@get(
    "/api/news/classified",
    group="News",
    shape=list[Headline],
    refusals=_ABSENT,
    parameters=(
        Whole(name="limit", about="At most so many headlines, the newest.", low=1, high=100, default=100, example="3"),
    ),
)
async def news_classified(api: Api, given: Given) -> Response:
    """The last headlines, the newest first: subject, tone, impact and the terms that made them.

    Those that do not count are here too, with the reason.
    """
    return answer(_headlines(api)[: given["limit"]])


@get("/api/news/signals", group="News", shape=NewsSignals, refusals=_ABSENT)
async def news_signals(api: Api, _: Given) -> Response:
    """What the headlines that count say together, and how crypto's stand to the wider economy's."""
    news = pick_mapping(api.board.view(), "feeds.news")
    if news.get("known_at") is None:
        raise absent(_NO_NEWS)
    return answer({name: news.get(name) for name in NewsSignals.model_fields})


@get("/api/news/fetch", group="News", shape=NewsFetch, refusals=_ABSENT)
async def news_fetch(api: Api, _: Given) -> Response:
    """What the news feed last brought, or why it failed.

    Nothing is fetched by asking: this API changes nothing, and sources are polled within their quotas.
    """
    news: dict[str, Any] = pick_mapping(api.board.view(), "feeds.news")
    if news.get("known_at") is None and news.get("failure") is None:
        raise absent(_NO_NEWS)
    read = news.get("classified") or []
    aside = Counter(headline["set_aside"] for headline in read if not headline["counts"])
    return answer(
        {name: news.get(name) for name in ("state", "instance", "known_at", "source", "failure")}
        | {"read": len(read), "counted": len(read) - aside.total(), "set_aside": aside}
    )


@get("/api/regime/current", group="Regime", shape=RegimeNow, refusals=_ABSENT)
async def regime_current(api: Api, _: Given) -> Response:
    """The regime and what it permits."""
    regime = published(api, "regime", _NO_REGIME)
    return answer({name: regime.get(name) for name in RegimeNow.model_fields})


@get("/api/regime/status", group="Regime", shape=Regime, refusals=_ABSENT)
async def regime_status(api: Api, _: Given) -> Response:
    """The regime with its scores, where they come from, and what would flip it."""
    return answer(published(api, "regime", _NO_REGIME))


@get("/api/regime/trends", group="Regime", shape=list[TrendInput], refusals=_ABSENT)
async def regime_trends(api: Api, _: Given) -> Response:
    """The inputs of the regime with their trends, weights and contributions."""
    return answer(published(api, "regime.contributions", _NO_TRENDS))


@get("/api/capital-flow/current", group="Capital flow", shape=Flow, refusals=_ABSENT)
async def capital_flow(api: Api, _: Given) -> Response:
    """Where money flows within crypto, and what kind of trade that supports."""
    return answer(_flow(api))


@get("/api/capital-flow/interpretation", group="Capital flow", shape=FlowReading, refusals=_ABSENT)
async def capital_flow_interpretation(api: Api, _: Given) -> Response:
    """The capital flow in words."""
    flow = ReadFlow(**_flow(api))
    return answer(
        {"text": told(flow), "direction": flow.direction, "bias": flow.bias, "supports": supported(flow)},
    )


def _macro(api: Api, feed: str, otherwise: str) -> Any:
    found = published(api, f"feeds.{feed}", otherwise)
    if found.get("value") is None:
        raise absent(otherwise)
    return found


def _headlines(api: Api) -> Any:
    return published(api, "feeds.news.classified", _NO_NEWS)


def _flow(api: Api) -> Any:
    view = api.board.view()
    flow = pick_mapping(view, "flow")
    if flow.get("trend") is None:
        is_fed = pick(view, "feeds.btc_dominance.value") is not None
        raise absent(_NO_FLOW_YET if is_fed else _NO_FLOW)
    return flow


ENDPOINTS: tuple[Endpoint, ...] = (
    dxy,
    btc_dominance,
    derivatives,
    news_latest,
    news_classified,
    news_signals,
    news_fetch,
    regime_current,
    regime_status,
    regime_trends,
    capital_flow,
    capital_flow_interpretation,
)
