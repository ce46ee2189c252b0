"""Finer bars into coarser ones, on the UTC grid; no bar is ever invented.

A coarser bar closes with its last part. If that one is missing, it closes when a part of a later bar arrives. A bar
that lacks any part, or has a part that is itself incomplete, is flagged; what never closes is not given out.
"""

from typing import NamedTuple

import numpy as np

from core.errors import ConfigurationError, FeedMalformed
from core.market.bars import Bars, Times


class Bar(NamedTuple):
    """One closed bar, in the order of `Panel.update`."""

    open_ms: int
    open: float
    high: float
    low: float
    close: float
    volume: float
    incomplete: bool = False


class Aggregator:
    """Streaming: give parts, oldest first; get the bars they close.

    Raises:
        ConfigurationError: If `timeframe_ms` is not a multiple of `parts_ms`.
    """

    def __init__(self, timeframe_ms: int, parts_ms: int) -> None:
        _check_multiple(timeframe_ms, parts_ms)
        self._timeframe_ms = timeframe_ms
        self._parts_ms = parts_ms
        self._expected = timeframe_ms // parts_ms
        self._parts = 0
        self._flawed = False
        self._last_ms: int | None = None
        self._bar = Bar(0, 0.0, 0.0, 0.0, 0.0, 0.0)

    def add(self, part: Bar) -> tuple[Bar, ...]:
        """The bars this part closes: usually none or one; two if it ends both a bar cut short and its own.

        Raises:
            FeedMalformed: If the part is off its grid or not later than the one before.
        """
        self._check_order(part.open_ms)
        open_ms = part.open_ms - part.open_ms % self._timeframe_ms
        closed: tuple[Bar, ...] = ()
        if self._parts and open_ms != self._bar.open_ms:
            closed = (self._close(),)
        self._fold(part, open_ms)
        if part.open_ms + self._parts_ms == open_ms + self._timeframe_ms:
            closed = (*closed, self._close())
        return closed

    def _check_order(self, open_ms: int) -> None:
        if open_ms % self._parts_ms:
            raise FeedMalformed(f"part {open_ms} does not open on the grid of {self._parts_ms} ms")
        if self._last_ms is not None and open_ms <= self._last_ms:
            raise FeedMalformed(f"part {open_ms} came after {self._last_ms}: sort and deduplicate before aggregating")
        self._last_ms = open_ms

    def _fold(self, part: Bar, open_ms: int) -> None:
        bar = self._bar
        if self._parts:
            high, low = max(bar.high, part.high), min(bar.low, part.low)
            self._bar = Bar(open_ms, bar.open, high, low, part.close, bar.volume + part.volume)
        else:
            self._bar = part._replace(open_ms=open_ms)
        self._parts += 1
        self._flawed = self._flawed or part.incomplete

    def _close(self) -> Bar:
        bar = self._bar._replace(incomplete=self._flawed or self._parts < self._expected)
        self._parts = 0
        self._flawed = False
        return bar


def aggregate(bars: Bars, timeframe_ms: int) -> Bars:
    """The same as columns, bit for bit what `Aggregator` closes.

    Raises:
        ConfigurationError: If `timeframe_ms` is not a multiple of the bars' own timeframe.
    """
    _check_multiple(timeframe_ms, bars.timeframe_ms)
    open_ms = bars.open_ms - bars.open_ms % timeframe_ms
    first = np.flatnonzero(np.diff(open_ms, prepend=-1))
    last = np.flatnonzero(np.diff(open_ms, append=-1))
    if len(first) and bars.open_ms[-1] + bars.timeframe_ms < open_ms[-1] + timeframe_ms:
        first, last = first[:-1], last[:-1]
    used = int(last[-1]) + 1 if len(last) else 0
    return _fold_columns(bars.between(0, used), timeframe_ms, first, last)


def _fold_columns(bars: Bars, timeframe_ms: int, first: Times, last: Times) -> Bars:
    incomplete = last - first + 1 < timeframe_ms // bars.timeframe_ms
    if bars.incomplete is not None and len(first):
        incomplete |= np.logical_or.reduceat(bars.incomplete, first)
    group = np.repeat(np.arange(len(first)), last - first + 1)
    return Bars(
        symbol=bars.symbol,
        timeframe_ms=timeframe_ms,
        open_ms=bars.open_ms[first] - bars.open_ms[first] % timeframe_ms,
        open=bars.open[first],
        high=np.maximum.reduceat(bars.high, first) if len(first) else bars.high,
        low=np.minimum.reduceat(bars.low, first) if len(first) else bars.low,
        close=bars.close[last],
        # bincount adds in order, as the stream does; add.reduceat adds pairwise and differs in the last bit
        volume=np.bincount(group, weights=bars.volume, minlength=len(first)).astype(np.float64),
        incomplete=incomplete if incomplete.any() else None,
    )


def _check_multiple(timeframe_ms: int, parts_ms: int) -> None:
    if parts_ms <= 0 or timeframe_ms < parts_ms or timeframe_ms % parts_ms:
        raise ConfigurationError(
            f"bars of {timeframe_ms} ms cannot be made of parts of {parts_ms} ms: "
            "the timeframe must be a whole multiple of the parts'"
        )
