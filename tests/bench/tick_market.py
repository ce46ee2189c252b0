"""A venue in a process of its own that says one thing again and again: a quiet minute, then one that breaks out.

It speaks as much of Bybit v5 as a daemon needs to trade there, answers every order at once with a refusal, so that the
next minute finds nothing open, and remembers when each deciding candle left and when its order had arrived. It reads
the daemon's page too, as a browser would. Run it as `python -m tests.bench.tick_market SAMPLES`; it prints its two
ports, reads the page's port, and in the end prints the pairs of moments, ns of the machine's monotonic clock.
"""

import asyncio
import json
import re
import sys
from contextlib import suppress
from itertools import count
from time import perf_counter_ns
from typing import Any, Final, cast
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

SYMBOL: Final = "BTCUSDT"
MINUTE_MS: Final = 60_000
SPEED: Final = 600.0
"""Market time over real time: a breakout every fifth of a second."""
WARM_UP: Final = 20
"""Breakouts that do not count."""
_OPENS_MS: Final = 1_700_006_400_000
_PRICE, _STEP = 30_000.0, 5.0
_LEVELS, _BOOK_S = 200, 0.1
_REFUSED: Final = {"retCode": 110007, "retMsg": "ab not enough for new order"}
_STEPS: Final = {
    "symbol": SYMBOL,
    "status": "Trading",
    "settleCoin": "USDT",
    "priceFilter": {"tickSize": "0.10"},
    "lotSizeFilter": {
        "qtyStep": "0.001",
        "minOrderQty": "0.001",
        "minNotionalValue": "5",
        "maxMktOrderQty": "1000",
        "maxOrderQty": "1000",
    },
    "leverageFilter": {"maxLeverage": "100"},
}
_FLAT: Final = {
    "symbol": SYMBOL,
    "positionIdx": 0,
    "side": "",
    "size": "0",
    "avgPrice": "0",
    "stopLoss": "",
    "markPrice": str(_PRICE),
    "seq": 1,
    "updatedTime": str(_OPENS_MS),
}
_MONEY: Final = {"coin": [{"coin": "USDT", "equity": "1000000", "walletBalance": "1000000"}]}


