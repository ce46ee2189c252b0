"""From settings to relays: the one place that knows every source by name."""

import random
from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

import httpx

from actors.adapters.feeds.alphavantage import AlphaVantage
from actors.adapters.feeds.budget import Budget
from actors.adapters.feeds.bybit import NOTHING_TRADED, BybitDerivatives, Traded
from actors.adapters.feeds.calendar_file import CalendarFile
from actors.adapters.feeds.calendar_sieve import CalendarSieve
from actors.adapters.feeds.clock import Clock
from actors.adapters.feeds.coingecko import CoinGecko
from actors.adapters.feeds.coinmarketcap import CoinMarketCap
from actors.adapters.feeds.config import FeedsConfig
from actors.adapters.feeds.cryptopanic import CryptoPanic
from actors.adapters.feeds.derivatives_sieve import DerivativesSieve
from actors.adapters.feeds.fetch import Fetcher
from actors.adapters.feeds.forexfactory import ForexFactory
from actors.adapters.feeds.ics import Ics
from actors.adapters.feeds.macro_sieve import MacroSieve
from actors.adapters.feeds.news_file import NewsFile
from actors.adapters.feeds.news_sieve import NewsSieve
from actors.adapters.feeds.newsapi import NewsApi
from actors.adapters.feeds.poller import Pauses, SourcePoller
from actors.adapters.feeds.relay import Relay
from actors.adapters.feeds.rss import Rss
from actors.adapters.feeds.series_file import SeriesFile
from actors.adapters.feeds.sieve import Sieve
from actors.adapters.feeds.source import Source
from actors.adapters.feeds.twelvedata import TwelveData
from core.errors import ConfigurationError

_SOURCES: dict[tuple[str, str], tuple[str, Callable[[FeedsConfig, Traded], Source]]] = {
    ("dxy", "twelvedata"): ("twelvedata", lambda config, _: TwelveData(config.twelvedata)),
    ("dxy", "alphavantage"): ("alphavantage", lambda config, _: AlphaVantage(config.alphavantage)),
    ("dxy", "csv"): ("dxy_csv", lambda config, _: SeriesFile("dxy", config.dxy_csv)),
    ("btc_dominance", "coingecko"): ("coingecko", lambda config, _: CoinGecko(config.coingecko)),
    ("btc_dominance", "coinmarketcap"): ("coinmarketcap", lambda config, _: CoinMarketCap(config.coinmarketcap)),
    ("btc_dominance", "csv"): (
        "btc_dominance_csv",
        lambda config, _: SeriesFile("btc_dominance", config.btc_dominance_csv),
    ),
    ("news", "newsapi"): ("newsapi", lambda config, _: NewsApi(config.newsapi)),
    ("news", "cryptopanic"): ("cryptopanic", lambda config, _: CryptoPanic(config.cryptopanic)),
    ("news", "rss"): ("rss", lambda config, _: Rss(config.rss)),
    ("news", "file"): ("news_file", lambda config, _: NewsFile(config.news_file)),
    ("calendar", "forexfactory"): ("forexfactory", lambda config, _: ForexFactory(config.forexfactory)),
    ("calendar", "ics"): ("ics", lambda config, _: Ics(config.ics)),
    ("calendar", "csv"): ("calendar_csv", lambda config, _: CalendarFile(config.calendar_csv)),
    ("derivatives", "bybit"): ("bybit", lambda config, traded: BybitDerivatives(config.bybit, traded)),
}
"""By input and name: the section of its settings, and the source itself."""

_KEYLESS = ("coingecko",)


def relays(
    config: FeedsConfig,
    *,
    http: httpx.AsyncClient,
    clock: Clock,
    chance: random.Random,
    traded: Traded = NOTHING_TRADED,
    spent: Mapping[str, Mapping[int, int]] | None = None,
) -> tuple[Relay, ...]:
    """A relay for every input that has sources.

    Args:
        config: The settings.
        http: Does the asking; `fetch.client` makes one.
        clock: The time.
        chance: For the jitter.
        traded: The contract that sources of the exchange tell about.
        spent: What earlier runs spent, by source, as `Spent.load` gives it.

    Raises:
        ConfigurationError: If a source lacks its key, address or file.
    """
    given = spent or {}

    def poller(feed: str, name: str) -> SourcePoller:
        source = _source(feed, name, config, traded)
        return _poller(feed, source, config, http=http, clock=clock, chance=chance, spent=given)

    return tuple(
        Relay(feed, [poller(feed, name) for name in names], clock)
        for feed in ("dxy", "btc_dominance", "news", "calendar", "derivatives")
        if (names := tuple(dict.fromkeys(getattr(config, feed))))
    )


def _source(feed: str, name: str, config: FeedsConfig, traded: Traded) -> Source:
    section, make = _SOURCES[feed, name]
    _check(feed, section, getattr(config, section))
    return make(config, traded)


def _poller(
    feed: str,
    source: Source,
    config: FeedsConfig,
    *,
    http: httpx.AsyncClient,
    clock: Clock,
    chance: random.Random,
    spent: Mapping[str, Mapping[int, int]],
) -> SourcePoller:
    return SourcePoller(
        source,
        _sieve(feed, source, config),
        fetcher=Fetcher(http, timeout_s=config.timeout_s),
        budget=Budget(source.terms, spent.get(source.name)),
        clock=clock,
        chance=chance,
        pauses=Pauses(config.jitter_pct / 100, config.retry_ms, config.retry_most_ms),
    )


def _sieve(feed: str, source: Source, config: FeedsConfig) -> Sieve:
    delay_ms = source.terms.max_delay_ms
    if feed == "news":
        return NewsSieve(max_delay_ms=delay_ms)
    if feed == "calendar":
        return CalendarSieve(source.name, max_delay_ms=delay_ms)
    if feed == "derivatives":
        return DerivativesSieve(max_delay_ms=delay_ms, frozen_ms=config.frozen_ms)
    return MacroSieve(feed, max_delay_ms=delay_ms, frozen_ms=config.frozen_ms)


def _check(feed: str, section: str, params: object) -> None:
    """Nothing, if the source has what it needs.

    Raises:
        ConfigurationError: Naming the setting that lacks.
    """
    if section not in _KEYLESS and getattr(params, "key", section) is None:
        raise _lacks(feed, section, "key", "get one from the provider")
    if getattr(params, "path", section) == "":
        raise _lacks(feed, section, "path", "give the file's path")
    for name in ("url", "urls"):
        given = getattr(params, name, section)
        addresses: Sequence[str] = () if given is section else (given,) if isinstance(given, str) else given
        if given is not section and not all(addresses):
            raise _lacks(feed, section, name, "give its address")
        if given is not section and not addresses:
            raise _lacks(feed, section, name, "give at least one address")
        for address in addresses:
            _check_address(address, f"feeds.{section}.{name}")


def _check_address(address: str, setting: str) -> None:
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError(f"{setting} is {address!r}: give an address that begins with https:// or http://")
    if parts.password:
        raise ConfigurationError(f"{setting} holds a password: addresses are shown in logs, so leave it out")


def _lacks(feed: str, section: str, field: str, remedy: str) -> ConfigurationError:
    return ConfigurationError(f"feeds.{feed} names {section}, but feeds.{section}.{field} is empty: {remedy}")
