"""The backtest's road over a history that is known whole: the same actors, asked only when they could answer.

Measures come from one pass over the history and verdicts from columns, both equal bit for bit to what the strategist
works out bar by bar. While nothing is held, the road leads from one entry to the next: no actor would do anything on
the bars between but say no, and those noes are counted from the columns. While something is held, bars on which
position, venue and risk would only take note, or draw the trailing stop, are taken by those three in one go, up to the
first on which one of them would do more.
A test holds this road to the plain one: same records, same digest, same account, same counts.
"""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from actors.crew import Crew, CrewParams
from actors.kernel.kernel import Kernel
from actors.kernel.simulated import SimulatedRuntime
from actors.kernel.transcript import Transcript
from actors.lab.context import Context
from core.durations import NEVER_MS
from core.evaluation.block import CODES, REASONS
from core.evaluation.columns import EvaluationColumns
from core.evaluation.history import history
from core.market.chunk import Chunk
from core.measure.columns import columns
from core.messages import BarOpened, BarRanged
from core.reasons import Reason
from core.records import Cause
from core.trading.booking import BarAssessed
from core.trading.coast import Candles
from core.verdict import Rejected

_NOWHERE: Final[Cause] = (0, 0, 0, 0)
"""A transcript keeps no causes."""
_NOW_AND_THEN: Final = 4096
"""Bars between two words of progress."""
_HALTS: Final = {"halted_for_day": Reason.RISK_HALTED_FOR_DAY, "halted_for_week": Reason.RISK_HALTED_FOR_WEEK}


