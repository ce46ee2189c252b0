"""Bybit's public order-book and trade messages, translated.

Source:
    Bybit v5, websocket/public/orderbook and websocket/public/trade.
"""

from collections.abc import Mapping
from typing import Any

from actors.adapters.book.rows import malformed, rows_of
from core.book.trade import Trade
from core.book.update import BookUpdate

_SIDES = {"Buy": 1, "Sell": -1}
"""Of the taker."""


def book_update(message: Mapping[str, Any]) -> BookUpdate:
    """A message of an `orderbook.*` topic; `u` of 1 is a snapshot after a restart of their service.

    Raises:
        FeedMalformed: If it is none.
    """
    try:
        data = message["data"]
        update_id = int(data["u"])
        return BookUpdate(
            symbol=data["s"],
            ts=int(message["ts"]),
            is_snapshot=message["type"] == "snapshot" or update_id == 1,
            first_id=update_id,
            last_id=update_id,
            previous_id=None,
            bids=rows_of(data["b"]),
            asks=rows_of(data["a"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise malformed("bybit order book", message, error) from error


def trades(message: Mapping[str, Any]) -> list[Trade]:
    """A message of a `publicTrade.*` topic, oldest first; block trades, which never met the book, are left out.

    Raises:
        FeedMalformed: If it is none.
    """
    try:
        return [
            Trade(row["s"], int(row["T"]), float(row["p"]), float(row["v"]), _SIDES[row["S"]])
            for row in message["data"]
            if not row.get("BT")
        ]
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise malformed("bybit trades", message, error) from error
