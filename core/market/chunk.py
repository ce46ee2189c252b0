"""A stretch of market history as a source hands it over: bars, and what became known while they ran."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from heapq import merge
from operator import attrgetter

from core.market.bars import Bars
from core.messages import CalendarPublished, DerivativesPublished, MacroPublished, NewsPublished

Known = MacroPublished | NewsPublished | CalendarPublished | DerivativesPublished


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bars of one symbol with the macro values and headlines of the same stretch, each sorted by time."""

    bars: Bars
    macro: list[MacroPublished] = field(default_factory=list)
    news: list[NewsPublished] = field(default_factory=list)
    calendars: list[CalendarPublished] = field(default_factory=list)
    derivatives: list[DerivativesPublished] = field(default_factory=list)

    def known(self) -> Iterator[Known]:
        """Everything but the bars, by the time it became known."""
        return merge(self.calendars, self.macro, self.news, self.derivatives, key=attrgetter("ts"))
