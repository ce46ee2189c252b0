"""From chunks of history to inputs in time order: the one place that says what becomes known when."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Protocol

from core.market.bars import Bars
from core.market.chunk import Chunk, Known
from core.message import Json
from core.messages import BarClosed, BarOpened, BarRanged, BarsMissing

Item = tuple[int, object]
"""(event time in UTC ms, input)."""

_SLICE = 4096


class Fingerprinted(Protocol):
    """A market that can be told from others."""

    def fingerprint(self) -> dict[str, Json]:
        """What makes it this market and no other."""


class Source(Fingerprinted, Protocol):
    """A market that can be read from its beginning, and gives the same every time."""

    symbol: str
    timeframe_ms: int

    def history(self) -> Chunk | None:
        """What is known before the first input, or None."""

    def chunks(self) -> Iterator[Chunk]:
        """Stretch after stretch, oldest first."""


def inputs(chunks: Iterable[Chunk]) -> Iterator[Item]:
    """Every input of the market, with its time.

    A bar is three inputs: its open at its open time, its range and its close at its close time. What became known up
    to and including a moment comes before the bar inputs of that moment; a gap is announced before the bar after it.
    """
    previous: int | None = None
    for chunk in chunks:
        news = _Pending(chunk.known())
        timeframe_ms = chunk.bars.timeframe_ms
        for bar in rows(chunk.bars):
            open_ms = bar.open_ms
            yield from news.until(open_ms)
            if previous is not None and open_ms > previous + timeframe_ms:
                missing = (open_ms - previous) // timeframe_ms - 1
                yield open_ms, BarsMissing(bar.symbol, previous + timeframe_ms, open_ms - timeframe_ms, missing)
            yield open_ms, BarOpened(bar.symbol, open_ms, bar.open)
            close_ms = open_ms + timeframe_ms
            yield from news.until(close_ms)
            yield close_ms, BarRanged(bar.symbol, close_ms, bar.open, bar.high, bar.low)
            yield close_ms, bar
            previous = open_ms


def rows(bars: Bars) -> Iterator[BarClosed]:
    """Each bar as the message of its close."""
    symbol = bars.symbol
    for first in range(0, len(bars), _SLICE):
        part = bars.between(first, first + _SLICE)
        columns = (part.open_ms, part.open, part.high, part.low, part.close, part.volume)
        flags = [False] * len(part) if part.incomplete is None else part.incomplete.tolist()
        for open_ms, open_, high, low, close, volume, incomplete in zip(
            *(column.tolist() for column in columns), flags, strict=True
        ):
            yield BarClosed(symbol, open_ms, open_, high, low, close, volume, incomplete)


def bar_at(bars: Bars, index: int) -> BarClosed:
    """One bar as the message of its close."""
    return BarClosed(
        bars.symbol,
        bars.open_ms.item(index),
        bars.open.item(index),
        bars.high.item(index),
        bars.low.item(index),
        bars.close.item(index),
        bars.volume.item(index),
        bars.incomplete is not None and bars.incomplete.item(index),
    )


class _Pending:
    """Macro values and headlines not yet given out."""

    def __init__(self, found: Iterable[Known]) -> None:
        self._found = iter(found)
        self._next = next(self._found, None)

    def until(self, moment: int) -> Iterator[Item]:
        """All of them up to and including a moment."""
        while self._next is not None and self._next.ts <= moment:
            yield self._next.ts, self._next
            self._next = next(self._found, None)


def last_ms(chunk: Chunk) -> int:
    """When everything in a chunk is known, UTC ms."""
    ends = chain(
        (int(chunk.bars.open_ms[-1]) + chunk.bars.timeframe_ms,) if len(chunk.bars) else (),
        (item.ts for item in chunk.macro[-1:]),
        (item.ts for item in chunk.news[-1:]),
    )
    return max(ends, default=0)