class Columnar:
    """Runs a crew over one chunk.

    Args:
        chunk: All bars and everything that became known while they ran.
        crew: The actors; started, and no bar was fed to them yet.
        params: Their numbers.
        kernel: Theirs.
        scribe: The kernel's; it counts evaluations that were passed over.
        on_progress: Called now and then with the bars done.
    """

    def __init__(
        self,
        chunk: Chunk,
        crew: Crew,
        kernel: Kernel,
        *,
        params: CrewParams,
        scribe: Transcript,
        on_progress: Callable[[int], None],
    ) -> None:
        self._bars = bars = chunk.bars
        self._symbol, self._open, self._open_ms = bars.symbol, _plain(bars.open), _plain(bars.open_ms)
        self._strategist, self._gate = crew.strategist, crew.gate
        self._risk: Final = crew.risk
        self._position: Final = crew.position
        self._paper: Final = crew.paper
        self._kernel = kernel
        self._scribe = scribe
        self._params = params.evaluation
        self._runtime = SimulatedRuntime(kernel)
        self._on_progress = on_progress
        readings = columns(bars, params.measure)
        self._candles = Candles(*map(_plain, (bars.high, bars.low, bars.close, readings.atr)))
        self._verdicts = EvaluationColumns(readings, params.evaluation, params.flow)
        context = Context(chunk, crew, kernel, params=params)
        self._path = context.path()
        self._told = context
        self._told_until = 0
        self._history = history(self._verdicts, self._path, crew.strategist.views)
        readings.forget()  # some hundred bytes a bar, of which the road needs eight
        self._entries: list[int] = self._history.entries.tolist()
        self._next_entry = 0
        self._reason = self._history.reason
        self._closes = bars.open_ms + bars.timeframe_ms
        self._close_ms = _plain(self._closes)
        self._in_position = np.zeros(len(bars), np.bool_)
        self._entered: list[int] = []
        self._timer_stop = self._first_closing_at(self._timer_ms())
        self._quiet_stop = -1
        self._room = (0.0, 0.0)

    def run(self) -> None:
        """All bars; what the strategist hears of account and position it hears at the end: columns decide here."""
        index, told, bars, risk, position = 0, 0, len(self._bars), self._risk, self._position
        listeners, risk.listeners, position.listeners = (risk.listeners, position.listeners), (), ()
        while index < bars:
            entry = self._flat(index)
            if entry is None:
                break
            first = entry + 1
            index = self._held(first)
            self._in_position[first:index] = True
            if index >= told + _NOW_AND_THEN:
                told = index
                self._on_progress(index)
        self._until(self._close_ms[-1])
        self._tell(bars - 1)
        self._kernel.now = self._close_ms[-1]
        risk.listeners, position.listeners = listeners
        self._strategist.views.position = position.state
        self._strategist.receive(risk.short, self._kernel.now)
        self._count()
        self._on_progress(bars)

    def _flat(self, index: int) -> int | None:
        """Lead the crew to its next entry from bar `index` on; returns the bar at whose close it was made."""
        while index < len(self._bars):
            stop = self._timer_stop
            halt = _HALTS.get(self._risk.state)
            if halt is not None:
                self._refuse(index, stop, halt)
            entry = None if halt is not None else self._candidate(index)
            if entry is None or entry >= stop:
                if stop >= len(self._bars):
                    return None
                index = stop
                self._until(self._close_ms[index])
            elif self._enter(entry):
                return entry
            else:
                index = entry + 1
        return None

    def _candidate(self, index: int) -> int | None:
        """The first bar from `index` on that only risk could refuse."""
        entries, place = self._entries, self._next_entry
        while place < len(entries) and entries[place] < index:
            place += 1
        self._next_entry = place
        return entries[place] if place < len(entries) else None

    def _refuse(self, first: int, stop: int, reason: Reason) -> None:
        """What nothing else blocked is blocked by risk."""
        if "risk" in self._params.guards.off:
            return
        signaled = self._history.entries
        low, high = signaled.searchsorted((first, stop)).tolist()
        self._reason[signaled[low:high]] = CODES[reason]

    def _enter(self, entry: int) -> bool:
        """Propose the entry; False where the account cannot take it."""
        risk, position, now = self._risk, self._position, self._close_ms[entry]
        self._tell(entry)
        views, confidence = self._strategist.views, self._history.confidence.item(entry)
        signal = self._verdicts.signal(self._symbol, entry, confidence, views)
        self._runtime.tell(risk.address, signal, now)
        if position.is_flat and "risk" not in self._params.guards.off:
            sized = risk.sized(signal)
            if isinstance(sized, Rejected):
                # Risk has said nothing, and the guard would have said why.
                self._reason[entry] = CODES[sized.reason]
                return False
        self._entered.append(entry)
        return not position.is_flat

    def _held(self, index: int) -> int:
        """Lead what is held to its end; returns the first bar at whose close nothing is held any more."""
        bars = len(self._bars)
        self._quiet_stop = -1
        while index < bars:
            calm = self._paper.calm()
            reached = self._coast(index, calm)
            if reached >= bars:
                return bars
            if not self._act(reached, calm if reached == index else self._paper.calm()):
                return reached
            index = reached + 1
        return index

    def _coast(self, index: int, calm: tuple[float, float]) -> int:
        """Let everyone take note of the bars on which nobody would do more; returns the first of another kind."""
        if calm[0] > calm[1]:
            return index
        if self._quiet_stop < 0:
            self._quiet_stop, self._room = self._quiet_end(index), self._risk.room(self._symbol)
        candles, stop = self._candles, min(len(self._bars), self._quiet_stop)
        if stop <= index or candles.low[index] <= calm[0] or candles.high[index] >= calm[1]:
            return index
        marks = self._position.coast(candles, range(index, stop), calm=calm, room=self._room, draw=self._draw)
        if marks and marks[-1] == marks[-1]:  # NaN while the entry has not filled
            self._risk.coast(self._symbol, marks)
        return index + len(marks)

    def _draw(self, index: int, level: float) -> float:
        """Draw the stop: what position, gate, venue and position say to each other, the gate's passing on left out."""
        position, venue = self._position, self._paper
        price = position.drawn(level)
        amended = None if price is None else venue.draw(price)
        if amended is not None:
            now = self._close_ms[index]
            for record in position.receive(amended, now):
                self._scribe.recorded(_NOWHERE, record)  # type: ignore[arg-type]  # it tells nobody
        return venue.stop

    def _quiet_end(self, index: int) -> int:
        """The first bar during which a timer is due or funding is charged."""
        acts_ms = self._paper.acts_at(self._open_ms[index] - 1)
        if acts_ms == NEVER_MS:
            return self._timer_stop
        return min(self._timer_stop, int(self._bars.open_ms.searchsorted(acts_ms)))

    def _act(self, index: int, calm: tuple[float, float]) -> bool:
        """One bar's inputs, those that nobody would act on left out; False where nothing is held at its close."""
        paper, candles = self._paper, self._candles
        open_ms, close_ms, symbol = self._open_ms[index], self._close_ms[index], self._symbol
        open_, high, low = self._open[index], candles.high[index], candles.low[index]
        if index >= self._timer_stop:
            self._until(open_ms)
        is_quiet = index < self._quiet_stop and calm[0] <= calm[1]
        if not is_quiet and paper.fills_at_open(open_ms):
            self._quiet_stop = -1
            self._runtime.admit(BarOpened(symbol, open_ms, open_), open_ms)
            calm = paper.calm()
        if index >= self._timer_stop:
            self._until(close_ms)
        if not (calm[0] < low and high < calm[1]) and paper.fills_within(open_, high, low):
            self._quiet_stop = -1
            self._runtime.tell(paper.address, BarRanged(symbol, close_ms, open_, high, low), close_ms)
        if self._position.is_flat:
            return False
        self._tell(index)
        assessed = BarAssessed(candles.close[index], candles.atr[index], self._strategist.views.regime)
        self._runtime.tell(self._position.address, assessed, close_ms)
        return True

    def _tell(self, index: int) -> None:
        """Tell strategist and gate what the regime keeper said before the close of a bar."""
        firsts = self._told.firsts
        place = self._told_until
        while place < len(firsts) and firsts[place] <= index:
            place += 1
        if place > self._told_until:
            notice, now = self._told.notices[place - 1], self._close_ms[index]
            self._strategist.receive(notice, now)
            self._gate.receive(notice, now)
            self._told_until = place

    def _timer_ms(self) -> int:
        due_ms = self._kernel.timers.next_due()
        return NEVER_MS if due_ms is None else due_ms

    def _first_closing_at(self, moment: int) -> int:
        """Index of the first bar that closes at or after a moment."""
        return int(self._closes.searchsorted(moment))

    def _until(self, moment: int) -> None:
        """Timers up to and including a moment."""
        for due_ms, fired in self._kernel.due(moment):
            self._runtime.admit(fired, due_ms)
        self._timer_stop = self._first_closing_at(self._timer_ms())
        self._quiet_stop = -1

    def _count(self) -> None:
        """Tell the strategist what its evaluations would have come to."""
        bars, blocked = len(self._bars), ~self._in_position
        blocked[self._entered] = False
        codes = np.bincount(self._reason[blocked], minlength=len(REASONS))
        decisions = {
            "entry": len(self._entered),
            "blocked": int(blocked.sum()),
            "in_position": int(self._in_position.sum()),
        }
        ends = [stretch.first for stretch in self._path.stretches[1:]] + [bars]
        by_regime: dict[str, int] = {}
        for stretch, end in zip(self._path.stretches, ends, strict=True):
            by_regime[stretch.regime] = by_regime.get(stretch.regime, 0) + end - stretch.first
        self._strategist.counted(
            self._bars,
            decisions={name: count for name, count in decisions.items() if count},
            blocked={REASONS[code].name: codes.item(code) for code in np.flatnonzero(codes)},
            by_regime={name: count for name, count in by_regime.items() if count},
        )
        self._scribe.evaluations += bars


def _plain(column: Any) -> Sequence[Any]:
    """A column read in place, number by number, as plain numbers: an array gives its own kind."""
    plain: Any = np.ascontiguousarray(column)
    return memoryview(plain)
