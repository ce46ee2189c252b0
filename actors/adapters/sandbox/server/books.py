"""The order book topics: a snapshot first, then what changed.

Source:
    Bybit v5, websocket/public/orderbook: level 1 is sent as snapshots only; `u` 1 is a snapshot after a restart.
"""

from typing import Any

from actors.adapters.sandbox.exchange.market import Market
from actors.adapters.sandbox.wire.market import levels

Side = dict[str, str]
"""Sizes by price, best first."""


class BookTopic:
    """One topic's last published state, shared by all who listen.

    Args:
        name: The topic.
        market: Whose book.
        depth: How many levels a side.
    """

    def __init__(self, name: str, market: Market, depth: int) -> None:
        self._name = name
        self._market = market
        self._depth = depth
        self._update = 1
        self._bids: Side = {}
        self._asks: Side = {}
        self._cts = 0

    def snapshot(self, now: int) -> dict[str, Any]:
        """The state last published, for somebody new."""
        if not self._bids:
            self._look()
        return self._message("snapshot", now, self._bids, self._asks)

    def change(self, now: int) -> dict[str, Any] | None:
        """What changed since the last publication; None where nothing did."""
        bids, asks = self._bids, self._asks
        self._look()
        changed = _changed(bids, self._bids), _changed(asks, self._asks)
        if not any(changed):
            return None
        self._update += 1
        if self._depth == 1:
            return self._message("snapshot", now, self._bids, self._asks)
        return self._message("delta", now, *changed)

    def restart(self, now: int) -> dict[str, Any]:
        """A snapshot as after a restart of the service, numbered 1."""
        self._update = 1
        self._look()
        return self._message("snapshot", now, self._bids, self._asks)

    def _look(self) -> None:
        depth, listing = self._market.depth, self._market.listing
        self._bids = dict(levels(depth.levels("Buy", self._depth), listing))
        self._asks = dict(levels(depth.levels("Sell", self._depth), listing))
        self._cts = self._market.ts

    def _message(self, kind: str, now: int, bids: Side, asks: Side) -> dict[str, Any]:
        return {
            "topic": self._name,
            "type": kind,
            "ts": now,
            "data": {
                "s": self._market.listing.symbol,
                "b": [[price, size] for price, size in bids.items()],
                "a": [[price, size] for price, size in asks.items()],
                "u": self._update,
                "seq": self._market.seq,
            },
            "cts": self._cts,
        }


def _changed(old: Side, new: Side) -> Side:
    gone = {price: "0" for price in old if price not in new}
    return gone | {price: size for price, size in new.items() if old.get(price) != size}
