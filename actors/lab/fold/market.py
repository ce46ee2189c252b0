"""A stretch of a market as a daemon started at its beginning would have met it.

Measures begin with the bars before the stretch, the slow layers with what was published before it; decisions are only
taken within it, and nothing that became known after it is there to be seen.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import nan

import numpy as np

from actors.crew import CrewParams
from actors.lab.regime_path import regime_path
from actors.replay import ReplaySource
from core.durations import DAY_MS
from core.errors import ConfigurationError
from core.market.bars import Bars
from core.market.chunk import Chunk
from core.message import Json
from core.messages import MacroPublished, NewsPublished
from core.regime.path import RegimePath, Stretch
from core.regime.permissions import permit

_WARM_UP_MS = 30 * DAY_MS
"""History in front of a stretch, or `measure.warm_up_bars` where that is longer: the look-backs as declared end within
it on bars of an hour or less, and smoothed averages have forgotten its first bar."""


class FoldSource:
    """The source of one stretch: bars `first <= i < last` of a market, and the history before them.

    Args:
        source: The market.
        span: Indices of the first bar and behind the last one; two bars at least.
        warm_up: Bars in front, fewer where the market begins later.
    """

    def __init__(self, source: ReplaySource, span: tuple[int, int], *, warm_up: int) -> None:
        whole, before = source.whole(), source.history()
        first, last = span
        bars = whole.bars.between(first, last)
        end_ms = int(bars.open_ms[-1]) + bars.timeframe_ms
        macro, news = _known(before, whole)
        self.warm_up = min(first, warm_up)
        self.bars = bars
        self.market = ReplaySource(
            bars,
            [each for each in macro if each.ts <= end_ms],
            [each for each in news if each.ts <= end_ms],
            [event for calendar in whole.calendars for event in calendar.events],
        )
        self.symbol, self.timeframe_ms = source.symbol, source.timeframe_ms
        self._joined = whole.bars.between(first - self.warm_up, last)

    @property
    def joined(self) -> Bars:
        """The warm-up's bars and the stretch's."""
        return self._joined

    def history(self) -> Chunk:
        """The warm-up's bars, and what was published before the stretch."""
        before = self.market.history()
        bars = self._joined.between(0, self.warm_up)
        return Chunk(bars) if before is None else replace(before, bars=bars)

    def chunks(self) -> Iterator[Chunk]:
        """The stretch at once."""
        return self.market.chunks()

    def whole(self, limit_bars: int | None = None) -> Chunk:
        """The stretch, or the first so many bars of it."""
        return self.market.whole(limit_bars)

    def fingerprint(self) -> dict[str, Json]:
        """The stretch's, and its warm-up's."""
        return {**self.market.fingerprint(), "warm_up_sha256": self._joined.between(0, self.warm_up).sha256()}

    def path(self, params: CrewParams) -> RegimePath:
        """The regime over `joined`: over the warm-up it is undetermined, which allows nothing."""
        found = regime_path(self, params)
        shifted = [each._replace(first=each.first + self.warm_up) for each in found.stretches]
        if self.warm_up:
            closed = permit("undetermined", None, params.regime)
            shifted.insert(0, Stretch(0, "undetermined", nan, closed, None))
        return RegimePath(tuple(shifted), len(self._joined), found.transitions)


def folded(source: ReplaySource, span_ms: tuple[int, int], params: CrewParams) -> FoldSource:
    """The stretch of a market whose bars open at or after the first time and before the second, UTC ms.

    Raises:
        ConfigurationError: If fewer than two bars open there.
    """
    bars = source.whole().bars
    first, last = np.searchsorted(bars.open_ms, span_ms).tolist()
    if last - first < 2:
        days = (span_ms[1] - span_ms[0]) / DAY_MS
        raise ConfigurationError(
            f"a stretch of {days:.1f} days holds {last - first} bars: the candles have a gap there; choose another "
            "range with --from and --to, or longer stretches"
        )
    warm_up = max(params.evaluation.warm_up_bars, _WARM_UP_MS // source.timeframe_ms)
    return FoldSource(source, (first, last), warm_up=warm_up)


def _known(before: Chunk | None, whole: Chunk) -> tuple[list[MacroPublished], list[NewsPublished]]:
    if before is None:
        return whole.macro, whole.news
    return [*before.macro, *whole.macro], [*before.news, *whole.news]
