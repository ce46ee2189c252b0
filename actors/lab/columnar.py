"""The backtest's fast road over a history that is known whole: the same actors, asked only when they could answer.

Measures come from one pass over the history and verdicts from columns, both equal bit for bit to what the strategist
works out bar by bar. While nothing rests and nothing is held, bars up to the next entry, timer, macro value or headline
are passed over: no actor would do anything on them but say no, and those noes are counted from the columns. While
something is held, a bar's open and range are admitted only where the venue could fill, and its close goes straight to
the position. A test holds this road to the plain one: same digest, same account, same counts.
"""

from collections.abc import Callable, Iterator
from heapq import merge
from operator import attrgetter

import numpy as np

from actors.crew import Crew, CrewParams
from actors.kernel.kernel import Kernel
from actors.kernel.scribe import Transcript
from actors.kernel.simulated import SimulatedRuntime
from actors.market import bar_at
from core.evaluation.block import INDEX, REASONS
from core.evaluation.columns import EvaluationColumns
from core.evaluation.guards import GUARDS
from core.market.chunk import Chunk
from core.measure.columns import ReadingColumns, columns
from core.messages import BarClosed, BarOpened, BarRanged, MacroPublished, NewsPublished

NEVER_MS = 1 << 62
_MANY_REASONS = [INDEX[name] for name in ("regime", "slope", "risk")]
"""Guards whose no has more than one reason."""
PROGRESS_BARS = 8192


class Columnar:
    """Runs a crew over one chunk.

    Args:
        chunk: All bars and everything that became known while they ran.
        crew: The actors; no bar was fed to them yet.
        params: Their numbers.
        kernel: Theirs.
        scribe: The kernel's; it counts evaluations that were passed over.
        after_batch: Called now and then.
    """

    def __init__(
        self,
        chunk: Chunk,
        crew: Crew,
        kernel: Kernel,
        *,
        params: CrewParams,
        scribe: Transcript,
        after_batch: Callable[[], None],
    ) -> None:
        self._chunk = chunk
        self._crew = crew
        self._kernel = kernel
        self._scribe = scribe
        self._runtime = SimulatedRuntime(kernel)
        self._after_batch = after_batch
        self._readings: ReadingColumns = columns(chunk.bars, params.measure)
        self._verdicts = EvaluationColumns(self._readings, params.evaluation, params.flow)
        crew.strategist.read_from(self._readings)
        self._closes_ms = chunk.bars.open_ms + chunk.bars.timeframe_ms
        self._known: Iterator[MacroPublished | NewsPublished] = merge(chunk.macro, chunk.news, key=attrgetter("ts"))
        self._next = next(self._known, None)

    def run(self) -> None:
        """All bars."""
        strategist, venue = self._crew.strategist, self._crew.venue
        index, told = 0, 0
        while index < len(self._closes_ms):
            if not strategist.is_busy and not venue.is_busy:
                # What is known by this bar's close comes before it; its open and range move nobody who holds nothing.
                self._until(self._closes_ms.item(index))
                index = self._pass_over(index)
            if index < len(self._closes_ms):
                index = self._one_by_one(index)
            if index - told >= PROGRESS_BARS:
                told = index
                self._after_batch()

    def _pass_over(self, first: int) -> int:
        """Judge bars as columns up to the next entry or event; returns the index of the first bar not judged."""
        while first < len(self._closes_ms):
            last = int(self._closes_ms.searchsorted(self._quiet_until(), side="left"))
            views, dominance = self._crew.strategist.views, self._crew.strategist.dominance
            entry = self._verdicts.first_entry(first, last, views, dominance)
            stop = last if entry is None else entry
            if stop > first:
                self._count(first, stop)
            if entry is not None:
                return entry
            first = stop
            if first < len(self._closes_ms):
                self._until(self._closes_ms.item(first))
        return first

    def _count(self, first: int, stop: int) -> None:
        """Bars that every one were a no, by the first guard that said it."""
        strategist = self._crew.strategist
        views, dominance = strategist.views, strategist.dominance
        guards = self._verdicts.first_guards(first, stop, views, dominance)
        places = np.bincount(guards, minlength=len(GUARDS))
        if places[_MANY_REASONS].any():
            block = self._verdicts.judge(first, stop, views, dominance)
            codes = np.bincount(block.reason[block.first, np.arange(stop - first)], minlength=len(REASONS))
            blocked = {REASONS[code].name: codes.item(code) for code in np.flatnonzero(codes)}
        else:
            blocked = {GUARDS[place].reason.name: places.item(place) for place in np.flatnonzero(places)}
        strategist.pass_over(self._chunk.bars.between(first, stop), blocked)
        self._scribe.evaluations += stop - first
        self._kernel.number += 3 * (stop - first)
        self._kernel.now = self._closes_ms.item(stop - 1)

    def _one_by_one(self, first: int) -> int:
        """Bars from here on, until nothing rests and nothing is held again; returns the next bar's index."""
        strategist, venue = self._crew.strategist, self._crew.venue
        for index in range(first, len(self._chunk.bars)):
            self._bar(index, bar_at(self._chunk.bars, index))
            if not strategist.is_busy and not venue.is_busy:
                return index + 1
        return len(self._chunk.bars)

    def _bar(self, index: int, bar: BarClosed) -> None:
        """One bar's inputs, those that nobody would act on left out."""
        venue, open_ms = self._crew.venue, bar.open_ms
        close_ms = open_ms + self._chunk.bars.timeframe_ms
        self._until(open_ms)
        if venue.fills_at_open(open_ms):
            self._runtime.admit(BarOpened(bar.symbol, open_ms, bar.open), open_ms)
        self._until(close_ms)
        if venue.fills_within(bar.open, bar.high, bar.low):
            self._runtime.admit(BarRanged(bar.symbol, close_ms, bar.open, bar.high, bar.low), close_ms)
        if self._crew.strategist.is_busy:
            self._runtime.tell(self._crew.position.address, self._crew.strategist.assess(index, bar), close_ms)
            self._scribe.evaluations += 1
        else:
            self._crew.strategist.read_next(index)
            self._runtime.admit(bar, close_ms)

    def _quiet_until(self) -> int:
        """The first moment at which something other than a bar happens, UTC ms."""
        timer = self._kernel.timers.next_due()
        known = NEVER_MS if self._next is None else self._next.ts
        return min(known, NEVER_MS if timer is None else timer)

    def _until(self, moment: int) -> None:
        """Timers, macro values and headlines up to and including a moment, in their order."""
        while self._quiet_until() <= moment:
            known = NEVER_MS if self._next is None else self._next.ts
            for due_ms, fired in self._kernel.due(min(known, moment)):
                self._runtime.admit(fired, due_ms)
            if self._next is not None and known <= moment:
                self._runtime.admit(self._next, known)
                self._next = next(self._known, None)
