"""Binance's order-book and trade messages of spot and USD-M futures, translated; without a combined stream's wrapping.

Source:
    Binance, "Diff. Depth Stream", "Order Book", "Trade Streams" and "Aggregate Trade Streams" of both markets.
"""

from collections.abc import Mapping
from typing import Any

from actors.adapters.book.rows import malformed, rows_of
from core.book.trade import Trade
from core.book.update import BookUpdate


def depth_update(message: Mapping[str, Any]) -> BookUpdate:
    """A `depthUpdate` event; only futures name the update before, in `pu`.

    Raises:
        FeedMalformed: If it is none.
    """
    try:
        previous_id = message.get("pu")
        return BookUpdate(
            symbol=message["s"],
            ts=int(message["E"]),
            is_snapshot=False,
            first_id=int(message["U"]),
            last_id=int(message["u"]),
            previous_id=None if previous_id is None else int(previous_id),
            bids=rows_of(message["b"]),
            asks=rows_of(message["a"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise malformed("binance depth", message, error) from error


def depth_snapshot(answer: Mapping[str, Any], symbol: str, *, received_ms: int) -> BookUpdate:
    """The answer of the REST depth endpoint.

    Args:
        answer: Its JSON.
        symbol: What was asked for; the answer does not say.
        received_ms: When it came, UTC ms; spot's answer has no time of its own.

    Raises:
        FeedMalformed: If it is none.
    """
    try:
        update_id = int(answer["lastUpdateId"])
        return BookUpdate(
            symbol=symbol,
            ts=int(answer.get("E", received_ms)),
            is_snapshot=True,
            first_id=update_id,
            last_id=update_id,
            previous_id=None,
            bids=rows_of(answer["bids"]),
            asks=rows_of(answer["asks"]),
        )
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise malformed("binance depth snapshot", answer, error) from error


def trade(message: Mapping[str, Any]) -> Trade:
    """A `trade` or `aggTrade` event: where the buyer is the maker, a seller took.

    Raises:
        FeedMalformed: If it is none.
    """
    try:
        side = -1 if message["m"] else 1
        return Trade(message["s"], int(message["T"]), float(message["p"]), float(message["q"]), side)
    except (KeyError, TypeError, ValueError) as error:
        raise malformed("binance trade", message, error) from error
