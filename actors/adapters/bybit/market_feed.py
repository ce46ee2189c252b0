"""The market's stream: candles become bars, and what a gap has lost is filled from REST before it is live again."""

from contextlib import suppress
from random import Random
from typing import Final

import anyio

from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.connection import Connection, Message, Post, Wanted
from actors.adapters.bybit.forming import Forming
from actors.adapters.bybit.params import BybitParams
from actors.adapters.bybit.prices import Candle
from actors.adapters.bybit.rest import BybitRest
from actors.adapters.bybit.translate import candle, interval, rows
from core.errors import FeedError, VenueError
from core.market.bars import Bars

STREAM: Final = "market"
_LOOK_S: Final = 0.1


class MarketFeed:
    """One symbol's bars, for as long as it runs.

    Args:
        params: Where, and how patient.
        symbol: Which.
        timeframe_ms: Length of its bars.
        rest: Fills gaps.
        clock: The venue's time.
        post: Hands inputs to admission.
        last_open_ms: The last bar known already; 0: none.
    """

    def __init__(
        self,
        params: BybitParams,
        symbol: str,
        timeframe_ms: int,
        *,
        rest: BybitRest,
        clock: VenueClock,
        post: Post,
        last_open_ms: int,
    ) -> None:
        self._params = params
        self._symbol = symbol
        self._timeframe_ms = timeframe_ms
        self._rest = rest
        self._clock = clock
        self._post = post
        self.forming = Forming(symbol, timeframe_ms, last_open_ms)
        self._filling = anyio.Lock()
        topic = f"kline.{interval(timeframe_ms)}.{symbol}"
        self._connection = Connection(
            Wanted(STREAM, params.public_stream, (topic,), silence_ms=params.kline_silence_ms),
            params,
            now_ms=clock.now_ms,
            post=post,
            on_open=self._filled,
            on_message=self._hear,
            chance=Random(),  # noqa: S311  jitter
        )

    async def run(self) -> None:
        """Listen for ever."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._connection.run)
            tasks.start_soon(self._watch)

    async def _hear(self, message: Message) -> None:
        async with self._filling:
            for item in rows(message, "data"):
                if inputs := self.forming.update(candle(item), confirm=item.get("confirm") is True):
                    await self._post(inputs)
        if self.forming.missing(0, 0) is not None:
            await self._filled()

    async def _filled(self) -> None:
        """Ask REST for what is missing by now, and tell it."""
        async with self._filling:
            wanted = self.forming.missing(self._clock.now_ms(), 0)
            if wanted is None:
                return
            bars = await self._rest.klines(self._symbol, self._timeframe_ms, *wanted)
            if inputs := self.forming.fill(_candles(bars)):
                await self._post(inputs)

    async def _watch(self) -> None:
        """A bar whose end is never confirmed is asked for."""
        grace_ms = int(self._params.confirm_grace_ms * self._params.clock_speed)
        while True:
            await anyio.sleep(_LOOK_S)
            if self.forming.missing(self._clock.now_ms(), grace_ms) is None:
                continue
            with suppress(VenueError, FeedError):
                await self._filled()
            # Whether it failed or REST does not have the bar yet either: it is asked again, not at once.
            await anyio.sleep(self._params.first_backoff_ms / 1_000)


def _candles(bars: Bars) -> list[Candle]:
    columns = (bars.open_ms, bars.open, bars.high, bars.low, bars.close, bars.volume)
    return [Candle(*values) for values in zip(*(column.tolist() for column in columns), strict=True)]
