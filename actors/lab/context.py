"""What the slow layers say over a whole history, heard before the first trade: they do not depend on trades.

The feeds and the regime run through everything that became known, and their timers, exactly as in a bar-by-bar run;
what they tell strategist and gate is kept with its time, to be told when the trades have got there.
"""

from collections.abc import Mapping
from typing import cast

import numpy as np

from actors.crew import Crew
from actors.kernel.effects import NOTHING, Effects
from actors.kernel.kernel import Kernel
from actors.kernel.simulated import SimulatedRuntime
from core.market.bars import Times
from core.market.chunk import Chunk
from core.notices import RegimeAssessed
from core.regime.path import RegimePath, Stretch
from core.regime.permissions import Permission


class Context:
    """Every assessment of the regime, by the bar from whose close on it holds.

    Args:
        chunk: Bars, and what became known while they ran.
        crew: Started, and fed nothing yet.
        kernel: Theirs.
    """

    def __init__(self, chunk: Chunk, crew: Crew, kernel: Kernel) -> None:
        self._crew = crew
        self._kernel = kernel
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
        for known in chunk.known():
            if known.ts > end_ms:
                break
            runtime.run([(known.ts, known)])
        for due_ms, fired in kernel.due(end_ms):
            runtime.admit(fired, due_ms)
        kernel.timers.restore(held)

    def _keep(self, message: object, now: int) -> Effects:
        if isinstance(message, RegimeAssessed):
            self._assessed.append((now, message))
        return NOTHING


def _nobody(message: object, now: int) -> Effects:
    del message, now
    return NOTHING
