"""The regime path of a market: the slow layers' actors run once over it, and what the strategist then knew."""

from collections import Counter
from typing import Protocol

from actors.crew import Crew, CrewParams, opening
from actors.kernel.kernel import Kernel
from actors.kernel.simulated import SimulatedRuntime
from actors.kernel.transcript import Transcript
from actors.lab.context import Context
from actors.market import Source
from core.market.chunk import Chunk
from core.messages import SourceEnded, SystemStopped
from core.records import Transition
from core.regime.path import RegimePath


class Whole(Source, Protocol):
    """A market that is known to its end."""

    def whole(self, limit_bars: int | None = None) -> Chunk:
        """Everything from the first bar on, or the first so many bars of it."""


def regime_path(source: Whole, params: CrewParams, *, limit_bars: int | None = None) -> RegimePath:
    """What feeds, news, calendar and regime come to; no setting that a sweep changes moves them.

    Args:
        source: The market.
        params: The actors' numbers.
        limit_bars: Only the first so many bars; None: all.
    """
    context, transitions = _heard(source, params, limit_bars)
    return context.path(Counter((each.machine, each.event) for each in transitions))


def regime_records(source: Whole, params: CrewParams) -> list[Transition]:
    """Every record of the regime's chart over a market, oldest first, as a run's journal would hold them.

    Args:
        source: The market.
        params: The actors' numbers.
    """
    _, transitions = _heard(source, params, None)
    return [each for each in transitions if each.machine == "regime"]


def _heard(source: Whole, params: CrewParams, limit_bars: int | None) -> tuple[Context, list[Transition]]:
    """The slow layers, run from start to stop, and every transition they made."""
    chunk, before, transcript = source.whole(limit_bars), source.history(), Transcript()
    crew = Crew(source.symbol, source.timeframe_ms, params)
    kernel = Kernel(crew.deciders, transcript)
    runtime = SimulatedRuntime(kernel)
    crew.remember(source)
    kernel.now = int(chunk.bars.open_ms[0])
    for message in opening(resumed=False):
        runtime.admit(message, kernel.now)
    context = Context(chunk, crew, kernel, params=params, before=None if before is None else before.bars)
    for message in (SourceEnded(), SystemStopped()):
        runtime.admit(message, kernel.now)
    return context, [each for each in transcript.records if type(each) is Transition]
