"""One symbol's market: it plays bars as prices in time, and knows what they leave: last, mark, book, candles, tape."""

from collections import deque
from collections.abc import Iterator
from decimal import Decimal
from math import exp
from typing import Final, NamedTuple

from actors.adapters.sandbox.exchange.candles import Candles
from actors.adapters.sandbox.exchange.depth import Depth
from actors.adapters.sandbox.exchange.listing import Listing
from actors.adapters.sandbox.exchange.params import ExchangeParams
from actors.adapters.sandbox.exchange.path import Tick, walk
from core.durations import NEVER_MS
from core.market.aggregate import Bar
from core.market.bars import Bars

_TAPE: Final = 1_000


class Print(NamedTuple):
    """A public trade."""

    ts: int
    price: Decimal
    size: Decimal
    """Base coin."""
    side: str
    """Of the taker."""
    is_up: bool
    seq: int


class Market:
    """A symbol's prices over time.

    Args:
        listing: The contract.
        history: Closed bars before the market opens.
        future: The bars it plays, oldest first, from the opening on.
        params: How densely, and how deep the book is.
    """

    def __init__(self, listing: Listing, history: Bars, future: Iterator[Bar], params: ExchangeParams) -> None:
        self.listing = listing
        self.candles = Candles(history)
        self.tape: deque[Print] = deque(maxlen=_TAPE)
        self.seq = 0
        self._future = future
        self._params = params
        self._ticks: Iterator[Tick] = iter(())
        self._bar: Bar | None = None
        self._tick: Tick | None = None
        self._upcoming: Bar | None = next(future, None)
        self._last = listing.ticks(self.candles.last_price)
        self._mark = float(self._last)
        self.is_up = True
        self.ts = self.candles.open_ms + self.candles.timeframe_ms
        lots = int(params.level_notional / (listing.price(self._last) * listing.lot))
        self.depth = Depth(listing, lots=max(1, lots), seed=params.seed)
        self.depth.move(self._last, is_up=True)

    @property
    def last(self) -> Decimal:
        """The last traded price."""
        return self.listing.price(self._last)

    @property
    def mark(self) -> Decimal:
        """The mark price: the last one, smoothed."""
        return self.listing.price(round(self._mark))

    @property
    def index(self) -> Decimal:
        """The index price: this market's is its own last price."""
        return self.last

    @property
    def due(self) -> int:
        """When something happens next; never once the bars are over."""
        if self._tick is not None:
            return self._tick.ts
        if self._bar is not None:
            return self._bar.open_ms + self.candles.timeframe_ms
        return NEVER_MS if self._upcoming is None else self._upcoming.open_ms

    @property
    def is_over(self) -> bool:
        """Whether it has played all its bars; the last prices then stand."""
        return self.due == NEVER_MS

    def step(self, *, low_first: bool | None) -> Tick | None:
        """What happens at `due`: a price, or None where a bar closed.

        Args:
            low_first: Which extreme a bar that begins now meets first; None: the one its close is further from.
        """
        if self._tick is None and self._bar is not None:
            self.candles.close()
            self._bar = None
            return None
        if self._tick is None:
            self._begin(low_first=low_first)
        tick = self._tick
        if tick is None:
            return None
        self._tick = next(self._ticks, None)
        self._trade(tick)
        return tick

    def took(self, ts: int, price: Decimal, size: Decimal, side: str) -> Print:
        """Put a trade of the account's own on the tape; it moves the last price."""
        ticks = int(price / self.listing.tick)
        self.is_up = ticks > self._last or (ticks == self._last and self.is_up)
        self._last = ticks
        return self._print(ts, price, size, side)

    def _begin(self, *, low_first: bool | None) -> None:
        bar = self._upcoming
        if bar is None:
            return
        self._upcoming = next(self._future, None)
        self._bar = bar
        self._ticks = walk(
            bar,
            timeframe_ms=self.candles.timeframe_ms,
            step_ms=self._params.step_ms,
            low_first=bar.close >= bar.open if low_first is None else low_first,
            tick=float(self.listing.tick),
        )
        self._tick = next(self._ticks, None)

    def _trade(self, tick: Tick) -> None:
        if self._bar is None:
            return
        lag = self._params.mark_lag_ms
        weight = 1 - exp(-(tick.ts - self.ts) / lag) if lag else 1.0
        self._mark += (tick.price - self._mark) * weight
        self.ts = tick.ts
        self.is_up = tick.price > self._last or (tick.price == self._last and self.is_up)
        self._last = tick.price
        self.depth.move(tick.price, is_up=self.is_up)
        price = self.listing.price(tick.price)
        self.candles.trade(self._bar.open_ms, float(price), tick.volume)
        size = self.listing.whole_lots(Decimal(repr(tick.volume)))
        if size:
            self._print(tick.ts, price, size, "Buy" if self.is_up else "Sell")

    def _print(self, ts: int, price: Decimal, size: Decimal, side: str) -> Print:
        self.seq += 1
        made = Print(ts, price, size, side, self.is_up, self.seq)
        self.tape.append(made)
        return made
