"""Settings of the live feeds: which sources each input has, where they are, what they allow.

Quotas and intervals are those of free plans as far as the providers publish them; plans change, so look at yours.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, SecretStr

from actors.adapters.feeds.terms import Terms
from core.durations import DAY_MS, HOUR_MS, MINUTE_MS

Url = Annotated[str, Field(description="address, without a query; another host for a proxy or a test")]
Key = Annotated[SecretStr | None, Field(description="the source's API key; none: the source cannot be used")]
Zone = Annotated[str, Field(description="time zone of stamps without an offset, such as Europe/Athens")]
File = Annotated[str, Field(description="path of the file; empty: none")]


@dataclass(frozen=True, slots=True)
class TwelveDataParams(Terms):
    """Dollar index bars, four-hourly and daily: two credits a poll."""

    interval_ms: Annotated[int, Field(ge=10_000, le=7 * DAY_MS, description="ms between polls; 96 credits a day")] = (
        30 * MINUTE_MS
    )
    max_delay_ms: Annotated[
        int, Field(ge=MINUTE_MS, le=400 * DAY_MS, description="ms a due bar may be late; free plans lag by minutes")
    ] = HOUR_MS
    per_minute: Annotated[int, Field(ge=0, le=100_000, description="credits a minute; 8 is the free plan's")] = 8
    per_day: Annotated[int, Field(ge=0, le=10_000_000, description="credits a day; 800 is the free plan's")] = 800
    url: Url = "https://api.twelvedata.com/time_series"
    key: Key = None
    symbol: Annotated[str, Field(description="the index as the source names it")] = "DXY"
    day_zone: Annotated[
        str, Field(description="time zone whose midnight ends a daily bar; the index is New York's")
    ] = "America/New_York"


@dataclass(frozen=True, slots=True)
class AlphaVantageParams(Terms):
    """Daily rates of six currencies, from which the dollar index is computed: six credits a poll."""

    interval_ms: Annotated[
        int, Field(ge=10_000, le=7 * DAY_MS, description="ms between polls; 18 credits a day leave one for a restart")
    ] = 8 * HOUR_MS
    max_delay_ms: Annotated[
        int, Field(ge=MINUTE_MS, le=400 * DAY_MS, description="ms a due day may be late; they come during the next one")
    ] = DAY_MS
    per_minute: Annotated[int, Field(ge=0, le=100_000, description="credits a minute; 5 is the free plan's")] = 5
    per_day: Annotated[int, Field(ge=0, le=10_000_000, description="credits a day; 25 is the free plan's")] = 25
    url: Url = "https://www.alphavantage.co/query"
    key: Key = None


@dataclass(frozen=True, slots=True)
class CoinGeckoParams(Terms):
    """Bitcoin's share of the market: one credit a poll, two for the history that paid plans include."""

    interval_ms: Annotated[int, Field(ge=10_000, le=7 * DAY_MS, description="ms between polls; 2,976 a month")] = (
        15 * MINUTE_MS
    )
    max_delay_ms: Annotated[
        int,
        Field(ge=MINUTE_MS, le=400 * DAY_MS, description="ms a snapshot may be old; it is renewed every 10 minutes"),
    ] = HOUR_MS
    per_minute: Annotated[int, Field(ge=0, le=100_000, description="credits a minute; 5 holds without a key too")] = 5
    per_month: Annotated[
        int, Field(ge=0, le=100_000_000, description="credits in 31 days; 10,000 is the demo plan's")
    ] = 10_000
    url: Url = "https://api.coingecko.com/api/v3"
    key: Annotated[SecretStr | None, Field(description="the source's API key; none: its public service")] = None
    plan: Annotated[
        Literal["demo", "pro"], Field(description="which header the key goes in; only pro has a history")
    ] = "demo"


@dataclass(frozen=True, slots=True)
class CoinMarketCapParams(Terms):
    """Bitcoin's share of the market: one credit a poll."""

    interval_ms: Annotated[int, Field(ge=10_000, le=7 * DAY_MS, description="ms between polls; 2,976 a month")] = (
        15 * MINUTE_MS
    )
    max_delay_ms: Annotated[
        int, Field(ge=MINUTE_MS, le=400 * DAY_MS, description="ms a snapshot may be old; it is renewed by the minute")
    ] = HOUR_MS
    per_minute: Annotated[int, Field(ge=0, le=100_000, description="credits a minute; 30 is the free plan's")] = 30
    per_month: Annotated[
        int, Field(ge=0, le=100_000_000, description="credits in 31 days; 10,000 is the free plan's")
    ] = 10_000
    url: Url = "https://pro-api.coinmarketcap.com/v1/global-metrics/quotes"
    key: Key = None
    history: Annotated[bool, Field(description="whether the plan includes history; the free one does not")] = False


@dataclass(frozen=True, slots=True)
class SeriesFileParams(Terms):
    """A macro series that something else keeps up to date: a CSV, Parquet, Feather or JSON file with times."""

    max_delay_ms: Annotated[
        int, Field(ge=MINUTE_MS, le=400 * DAY_MS, description="ms a due row may be late; a day for a nightly job")
    ] = DAY_MS
    path: File = ""
    zone: Zone = "UTC"
    stamp: Annotated[Literal["open", "close"], Field(description="which end of its bar a time marks")] = "open"
    resolution: Annotated[
        Literal["", "1h", "4h", "1d"], Field(description="length of a bar; empty: recognised from the rows")
    ] = ""