def bar(place: int) -> tuple[int, float, float, float, float]:
    """Open time and prices of a minute: even ones rest, odd ones close above the channel of the two before."""
    base = _PRICE + _STEP * (place // 2)
    top = base + _STEP if place % 2 else base + 1
    return _OPENS_MS + place * MINUTE_MS, base, top, base - 1, base + _STEP if place % 2 else base


class Market:
    """The venue."""

    def __init__(self, samples: int) -> None:
        self._wanted = samples + WARM_UP
        self._began_ns = perf_counter_ns()
        self._sent_ns = 0
        self.pairs: list[tuple[int, int]] = []
        self.done = asyncio.Event()

    def now_ms(self) -> int:
        """Market time."""
        return _OPENS_MS + int((perf_counter_ns() - self._began_ns) / 1e6 * SPEED)

    def ordered(self, arrived_ns: int) -> None:
        """An order has arrived; the first after each deciding candle counts."""
        if self._sent_ns:
            self.pairs.append((self._sent_ns, arrived_ns))
            self._sent_ns = 0
        if len(self.pairs) >= self._wanted:
            self.done.set()

    def answer(self, path: str, query: dict[str, list[str]]) -> dict[str, Any]:
        """What REST says."""
        now = self.now_ms()
        found: dict[str, Any] = {"list": [], "nextPageCursor": ""}
        match path.rpartition("/v5/")[2]:
            case "order/create":
                return {**_REFUSED, "result": {}, "time": now}
            case "market/time":
                found = {"timeSecond": str(now // 1_000), "timeNano": str(now * 1_000_000)}
            case "market/instruments-info":
                found["list"] = [_STEPS]
            case "market/kline":
                found["list"] = self._klines(int(query["start"][0]), min(int(query["end"][0]), now))
            case "position/list":
                found["list"] = [_FLAT]
            case "account/wallet-balance":
                found["list"] = [_MONEY]
        return {"retCode": 0, "retMsg": "OK", "result": found, "time": now}

    def _klines(self, first_ms: int, last_ms: int) -> list[list[str]]:
        places = range(-((_OPENS_MS - first_ms) // MINUTE_MS), (last_ms - _OPENS_MS) // MINUTE_MS + 1)
        return [[str(each) for each in (*bar(place), 10, 1)] for place in reversed(places)]

    async def socket(self, connection: ServerConnection) -> None:
        """One stream: replies, and on the public one the candles."""
        async with asyncio.TaskGroup() as tasks:
            async for text in connection:
                said = json.loads(text)
                await connection.send(json.dumps({"op": said["op"], "success": True, "retCode": 0}))
                if said["op"] == "subscribe" and said["args"][0].startswith(("kline", "orderbook")):
                    tasks.create_task(self._tell(connection, said["args"][0]))

    async def _tell(self, connection: ServerConnection, topic: str) -> None:
        """Candles at their time, or the book, as long as they are listened to."""
        with suppress(ConnectionClosed):
            await (self._tell_all if topic.startswith("kline") else self._tell_book)(connection, topic)

    async def _tell_book(self, connection: ServerConnection, topic: str) -> None:
        """A snapshot, then twenty changed levels of each side every 100 ms, as of Bybit's 200 levels."""
        await connection.send(_book(topic, self.now_ms(), 1, _LEVELS))
        for number in count(2):
            await asyncio.sleep(_BOOK_S)
            await connection.send(_book(topic, self.now_ms(), number, 20))

    async def _tell_all(self, connection: ServerConnection, topic: str) -> None:
        """Each candle when half of it is over, and its end."""
        place = (self.now_ms() - _OPENS_MS) // MINUTE_MS + 1
        while True:
            await self._reach(_OPENS_MS + place * MINUTE_MS + MINUTE_MS // 2)
            await connection.send(_kline(topic, place, confirm=False))
            await self._reach(_OPENS_MS + (place + 1) * MINUTE_MS)
            message = _kline(topic, place, confirm=True)
            self._sent_ns = perf_counter_ns() if place % 2 else 0
            await connection.send(message)
            place += 1

    async def _reach(self, market_ms: int) -> None:
        await asyncio.sleep(max(0.0, (market_ms - self.now_ms()) / 1_000 / SPEED))


def _book(topic: str, ts: int, number: int, levels: int) -> str:
    def side(sign: int) -> list[list[str]]:
        return [[f"{_PRICE + sign * (place + 1) / 10:.1f}", f"{1 + number % 7}"] for place in range(levels)]

    told = {"s": SYMBOL, "b": side(-1), "a": side(1), "u": number, "seq": number}
    return json.dumps({"topic": topic, "type": "snapshot" if number == 1 else "delta", "ts": ts, "data": told})


def _kline(topic: str, place: int, *, confirm: bool) -> str:
    open_ms, open_, high, low, close = bar(place)
    if not confirm:
        high = low = close = open_
    told = {
        "start": open_ms,
        "end": open_ms + MINUTE_MS - 1,
        "interval": "1",
        "open": str(open_),
        "close": str(close),
        "high": str(high),
        "low": str(low),
        "volume": "10",
        "turnover": "1",
        "confirm": confirm,
        "timestamp": open_ms + MINUTE_MS,
    }
    return json.dumps({"topic": topic, "type": "snapshot", "ts": open_ms + MINUTE_MS, "data": [told]})


class Rest(asyncio.Protocol):
    """One connection of REST, kept open; an order has arrived when its last byte has."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._arrived = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Answers go where questions come from."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Answer each request that is complete."""
        arrived_ns = perf_counter_ns()
        self._arrived += data
        while (taken := self._first(self._arrived)) is not None:
            target, length = taken
            self._arrived = self._arrived[length:]
            place = urlsplit(target)
            if place.path.endswith("order/create"):
                self._market.ordered(arrived_ns)
            body = json.dumps(self._market.answer(place.path, parse_qs(place.query))).encode()
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            self._transport.write(head + body)

    @staticmethod
    def _first(arrived: bytes) -> tuple[str, int] | None:
        """The target of the first request and its length, head and body; None where it is not complete."""
        head, ends, _ = arrived.partition(b"\r\n\r\n")
        said = re.search(rb"(?i)content-length: *(\d+)", head)
        length = len(head) + len(ends) + (int(said[1]) if said else 0)
        return (head.split()[1].decode(), length) if ends and length <= len(arrived) else None


async def watch(port: int) -> None:
    """Read the page's stream as a browser does."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAccept: text/event-stream\r\n\r\n" % port)
    if b"200" not in await reader.readline():
        raise ConnectionError("the page's stream was refused")
    while await reader.read(65_536):
        pass


async def main(samples: int) -> None:
    """Serve until there are enough samples, then print them."""
    market = Market(samples)
    loop = asyncio.get_running_loop()
    served = await loop.create_server(lambda: Rest(market), "127.0.0.1", 0)
    async with serve(market.socket, "127.0.0.1", 0, compression=None) as streams:
        ports = [next(iter(each.sockets)).getsockname()[1] for each in (served, streams)]
        sys.stdout.write(json.dumps(ports) + "\n")
        sys.stdout.flush()
        page = asyncio.create_task(watch(int(await loop.run_in_executor(None, sys.stdin.readline))))
        await market.done.wait()
        if page.done():
            page.result()
        sys.stdout.write(json.dumps(market.pairs[WARM_UP:]) + "\n")
        sys.stdout.flush()
        page.cancel()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
