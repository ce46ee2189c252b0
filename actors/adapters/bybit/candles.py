"""Public questions: closed candles, a contract's facts, the venue's time.

Source:
    Bybit v5, market/kline: at most 1000 rows, newest first, the open candle among them without a mark.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np

from actors.adapters.bybit.client import Client
from actors.adapters.bybit.translate import Candle, Contract, candle, contract, interval, rows, venue_time
from core.errors import FeedMalformed
from core.market.bars import Bars

_PAGE: Final = 1_000


def server_time(client: Client) -> int:
    """The venue's time, UTC ms.

    Raises:
        NotAnswered: If it is not answered.
        FeedMalformed: If the answer cannot be believed.
    """
    return venue_time(client.ask("get_server_time").result)


def listed(client: Client, symbol: str) -> Contract:
    """A contract's steps and limits; raises as `server_time`."""
    for row in rows(client.ask("get_instruments_info", category="linear", symbol=symbol).result):
        if row.get("symbol") == symbol:
            return contract(row)
    raise FeedMalformed(f"Bybit lists no linear contract {symbol}")


def klines(client: Client, symbol: str, interval_ms: int, first_ms: int, last_ms: int) -> Bars:
    """The closed bars that open from `first_ms` to `last_ms`, oldest first; raises as `server_time`.

    Args:
        client: Whom to ask.
        symbol: Whose bars.
        interval_ms: Their length; one that Bybit has.
        first_ms: The first open, UTC ms.
        last_ms: The last open, UTC ms; what has not closed by the venue's clock is left out.

    Raises:
        ConfigurationError: If Bybit has no such bars.
    """
    name = interval(interval_ms)
    found: list[Candle] = []
    start = first_ms
    while start <= last_ms:
        end = min(last_ms, start + (_PAGE - 1) * interval_ms)
        query = {"category": "linear", "symbol": symbol, "interval": name, "start": start, "end": end, "limit": _PAGE}
        reply = client.ask("get_kline", **query)
        page = [candle(row) for row in reversed(rows(reply.result))]
        now = reply.time_ms or server_time(client)
        found += [each for each in page if start <= each.open_ms <= end and each.open_ms + interval_ms <= now]
        if end + interval_ms > now:
            break
        start = end + interval_ms - end % interval_ms
    return _bars(symbol, interval_ms, found)


def _bars(symbol: str, interval_ms: int, found: Sequence[Candle]) -> Bars:
    for before, after in pairwise(found):
        if after.open_ms <= before.open_ms:
            raise FeedMalformed(f"Bybit: candle {after.open_ms} of {symbol} follows {before.open_ms}")
    crooked = next((each.open_ms for each in found if each.open_ms % interval_ms), None)
    if crooked is not None:
        raise FeedMalformed(f"Bybit: a candle of {interval_ms} ms cannot open at {crooked}")
    table = np.array([each[1:] for each in found], dtype=np.float64).reshape(-1, 5)
    opened, high, low, close, volume = (np.ascontiguousarray(column) for column in table.T)
    opens = np.array([each.open_ms for each in found], dtype=np.int64)
    return Bars(symbol, interval_ms, opens, opened, high, low, close, volume)
