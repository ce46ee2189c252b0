"""Which sources feed which input, and how all of them are polled."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import Field

from actors.adapters.feeds.params import (
    AlphaVantageParams,
    BybitFeedParams,
    CalendarFileParams,
    CoinGeckoParams,
    CoinMarketCapParams,
    CryptoPanicParams,
    ForexFactoryParams,
    IcsParams,
    NewsApiParams,
    NewsFileParams,
    RssParams,
    SeriesFileParams,
    TwelveDataParams,
)
from core.durations import DAY_MS, HOUR_MS, MINUTE_MS


@dataclass(frozen=True, slots=True)
class FeedsConfig:
    """The live feeds; an input without sources is not polled."""

    dxy: Annotated[
        tuple[Literal["twelvedata", "alphavantage", "csv"], ...],
        Field(description="sources of the dollar index, the first that works is used; none: not polled"),
    ] = ()
    btc_dominance: Annotated[
        tuple[Literal["coingecko", "coinmarketcap", "csv"], ...],
        Field(description="sources of bitcoin's dominance, the first that works is used; none: not polled"),
    ] = ()
    news: Annotated[
        tuple[Literal["newsapi", "cryptopanic", "rss", "file"], ...],
        Field(description="sources of headlines, the first that works is used; none: not polled"),
    ] = ()
    calendar: Annotated[
        tuple[Literal["forexfactory", "ics", "csv"], ...],
        Field(description="sources of the economic calendar, the first that works is used; none: not polled"),
    ] = ()
    derivatives: Annotated[
        tuple[Literal["bybit"], ...],
        Field(description="sources of funding, open interest and basis of the contract traded; none: no such input"),
    ] = ()
    timeout_s: Annotated[
        float, Field(gt=0, le=120, description="s for one answer as a whole; feeds answer within one")
    ] = 20.0
    jitter_pct: Annotated[
        float, Field(ge=0, le=100, description="% of an interval added by chance, so that clients do not march in step")
    ] = 10.0
    retry_ms: Annotated[
        int, Field(ge=1_000, le=HOUR_MS, description="ms to the second attempt; it doubles with every further one")
    ] = MINUTE_MS
    retry_most_ms: Annotated[
        int, Field(ge=1_000, le=7 * DAY_MS, description="ms that pauses grow to; an hour finds a mended source soon")
    ] = HOUR_MS
    frozen_ms: Annotated[
        int,
        Field(
            ge=HOUR_MS,
            le=30 * DAY_MS,
            description="ms of market time one value may be repeated; half a day is more than calm markets need",
        ),
    ] = DAY_MS // 2

    twelvedata: TwelveDataParams = field(default_factory=TwelveDataParams)
    alphavantage: AlphaVantageParams = field(default_factory=AlphaVantageParams)
    dxy_csv: SeriesFileParams = field(default_factory=SeriesFileParams)
    coingecko: CoinGeckoParams = field(default_factory=CoinGeckoParams)
    coinmarketcap: CoinMarketCapParams = field(default_factory=CoinMarketCapParams)
    btc_dominance_csv: SeriesFileParams = field(default_factory=SeriesFileParams)
    newsapi: NewsApiParams = field(default_factory=NewsApiParams)
    cryptopanic: CryptoPanicParams = field(default_factory=CryptoPanicParams)
    rss: RssParams = field(default_factory=RssParams)
    news_file: NewsFileParams = field(default_factory=NewsFileParams)
    forexfactory: ForexFactoryParams = field(default_factory=ForexFactoryParams)
    ics: IcsParams = field(default_factory=IcsParams)
    calendar_csv: CalendarFileParams = field(default_factory=CalendarFileParams)
    bybit: BybitFeedParams = field(default_factory=BybitFeedParams)

    @property
    def is_empty(self) -> bool:
        """Whether no input has a source."""
        return not (self.has_regime or self.calendar or self.derivatives)

    @property
    def has_regime(self) -> bool:
        """Whether any input that a regime is named from has a source."""
        return bool(self.dxy or self.btc_dominance or self.news)
