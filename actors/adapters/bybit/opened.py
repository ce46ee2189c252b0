"""From settings to Bybit: its clock set, its contract read, its history at hand, and an intake for every engine."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from actors.adapters.bybit import candles
from actors.adapters.bybit.client import Client
from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.intake import BybitIntake
from actors.adapters.bybit.params import BybitParams
from actors.adapters.bybit.translate import Contract, interval
from actors.adapters.feeds.bybit import Traded
from actors.adapters.feeds.config import FeedsConfig
from core.book.params import BookParams
from core.durations import MINUTE_MS
from core.errors import ConfigurationError, FeedMalformed, VenueError
from core.market.bars import Bars
from core.message import Json
from core.records import JournalRow

DEFAULT_MINUTES = 5
HISTORY_BARS = 2_100
"""Bars a fresh run begins with: at five minutes a week and some, the longest look-back; three answers of REST."""


@dataclass(frozen=True, slots=True)
class Bybit:
    """One symbol there, ready to be traded on paper or for real."""

    symbol: str
    timeframe_ms: int
    params: BybitParams
    key: SecretStr | None
    secret: SecretStr | None
    clock: VenueClock
    contract: Contract
    has_derivatives: bool = False
    """Whether its context is an input of the run, which makes it another run."""

    @property
    def traded(self) -> Traded:
        """The contract, and where it is asked about."""
        return Traded(self.symbol, self.params.rest)

    def fingerprint(self) -> dict[str, Json]:
        """What makes it this market and no other; its prices are not known beforehand."""
        return {
            "kind": "bybit",
            "environment": self.params.environment if not self.params.rest_url else self.params.rest_url,
            "symbol": self.symbol,
            "timeframe_ms": self.timeframe_ms,
            **({"derivatives": True} if self.has_derivatives else {}),
        }

    def history(self) -> Bars:
        """The last closed bars, oldest first; blocks.

        Raises:
            VenueError: If Bybit does not answer.
        """
        client = Client(self.params, None, None, self.clock)
        try:
            now = self.clock.now_ms()
            first_ms = now - now % self.timeframe_ms - HISTORY_BARS * self.timeframe_ms
            return candles.klines(client, self.symbol, self.timeframe_ms, first_ms, now)
        finally:
            client.close()

    def intake(
        self,
        journaled: Callable[[str], Iterator[JournalRow]],
        *,
        feeds: FeedsConfig,
        folder: Path,
        is_real: bool,
        book: BookParams | None = None,
    ) -> BybitIntake:
        """The outside of one engine; its order book too, where it is said how to read it."""
        return BybitIntake(
            self.symbol,
            self.timeframe_ms,
            params=self.params,
            key=self.key if is_real else None,
            secret=self.secret if is_real else None,
            clock=self.clock,
            history=self.history,
            journaled=journaled,
            feeds=feeds,
            folder=folder,
            book=book,
        )


def opened(params: BybitParams, *, symbol: str, minutes: int, key: SecretStr | None, secret: SecretStr | None) -> Bybit:
    """Ask Bybit for the time and the contract; blocks.

    Args:
        params: Where it is.
        symbol: What is traded, such as BTCUSDT.
        minutes: Length of its bars; 0: five.
        key: The API key; None: public data alone.
        secret: Its secret.

    Raises:
        ConfigurationError: If it cannot be reached, or does not trade that.
    """
    timeframe_ms = (minutes or DEFAULT_MINUTES) * MINUTE_MS
    interval(timeframe_ms)
    clock = VenueClock(params.clock_speed)
    client = Client(params, None, None, clock)
    try:
        if not client.set_clock():
            raise ConfigurationError(
                f"{params.rest} does not answer: check the network, or give another address with --rest-url"
            )
        contract = candles.listed(client, symbol)
    except (VenueError, FeedMalformed) as error:
        raise ConfigurationError(f"{params.rest} did not tell about {symbol}: {error}") from error
    finally:
        client.close()
    return Bybit(symbol, timeframe_ms, params, key, secret, clock, contract)
