"""From the exchange's events to the sockets' messages."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from actors.adapters.sandbox.exchange.event import Event, Row
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.interval import end, start
from actors.adapters.sandbox.faults.streams import StreamFaults
from actors.adapters.sandbox.server.books import BookTopic
from actors.adapters.sandbox.server.connection import Connection, Message
from actors.adapters.sandbox.server.topics import PRIVATE, Topic, public_topic
from actors.adapters.sandbox.wire.market import streamed_candle, streamed_ticker

TICKER_BEATS: Final = 2
"""Tickers go out with every other publication of the books."""
CANDLE_BEATS: Final = 20
"""Forming candles with every twentieth: once a second."""


class Hub:
    """All sockets, and what they hear.

    Args:
        floor: The exchange's state.
        faults: What goes wrong on the way.
    """

    def __init__(self, floor: Floor, faults: StreamFaults) -> None:
        self.connections: set[Connection] = set()
        self._floor = floor
        self._faults = faults
        self._books: dict[str, BookTopic] = {}
        self._beat = 0
        self._serial = 0

    def welcome(self, connection: Connection, topics: Sequence[str]) -> None:
        """Someone has subscribed: books and tickers begin with a snapshot."""
        for name in topics:
            topic = self._topic(name)
            if topic is None:
                continue
            if topic.kind == "orderbook":
                connection.put(self._book(name, topic).snapshot(self._floor.now))
            if topic.kind == "tickers":
                connection.put(self._ticker(name, topic))

    def publish(self, events: Sequence[Event]) -> None:
        """Tell what happened, in order."""
        for (topic, symbol), group in groupby(events, key=lambda event: (event.topic, event.symbol)):
            same = list(group)
            if topic == "closed":
                for event in same:
                    self._confirm(symbol, event.ts)
            elif topic in {"publicTrade", "allLiquidation"}:
                self._say(f"{topic}.{symbol}", [event.row for event in same], kind="snapshot")
            else:
                for event in same:
                    self._tell_account(event)

    def publish_market(self) -> None:
        """Tell how the market looks now: books, then tickers and forming candles at their own pace."""
        self._beat += 1
        for name in {topic for connection in self.connections for topic in connection.topics}:
            topic = self._topic(name)
            if topic is None:
                continue
            if topic.kind == "orderbook":
                self._publish_book(name, topic)
            if topic.kind == "tickers" and self._beat % TICKER_BEATS == 0:
                self._put(name, self._ticker(name, topic))
            if topic.kind == "kline" and self._beat % CANDLE_BEATS == 0:
                self._publish_candle(name, topic)

    def afflict(self) -> None:
        """Let the faults of sockets strike; once a second."""
        for connection in list(self.connections):
            self._faults.afflict(connection)

    def restart(self) -> None:
        """The service restarts: everyone is cut off, books are numbered anew."""
        for connection in list(self.connections):
            connection.cut()
        self._books.clear()

    def _topic(self, name: str) -> Topic | None:
        return None if name.partition(".")[0] in PRIVATE else public_topic(name, self._floor.markets)

    def _book(self, name: str, topic: Topic) -> BookTopic:
        if name not in self._books:
            self._books[name] = BookTopic(name, self._floor.markets[topic.symbol], int(topic.detail))
        return self._books[name]

    def _publish_book(self, name: str, topic: Topic) -> None:
        book, now = self._book(name, topic), self._floor.now
        change = book.change(now)
        if change is None:
            return
        how = self._faults.book(name)
        if how == "restart":
            change = book.restart(now)
        elif how == "snapshot":
            change = book.snapshot(now)
        self._put(name, change)

    def _ticker(self, name: str, topic: Topic) -> Message:
        market = self._floor.markets[topic.symbol]
        row = streamed_ticker(market, self._floor.params, self._floor.now)
        return {"topic": name, "type": "snapshot", "data": row, "cs": market.seq, "ts": self._floor.now}

    def _publish_candle(self, name: str, topic: Topic) -> None:
        market, now = self._floor.markets[topic.symbol], self._floor.now
        found = market.candles.told(topic.detail, first_ms=0, last_ms=now, limit=1)
        if found and found[0].end >= now:
            row = streamed_candle(found[0], topic.detail, market.listing, now=now, is_closed=False)
            self._say(name, [row], kind="snapshot")

    def _confirm(self, symbol: str, ts: int) -> None:
        market = self._floor.markets[symbol]
        for name in {topic for connection in self.connections for topic in connection.topics}:
            topic = self._topic(name)
            if topic is None or topic.kind != "kline" or topic.symbol != symbol:
                continue
            first = start(topic.detail, ts - 1)
            if end(topic.detail, first) != ts:
                continue
            found = market.candles.told(topic.detail, first_ms=first, last_ms=first, limit=1)
            for candle in found:
                row = streamed_candle(candle, topic.detail, market.listing, now=ts, is_closed=True)
                for told in self._faults.confirmed(row, row["open"]):
                    self._say(name, [told], kind="snapshot")

    def _tell_account(self, event: Event) -> None:
        for row in self._faults.private(event.topic, event.row):
            self._serial += 1
            message: Message = {
                "id": f"sandbox_{event.symbol or 'USDT'}_{self._serial}",
                "topic": event.topic,
                "creationTime": event.ts,
                "data": [row],
            }
            if event.topic == "execution.fast":
                del message["id"]
            self._put(event.topic, message)
            self._put(f"{event.topic}.linear", message | {"topic": f"{event.topic}.linear"})

    def _say(self, name: str, rows: list[Row], *, kind: str) -> None:
        self._put(name, {"topic": name, "type": kind, "ts": self._floor.now, "data": rows})

    def _put(self, name: str, message: dict[str, Any]) -> None:
        for connection in list(self.connections):
            if name in connection.topics:
                connection.put(message)