@dataclass(frozen=True, slots=True)
class NewsApiParams(Terms):
    """Headlines by search: one credit a poll. The free plan is delayed by a day, which makes it useless here."""

    interval_ms: Annotated[
        int, Field(ge=10_000, le=7 * DAY_MS, description="ms between polls; 72 a day leave some for restarts")
    ] = 20 * MINUTE_MS
    max_delay_ms: Annotated[
        int, Field(ge=MINUTE_MS, le=400 * DAY_MS, description="ms; bitcoin is in the news every hour, if not delayed")
    ] = 2 * HOUR_MS
    per_day: Annotated[int, Field(ge=0, le=10_000_000, description="credits a day; 100 is the free plan's")] = 100
    url: Url = "https://newsapi.org/v2/everything"
    key: Key = None
    query: Annotated[str, Field(description="what articles must speak of")] = (
        'bitcoin OR crypto OR "Federal Reserve" OR inflation'
    )


@dataclass(frozen=True, slots=True)
class CryptoPanicParams(Terms):
    """Crypto headlines: one credit a poll. Plans differ widely in quota and delay."""

    interval_ms: Annotated[
        int, Field(ge=10_000, le=7 * DAY_MS, description="ms between polls; 10 minutes, as the news move")
    ] = 10 * MINUTE_MS
    max_delay_ms: Annotated[
        int, Field(ge=MINUTE_MS, le=400 * DAY_MS, description="ms; crypto news come every hour, if not delayed")
    ] = 2 * HOUR_MS
    per_minute: Annotated[int, Field(ge=0, le=100_000, description="credits a minute; polite")] = 5
    per_day: Annotated[int, Field(ge=0, le=10_000_000, description="credits a day; see your plan")] = 200
    url: Url = "https://cryptopanic.com/api/developer/v2/posts/"
    key: Key = None


@dataclass(frozen=True, slots=True)
class RssParams(Terms):
    """RSS and Atom feeds: one request for each address, and none is charged for."""

    interval_ms: Annotated[
        int, Field(ge=10_000, le=7 * DAY_MS, description="ms between polls; what publishers accept without a key")
    ] = 10 * MINUTE_MS
    max_delay_ms: Annotated[
        int, Field(ge=MINUTE_MS, le=400 * DAY_MS, description="ms the newest entry may be old; publishers sleep")
    ] = 12 * HOUR_MS
    urls: Annotated[tuple[str, ...], Field(description="addresses of the feeds; read together as one source")] = ()


@dataclass(frozen=True, slots=True)
class NewsFileParams(Terms):
    """Headlines that something else writes to a file."""

    interval_ms: Annotated[int, Field(ge=10_000, le=7 * DAY_MS, description="ms between looks; a look is free")] = (
        MINUTE_MS
    )
    max_delay_ms: Annotated[
        int, Field(ge=MINUTE_MS, le=400 * DAY_MS, description="ms the newest row may be old; a day of silence is odd")
    ] = DAY_MS
    path: File = ""


@dataclass(frozen=True, slots=True)
class ForexFactoryParams(Terms):
    """The week's economic calendar as JSON, no key; asking often is answered with refusals."""

    interval_ms: Annotated[
        int, Field(ge=10_000, le=7 * DAY_MS, description="ms between polls; schedules change by the day")
    ] = 4 * HOUR_MS
    max_delay_ms: Annotated[
        int, Field(ge=MINUTE_MS, le=400 * DAY_MS, description="ms since the last announcement; a weekend has none")
    ] = 3 * DAY_MS
    per_minute: Annotated[int, Field(ge=0, le=100_000, description="credits a minute; more is refused")] = 1
    url: Url = "https://nfs.faireconomy.media/ff_calendar_thisweek.json"
    zone: Annotated[str, Field(description="time zone of an export whose times have no offset; live ones have")] = (
        "Etc/GMT+5"
    )


@dataclass(frozen=True, slots=True)
class IcsParams(Terms):
    """An economic calendar to subscribe to; repeating entries count at each of their dates."""

    interval_ms: Annotated[
        int, Field(ge=10_000, le=7 * DAY_MS, description="ms between polls; schedules change by the month")
    ] = 12 * HOUR_MS
    url: Annotated[str, Field(description="address of the .ics document; empty: none")] = ""
    zone: Zone = "America/New_York"
    currency: Annotated[str, Field(description="what entries are about that do not say so")] = "USD"
    impact: Annotated[
        Literal["HIGH", "MEDIUM", "LOW"], Field(description="of entries that do not say so; who subscribes cares")
    ] = "HIGH"


@dataclass(frozen=True, slots=True)
class CalendarFileParams(Terms):
    """An economic calendar in a CSV file: a date, perhaps a time, a title, perhaps a currency and an impact."""

    path: File = ""
    zone: Zone = "America/New_York"
    currency: Annotated[str, Field(description="what rows are about that do not say so")] = "USD"
    impact: Annotated[
        Literal["HIGH", "MEDIUM", "LOW"], Field(description="of rows that do not say so; who keeps a file cares")
    ] = "HIGH"


@dataclass(frozen=True, slots=True)
class BybitFeedParams(Terms):
    """Funding, open interest and basis of the contract traded, from its own exchange: three free requests a poll."""

    interval_ms: Annotated[
        int,
        Field(
            ge=10_000,
            le=7 * DAY_MS,
            description="ms between polls; 10 minutes is also the silence that Bybit wants after an HTTP 403",
        ),
    ] = 10 * MINUTE_MS
    max_delay_ms: Annotated[
        int, Field(ge=MINUTE_MS, le=400 * DAY_MS, description="ms a due value may be late; they come every 5 minutes")
    ] = HOUR_MS
    per_minute: Annotated[
        int, Field(ge=0, le=100_000, description="requests a minute; a hundredth of what Bybit takes from an address")
    ] = 60
