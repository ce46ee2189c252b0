"""The tape: what was bought and sold by those who would not wait.

Trades fall into one-second buckets of a ring, so a trade costs the same however many came before it, memory is bounded
by time, and a window is summed anew from its buckets: no error piles up from adding and taking away.
"""

from math import nan
from typing import Final

from core.book.depth import imbalance
from core.book.params import BookParams
from core.book.trade import Trade, aggressor
from core.durations import DAY_MS
from core.message import message

BUCKET_MS: Final = 1_000
SPAN_MS: Final = 900_000
"""The longest window that can be asked for."""
_BUCKETS: Final = SPAN_MS // BUCKET_MS
_MIN_ORDERS: Final = 100
"""Orders before anything is called large: the mean of fewer says little."""


@message
class OrderFlow:
    """The trades of a window; sizes in base coin."""

    bought: float
    """By takers."""
    sold: float
    """By takers."""
    trades: int
    large_bought: float
    """In large orders."""
    large_sold: float

    @property
    def delta(self) -> float:
        """Bought minus sold."""
        return self.bought - self.sold

    @property
    def imbalance(self) -> float | None:
        """-1 only selling to +1 only buying; None without a trade."""
        return imbalance(self.bought, self.sold)

    @property
    def large_delta(self) -> float:
        """Of large orders alone."""
        return self.large_bought - self.large_sold


class _Bucket:
    """One second of trades."""

    __slots__ = ("bought", "large_bought", "large_sold", "second", "sold", "trades")

    def __init__(self) -> None:
        self.begin(-1)

    def begin(self, second: int) -> None:
        self.second = second
        self.bought = self.sold = self.large_bought = self.large_sold = 0.0
        self.trades = 0


class Tape:
    """Follows one symbol's trades.

    One taker's order is many trades: neighbours of the same side and time count as one order, and an order is large
    when it takes several times the mean of the orders before it.

    Args:
        params: What is large.
    """

    def __init__(self, params: BookParams) -> None:
        self.trades = 0
        """Trades seen."""
        self.last: Trade | None = None
        self.last_large: Trade | None = None
        """The last large order, at the price of its last trade."""
        self.cvd = 0.0
        """Cumulative volume delta since 00:00 UTC, base coin, of the trades seen."""
        self._tomorrow_ms = 0
        self._ring = [_Bucket() for _ in range(_BUCKETS)]
        self._last_price, self._last_side = nan, 0
        self._multiple, self._share = params.large_multiple, 1.0 / params.large_memory
        self._orders = 0
        self._mean = 0.0
        self._order: tuple[int, int] = (-1, 0)
        self._order_size = 0.0
        self._is_large = False

    def update(self, trade: Trade, *, mid: float = nan) -> None:
        """Fold one trade.

        Args:
            trade: A late one falls into its own second, as long as the ring reaches back to it.
            mid: The book's, which tells the side where the venue does not; NaN if unknown.
        """
        side = trade.side or aggressor(trade.price, mid=mid, last_price=self._last_price, last_side=self._last_side)
        self.trades += 1
        self.last = trade
        self._last_price, self._last_side = trade.price, side
        size = trade.size
        self._follow_day(trade.ts, side * size)
        second = trade.ts // BUCKET_MS
        bucket = self._ring[second % _BUCKETS]
        if bucket.second != second:
            if second < bucket.second:
                return
            bucket.begin(second)
        bucket.trades += 1
        large = self._large_part(trade, side)
        if side > 0:
            bucket.bought += size
            bucket.large_bought += large
        elif side < 0:
            bucket.sold += size
            bucket.large_sold += large

    def flow(self, now: int, window_ms: int) -> OrderFlow:
        """What happened in the whole seconds of the window that ends with `now`'s, UTC ms; at most `SPAN_MS`."""
        last = now // BUCKET_MS
        bought = sold = large_bought = large_sold = 0.0
        trades = 0
        for second in range(last - min(window_ms, SPAN_MS) // BUCKET_MS + 1, last + 1):
            bucket = self._ring[second % _BUCKETS]
            if bucket.second == second:
                bought += bucket.bought
                sold += bucket.sold
                large_bought += bucket.large_bought
                large_sold += bucket.large_sold
                trades += bucket.trades
        return OrderFlow(bought, sold, trades, large_bought, large_sold)

    def _follow_day(self, ts: int, signed: float) -> None:
        if ts >= self._tomorrow_ms:
            self._tomorrow_ms = ts - ts % DAY_MS + DAY_MS
            self.cvd = 0.0
        if ts >= self._tomorrow_ms - DAY_MS:
            self.cvd += signed

    def _large_part(self, trade: Trade, side: int) -> float:
        """How much size this trade adds to large orders; with the trade that makes it large, the order's until then."""
        order = (trade.ts, side)
        if order != self._order:
            self._close_order()
            self._order = order
        self._order_size += trade.size
        if self._is_large:
            added = trade.size
        elif self._orders >= _MIN_ORDERS and self._order_size >= self._multiple * self._mean:
            self._is_large = True
            added = self._order_size
        else:
            return 0.0
        self.last_large = Trade(trade.symbol, trade.ts, trade.price, self._order_size, side)
        return added

    def _close_order(self) -> None:
        """Take the order that ended into the mean: of all at first, then fading."""
        if self._order_size:
            self._orders += 1
            self._mean += max(self._share, 1.0 / self._orders) * (self._order_size - self._mean)
        self._order_size, self._is_large = 0.0, False
