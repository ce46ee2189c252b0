"""A symbol's order book, kept from a venue's snapshots and deltas; it answers right or says why it cannot.

A book is unsynced until a snapshot came, and again as soon as an update is missing, cannot be believed or leaves the
sides crossed. From then on it holds nothing: the one who feeds it asks the venue for a new snapshot.

Where a snapshot is asked for apart, it is cut off at some level, and the price may move towards the end of what is
known: bands of depth become unknown one by one, and past the end even the best level is only the best of those that
changed since. A new snapshot, given at any time, widens the book again without a pause, because the latest deltas are
kept and follow on it; `wants_snapshot` says when.
"""

from collections import deque
from typing import Final

from core.book.ladder import Ladder
from core.book.sequence import Continuity, UpdateRule
from core.book.update import BookUpdate
from core.message import message
from core.reasons import Reason

RECENT: Final = 300
"""Deltas kept for a snapshot that is on its way: 15 s at 20 a second. Past them, a gap."""


@message
class Quote:
    """The best level of both sides."""

    bid: float
    bid_size: float
    ask: float
    ask_size: float

    @property
    def mid(self) -> float:
        """Halfway between the sides, quote currency."""
        return (self.bid + self.ask) / 2.0

    @property
    def spread_bps(self) -> float:
        """What crossing costs, bps of mid."""
        return (self.ask - self.bid) / self.mid * 10_000.0

    @property
    def microprice(self) -> float:
        """The mid drawn to the side that holds less, quote currency.

        Source:
            Gatheral and Oomen (2010), Zero-intelligence realized variance estimation.
        """
        return (self.bid * self.ask_size + self.ask * self.bid_size) / (self.bid_size + self.ask_size)


class OrderBook:
    """Both sides of one symbol's book.

    Args:
        symbol: Whose book it is.
        rule: How the venue numbers its updates.
    """

    def __init__(self, symbol: str, rule: UpdateRule) -> None:
        self.symbol = symbol
        self.bids = Ladder(1)
        self.asks = Ladder(-1)
        self.unsynced: Reason | None = Reason.BOOK_UNSYNCED
        """Why it holds nothing; None where it is in step with the venue."""
        self.last_id = 0
        """Of the last update it holds."""
        self.ts = 0
        """Event time of the last update, UTC ms."""
        self._rule = rule
        self._is_fresh = False
        self._recent: deque[BookUpdate] = deque(maxlen=RECENT)

    def apply(self, update: BookUpdate) -> Reason | None:
        """Fold one update; why the book cannot be used after it, None where it can."""
        if update.is_snapshot:
            self._begin(update)
            return self.unsynced
        if self._rule.buffers:
            self._recent.append(update)
        if self.unsynced is None:
            self._follow(update)
        return self.unsynced

    def lose(self, reason: Reason = Reason.BOOK_UNSYNCED) -> None:
        """Forget everything: the stream broke, and what it brings next has no beginning."""
        self._drop(reason)
        self._recent.clear()

    def quote(self) -> Quote | Reason:
        """The best levels, or why there is no answer."""
        if self.unsynced is not None:
            return self.unsynced
        if not self.bids or not self.asks:
            return Reason.BOOK_ONE_SIDED
        return Quote(*self.bids.best, *self.asks.best)

    def wants_snapshot(self, reach_bps: float) -> bool:
        """Whether to ask the venue for a snapshot: there is no book, or less than this is known on a side of mid.

        It puts the sides in order, so ask with the samples, not with every delta.
        """
        quote = self.quote()
        if isinstance(quote, Reason):
            return self.unsynced is not None
        known = min(quote.mid - self.bids.end, self.asks.end - quote.mid)
        return self._rule.buffers and known / quote.mid * 10_000.0 < reach_bps

    def _begin(self, snapshot: BookUpdate) -> None:
        """Start anew from a snapshot and catch up with the deltas that overtook it."""
        self.bids.clear()
        self.asks.clear()
        self.unsynced = None
        self._is_fresh = True
        self.ts = 0
        self._change(snapshot)
        if self._rule.buffers:
            self.bids.bound()
            self.asks.bound()
        for update in self._recent:
            if self.unsynced is not None:  # too old a snapshot: the deltas stay, for a newer one
                break
            self._follow(update)

    def _follow(self, update: BookUpdate) -> None:
        """Fold a delta into a synced book."""
        continuity = self._rule.continuity(update, self.last_id, self._is_fresh)
        if continuity is Continuity.APPLY:
            self._is_fresh = False
            self._change(update)
        elif continuity is Continuity.GAP:
            self._drop(Reason.BOOK_GAP)

    def _change(self, update: BookUpdate) -> None:
        bids, asks = self.bids, self.asks
        if not bids.change(update.bids) or not asks.change(update.asks):
            self._drop(Reason.BOOK_MALFORMED)
        elif bids and asks and bids.best[0] >= asks.best[0]:
            self._drop(Reason.BOOK_CROSSED)
        else:
            self.last_id = update.last_id
            self.ts = max(self.ts, update.ts)

    def _drop(self, reason: Reason) -> None:
        self.unsynced = reason
        self.bids.clear()
        self.asks.clear()
