"""The replay source: a candle file with the macro values and headlines of the same stretch."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from hashlib import sha256

from core.market.bars import Bars
from core.market.chunk import Chunk
from core.message import Json
from core.messages import CalendarPublished, DerivativesPublished, MacroPublished, NewsPublished, ScheduledEvent


class ReplaySource:
    """A market that has already happened.

    Args:
        bars: What is traded.
        macro: Values by the time they were known, those before the first bar included.
        news: Headlines likewise.
        events: Scheduled announcements, known from the first bar on.
        derivatives: What was known of the perpetual, as `macro`.
    """

    def __init__(
        self,
        bars: Bars,
        macro: list[MacroPublished],
        news: list[NewsPublished],
        events: Sequence[ScheduledEvent] = (),
        derivatives: Sequence[DerivativesPublished] = (),
    ) -> None:
        self.symbol = bars.symbol
        self.timeframe_ms = bars.timeframe_ms
        first_ms = int(bars.open_ms[0])
        self.first_ms = first_ms
        self._bars = bars
        self._before = Chunk(
            bars.between(0, 0),
            [m for m in macro if m.ts <= first_ms],
            [n for n in news if n.ts <= first_ms],
            derivatives=[d for d in derivatives if d.ts <= first_ms],
        )
        calendars = [CalendarPublished(first_ms, "file", tuple(sorted(events)))] if events else []
        self._chunk = Chunk(
            bars,
            [m for m in macro if m.ts > first_ms],
            [n for n in news if n.ts > first_ms],
            calendars,
            [d for d in derivatives if d.ts > first_ms],
        )

    def history(self) -> Chunk | None:
        """What was known of the macro side before the first bar; no bars: the warm-up is part of the run."""
        return self._before

    def chunks(self) -> Iterator[Chunk]:
        """Everything at once."""
        yield self._chunk

    def whole(self, limit_bars: int | None = None) -> Chunk:
        """Everything from the first bar on, or the first so many bars of it."""
        chunk = self._chunk
        return chunk if limit_bars is None else replace(chunk, bars=chunk.bars.between(0, limit_bars))

    def fingerprint(self) -> dict[str, Json]:
        """Symbol, timeframe and the hashes of bars and all that became known."""
        before, chunk = self._before, self._chunk
        told = (*before.macro, *chunk.macro, *before.news, *chunk.news, *chunk.calendars)
        told += (*before.derivatives, *chunk.derivatives)
        return {
            "source": "replay",
            "symbol": self.symbol,
            "timeframe_ms": self.timeframe_ms,
            "bars": len(self._bars),
            "bars_sha256": self._bars.sha256(),
            "context_sha256": sha256("\n".join(map(repr, told)).encode()).hexdigest(),
        }
