"""The candles of one symbol: those that closed, and the one that is forming."""

from typing import NamedTuple

import numpy as np

from actors.adapters.sandbox.exchange.interval import end, length_ms, start, starts
from core.durations import DAY_MS
from core.market.bars import Bars, Floats

_TIME, _OPEN, _HIGH, _LOW, _CLOSE, _VOLUME = range(6)


class Candle(NamedTuple):
    """One candle of any interval."""

    start: int
    end: int
    """Its last millisecond."""
    open: float
    high: float
    low: float
    close: float
    volume: float
    """Base coin."""
    turnover: float
    """Quote currency; the volume at the mean of the four prices."""


class Day(NamedTuple):
    """The last 24 hours."""

    open: float
    high: float
    low: float
    volume: float
    """Base coin."""
    turnover: float
    """Quote currency."""
    hour_ago: float


class Candles:
    """Base bars and the forming one, told in any interval that is made of them.

    Args:
        history: Closed bars, at least one.
    """

    def __init__(self, history: Bars) -> None:
        self.timeframe_ms = history.timeframe_ms
        columns = (history.open_ms, history.open, history.high, history.low, history.close, history.volume)
        self._rows: Floats = np.column_stack([np.asarray(column, dtype=np.float64) for column in columns])
        self._used = len(self._rows)
        self._closed = self._used

    @property
    def last_price(self) -> float:
        """The newest price there is."""
        return float(self._rows[self._used - 1, _CLOSE])

    @property
    def open_ms(self) -> int:
        """Where the newest bar opens, UTC ms."""
        return int(self._rows[self._used - 1, _TIME])

    def serves(self, interval: str) -> bool:
        """Whether candles of this interval can be made of the base bars."""
        return length_ms(interval) >= self.timeframe_ms and not length_ms(interval) % self.timeframe_ms

    def trade(self, open_ms: int, price: float, volume: float) -> None:
        """Fold a trade into the bar that opens at `open_ms`."""
        if self._used == self._closed:
            if self._used == len(self._rows):
                self._rows = np.concatenate([self._rows, np.empty_like(self._rows)])
            self._rows[self._used] = (open_ms, price, price, price, price, volume)
            self._used += 1
            return
        row = self._rows[self._used - 1]
        row[_HIGH] = max(row[_HIGH], price)
        row[_LOW] = min(row[_LOW], price)
        row[_CLOSE] = price
        row[_VOLUME] += volume

    def close(self) -> None:
        """The forming bar is over."""
        self._closed = self._used

    def told(self, interval: str, *, first_ms: int, last_ms: int, limit: int) -> list[Candle]:
        """Candles with `first_ms <= start <= last_ms`, newest first, at most `limit`; the open one included."""
        times = self._rows[: self._used, _TIME]
        newest = start(interval, min(last_ms, self.open_ms))
        length = 31 * DAY_MS if interval == "M" else length_ms(interval)
        oldest = start(interval, max(first_ms, int(times[0]), newest - limit * length))
        low, high = np.searchsorted(times, [oldest, end(interval, newest)]).tolist()
        found = _grouped(self._rows[low:high], interval)
        return [candle for candle in reversed(found) if first_ms <= candle.start <= last_ms][:limit]

    def day(self, now: int) -> Day:
        """What the tickers say of the last 24 hours."""
        times = self._rows[: self._used, _TIME]
        low = min(int(np.searchsorted(times, now - DAY_MS)), self._used - 1)
        hour = min(int(np.searchsorted(times, now - DAY_MS // 24)), self._used - 1)
        rows = self._rows[low : self._used]
        return Day(
            open=float(rows[0, _OPEN]),
            high=float(rows[:, _HIGH].max()),
            low=float(rows[:, _LOW].min()),
            volume=float(rows[:, _VOLUME].sum()),
            turnover=float(_turnover(rows).sum()),
            hour_ago=float(self._rows[hour, _OPEN]),
        )


def _turnover(rows: Floats) -> Floats:
    return np.asarray(rows[:, _VOLUME] * rows[:, _OPEN : _CLOSE + 1].mean(axis=1))


def _grouped(rows: Floats, interval: str) -> list[Candle]:
    if not len(rows):
        return []
    begins = starts(interval, rows[:, _TIME].astype(np.int64))
    first = np.flatnonzero(np.diff(begins, prepend=-1))
    last = np.append(first[1:], len(rows)) - 1
    columns = zip(
        begins[first].tolist(),
        rows[first, _OPEN].tolist(),
        np.maximum.reduceat(rows[:, _HIGH], first).tolist(),
        np.minimum.reduceat(rows[:, _LOW], first).tolist(),
        rows[last, _CLOSE].tolist(),
        np.add.reduceat(rows[:, _VOLUME], first).tolist(),
        np.add.reduceat(_turnover(rows), first).tolist(),
        strict=True,
    )
    return [Candle(begin, end(interval, begin) - 1, *rest) for begin, *rest in columns]
