"""The regime path of a market: the faithful actors run once without its bars, and what the strategist then knew."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from typing import cast

from actors.crew import Crew, CrewParams, opening
from actors.kernel.effects import CancelTimer, SetTimer
from actors.kernel.kernel import Kernel
from actors.kernel.simulated import SimulatedRuntime
from actors.replay import ReplaySource
from core.market.chunk import Chunk
from core.messages import SourceEnded, SystemStopped
from core.records import Cause, Record, Transition
from core.regime.permissions import Permission
from core.sweep.regime_path import RegimePath, Stretch


def regime_path(source: ReplaySource, params: CrewParams, *, limit_bars: int | None = None) -> RegimePath:
    """What feeds, news and regime come to; neither bars nor the settings a sweep changes move them.

    Args:
        source: The market.
        params: The actors' numbers.
        limit_bars: Only the first so many bars; None: all.
    """
    chunk, tally = source.whole(limit_bars), _Tally()
    crew = Crew(source.symbol, source.timeframe_ms, params)
    kernel = Kernel(crew.deciders, tally)
    runtime = SimulatedRuntime(kernel)
    crew.remember(source)
    kernel.now = int(chunk.bars.open_ms[0])
    for message in opening(resumed=False):
        runtime.admit(message, kernel.now)
    closes_ms = (chunk.bars.open_ms + chunk.bars.timeframe_ms).tolist()
    stretches = [_stretch(crew, 0)]
    for now in _events(chunk, kernel, runtime, last_ms=closes_ms[-1]):
        stretch = _stretch(crew, bisect_left(closes_ms, now))
        if stretch.first == stretches[-1].first:  # no bar closed in between, so nobody saw the one before
            stretches.pop()
        if not stretches or stretch[1:] != stretches[-1][1:]:
            stretches.append(stretch)
    for message in (SourceEnded(), SystemStopped()):
        runtime.admit(message, kernel.now)
    return RegimePath(tuple(stretches), len(chunk.bars), dict(tally.transitions))


def _stretch(crew: Crew, first: int) -> Stretch:
    views = crew.strategist.views
    permission = cast("Permission", views.permission)
    return Stretch(first, views.regime, views.regime_score, permission, crew.strategist.dominance)


def _events(chunk: Chunk, kernel: Kernel, runtime: SimulatedRuntime, *, last_ms: int) -> Iterator[int]:
    """Admit macro values, headlines and due timers in their order; the time of each, once it is settled."""
    for known in chunk.known():
        if known.ts > last_ms:
            break
        yield from _due(kernel, runtime, known.ts)
        runtime.admit(known, known.ts)
        yield known.ts
    yield from _due(kernel, runtime, last_ms)


def _due(kernel: Kernel, runtime: SimulatedRuntime, moment: int) -> Iterator[int]:
    for due_ms, fired in kernel.due(moment):
        runtime.admit(fired, due_ms)
        yield due_ms


class _Tally:
    """A scribe that counts transitions."""

    def __init__(self) -> None:
        self.transitions: Counter[tuple[str, str]] = Counter()

    def admitted(self, number: int, now: int, message: object) -> None:
        """Not counted."""

    def recorded(self, cause: Cause, record: Record) -> None:
        """Count a transition, whatever caused it."""
        del cause
        if type(record) is Transition:
            self.transitions[record.machine, record.event] += 1

    def timer_set(self, cause: Cause, actor: str, now: int, effect: SetTimer) -> None:
        """Not counted."""

    def timer_canceled(self, cause: Cause, actor: str, now: int, effect: CancelTimer) -> None:
        """Not counted."""
