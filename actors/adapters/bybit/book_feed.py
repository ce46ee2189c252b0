"""The stream of order book and trades: folded here, told to those who decide only as samples of their features."""

from collections.abc import Sequence
from random import Random
from typing import Final

import anyio

from actors.adapters.book.bybit import book_update, trades
from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.connection import Connection, Message, Post, Wanted
from actors.adapters.bybit.params import BybitParams
from core.book.order_book import OrderBook
from core.book.params import BookParams
from core.book.sampler import Sampler
from core.book.sequence import BYBIT
from core.book.tape import Tape
from core.errors import FeedGap
from core.messages import StreamChanged

STREAM: Final = "book"
_LEVELS: Final = 200
"""Levels of a side, told every 100 ms. At a tick of 0.1, 50 of them end within 2 bps and no band would be known."""
_LOOK_S: Final = 0.1


class BookFeed:
    """One symbol's samples, for as long as it runs; a book that is lost is said to be, and begun anew.

    Args:
        params: Where, and how patient.
        symbol: Which.
        timeframe_ms: Length of its bars; each close has a sample of its own.
        book_params: What is measured, and how often.
        clock: The venue's time.
        post: Hands inputs to admission.
    """

    def __init__(
        self,
        params: BybitParams,
        symbol: str,
        timeframe_ms: int,
        *,
        book_params: BookParams,
        clock: VenueClock,
        post: Post,
    ) -> None:
        self._timeframe_ms = timeframe_ms
        self._clock = clock
        self._post = post
        self.book = OrderBook(symbol, BYBIT)
        self._tape = Tape(book_params)
        self._sampler = Sampler(self.book, self._tape, book_params)
        self._connection = Connection(
            Wanted(STREAM, params.public_stream, (f"orderbook.{_LEVELS}.{symbol}", f"publicTrade.{symbol}")),
            params,
            now_ms=clock.now_ms,
            post=self._told,
            on_open=self._begin,
            on_message=self._hear,
            chance=Random(),  # noqa: S311  jitter
        )

    async def run(self) -> None:
        """Listen for ever."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._connection.run)
            tasks.start_soon(self._sample)

    async def _begin(self) -> None:
        """A new socket begins with a snapshot: what the old one left is not continued."""
        self.book.lose()

    async def _told(self, inputs: Sequence[object]) -> None:
        """A book whose stream broke holds nothing, and keeps the reason it had."""
        broke = any(isinstance(each, StreamChanged) and each.event == "drop" for each in inputs)
        if broke and self.book.unsynced is None:
            self.book.lose()
        await self._post(inputs)

    async def _hear(self, message: Message) -> None:
        """Fold a message.

        Raises:
            FeedGap: If the book cannot be used after it; only a new subscription brings a snapshot.
            FeedMalformed: If it cannot be read.
        """
        if str(message["topic"]).startswith("publicTrade."):
            for trade in trades(message):
                self._tape.update(trade)
            return
        reason = self.book.apply(book_update(message))
        if reason is not None:
            raise FeedGap(f"order book of {self.book.symbol}: {reason.name}, so it is subscribed to anew")

    async def _sample(self) -> None:
        """A sample when one is due, and one as each bar's time is over."""
        bar = self._clock.now_ms() // self._timeframe_ms
        while True:
            await anyio.sleep(_LOOK_S)
            now = self._clock.now_ms()
            is_close, bar = now // self._timeframe_ms > bar, max(bar, now // self._timeframe_ms)
            sample = self._sampler.close(now) if is_close else self._sampler.offer(now)
            if sample is not None:
                await self._post((sample,))
