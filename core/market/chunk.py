"""A stretch of market history as a source hands it over: bars, and what became known while they ran."""

from dataclasses import dataclass, field

from core.market.bars import Bars
from core.messages import MacroPublished, NewsPublished


@dataclass(frozen=True, slots=True)
class Chunk:
    """Bars of one symbol with the macro values and headlines of the same stretch, each sorted by time."""

    bars: Bars
    macro: list[MacroPublished] = field(default_factory=list)
    news: list[NewsPublished] = field(default_factory=list)
