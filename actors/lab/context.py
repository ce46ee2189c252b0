"""What the slow layers say over a whole history, heard before the first trade: they do not depend on trades.

The feeds and the regime run through everything that became known, and their timers, exactly as in a bar-by-bar run;
what they tell strategist and gate is kept with its time, to be told when the trades have got there. Of the bars they
hear only how far the price has come, which the strategist would tell them.
"""

from collections.abc import Iterator, Mapping
from heapq import merge
from operator import itemgetter
from typing import cast

import numpy as np

from actors.crew import Crew, CrewParams
from actors.kernel.effects import NOTHING, Effects
from actors.kernel.kernel import Kernel
from actors.kernel.simulated import SimulatedRuntime
from core.durations import HOUR_MS
from core.flow.price import price_trend
from core.market.bars import Bars, Times
from core.market.chunk import Chunk
from core.measure.batch.change import price_change
from core.measure.panel import CHANGE_SPAN_MS, WEEK_SPAN_MS
from core.notices import PriceMoved, RegimeAssessed
from core.regime.path import RegimePath, Stretch
from core.regime.permissions import Permission

_MEASURED = ("open_ms", "close")


class Context:
    """Every assessment of the regime, by the bar from whose close on it holds.

    Args:
        chunk: Bars, and what became known while they ran.
        crew: Started, and fed nothing yet.
        kernel: Theirs.
        params: The actors' numbers.
        before: Bars in front of the chunk's, which the crew remembers.
    """

    def __init__(
        self, chunk: Chunk, crew: Crew, kernel: Kernel, *, params: CrewParams, before: Bars | None = None
    ) -> None:
        self._crew = crew
        self._kernel = kernel
        self._params = params
        self._before = chunk.bars.between(0, 0) if before is None else before
        self._delay_ms = 0
        self._closes_ms: Times = chunk.bars.open_ms + chunk.bars.timeframe_ms
        self._assessed: list[tuple[int, RegimeAssessed]] = []
        self._hear(chunk)
        self.firsts: list[int] = []
        """Index of the first bar under each of `notices`."""
        self.notices: list[RegimeAssessed] = []
        times = np.array([now for now, _ in self._assessed], np.int64)
        for first, (_, notice) in zip(self._closes_ms.searchsorted(times).tolist(), self._assessed, strict=True):
            if self.firsts and self.firsts[-1] == first:
                self.notices[-1] = notice  # two before one close: the later is what the close sees
            else:
                self.firsts.append(first)
                self.notices.append(notice)

    def path(self, transitions: Mapping[tuple[str, str], int] | None = None) -> RegimePath:
        """What holds on which bars.

        Args:
            transitions: What the charts came to, for a caller who counted them.
        """
        views, bars = self._crew.strategist.views, len(self._closes_ms)
        stretches = [
            Stretch(first, notice.regime, notice.score, notice.permission, notice.btc_dominance)
            for first, notice in zip(self.firsts, self.notices, strict=True)
            if first < bars
        ]
        if not stretches or stretches[0].first:
            permission = cast("Permission", views.permission)  # told at the start
            dominance = self._crew.strategist.dominance
            stretches.insert(0, Stretch(0, views.regime, views.regime_score, permission, dominance))
        return RegimePath(tuple(stretches), bars, transitions or {})

    def _hear(self, chunk: Chunk) -> None:
        crew, kernel = self._crew, self._kernel
        runtime = SimulatedRuntime(kernel)
        runtime.stand_in(crew.strategist.address, self._keep)
        runtime.stand_in(crew.gate.address, _nobody)
        held = kernel.timers.hold(crew.risk.address)
        end_ms = int(self._closes_ms[-1])
        moves = self._price_moves(chunk.bars) if self._params.regime.hears_price else ()
        for ts, message in merge(((known.ts, known) for known in chunk.known()), moves, key=itemgetter(0)):
            if ts > end_ms:
                break
            if isinstance(message, PriceMoved):
                self._move(runtime, message, ts)
            else:
                runtime.run([(ts, message)])
        for due_ms, fired in kernel.due(end_ms):
            runtime.admit(fired, due_ms)
        kernel.timers.restore(held)

    def _price_moves(self, bars: Bars) -> Iterator[tuple[int, PriceMoved]]:
        """What the strategist would tell, with the times: at the first open of each hour, of the close before it."""
        open_ms, close = (np.concatenate((getattr(self._before, name), getattr(bars, name))) for name in _MEASURED)
        hours = open_ms // HOUR_MS
        closed = np.flatnonzero(hours[1:] != hours[:-1])
        closed = closed[closed + 1 >= len(self._before)]
        changes = (price_change(open_ms, close, span_ms, closed).tolist() for span_ms in (CHANGE_SPAN_MS, WEEK_SPAN_MS))
        told = self._crew.strategist.price
        for ts, days, week in zip(open_ms[closed + 1].tolist(), *changes, strict=True):
            found = price_trend(days, week, self._params.flow)
            if found is not None and found.is_news_after(told):
                told = found
                yield ts, PriceMoved(found)

    def _move(self, runtime: SimulatedRuntime, moved: PriceMoved, now: int) -> None:
        """Tell the regime. It is told at an open: the close of that moment is past, and was decided without it."""
        for due_ms, fired in self._kernel.due(now):
            runtime.admit(fired, due_ms)
        self._delay_ms = 1
        runtime.tell(self._crew.regime.address, moved, now)
        self._delay_ms = 0

    def _keep(self, message: object, now: int) -> Effects:
        if isinstance(message, RegimeAssessed):
            self._assessed.append((now + self._delay_ms, message))
        return NOTHING


def _nobody(message: object, now: int) -> Effects:
    del message, now
    return NOTHING
