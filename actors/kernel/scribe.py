"""The scribe that makes the journal's rows."""

import hashlib
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any, cast

from actors.kernel.effects import CancelTimer, SetTimer
from core.message import Facts, Json, as_dict, is_message
from core.messages import BarClosed, BarOpened, BarRanged, BarsRemembered
from core.records import Cause, Evaluation, JournalRow, Record, StopMoved, Transition, cause_text
from core.trading import reports
from core.trading.reports import Command

_PACK = struct.Struct("<q5d").pack
_row_of: Callable[[type[JournalRow], tuple[Any, ...]], JournalRow] = tuple.__new__
"""The row of these values, in half the time that naming them takes; there are two for many an input."""


_RICH = frozenset({BarsRemembered, *(kind for kind in vars(reports).values() if isinstance(kind, type))})
"""Inputs whose fields are decimals or messages themselves."""


def _plain(value: Any) -> Json:
    """A field as JSON holds it; decimals as text."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if is_message(value):
        return {name: _plain(each) for name, each in as_dict(value).items()}
    return cast("Json", value)


class RowScribe:
    """Turns records into the journal's rows, numbered, until someone takes them.

    Bars are not rows: each batch holds one reference to the bars it admitted, with their hash.

    Args:
        keeps_bars: Bars are rows all the same, because their source cannot be asked for them again.
    """

    def __init__(self, *, keeps_bars: bool = False) -> None:
        self._keeps_bars = keeps_bars
        self.transitions = 0
        self.evaluations = 0
        self.seq = 0
        self._rows: list[JournalRow] = []
        self._bars: dict[str, _BarsReference] = {}

    def admitted(self, number: int, now: int, message: object) -> None:
        """A row for an input, unless it is a bar's."""
        kind = type(message)
        if kind is BarClosed and not self._keeps_bars:
            bar = cast("BarClosed", message)
            self._bars.setdefault(bar.symbol, _BarsReference(bar.symbol)).add(bar, now)
        elif kind is not BarOpened and kind is not BarRanged:
            facts = as_dict(message)
            if kind in _RICH:
                facts = {name: _plain(value) for name, value in facts.items()}
            self.seq = seq = self.seq + 1
            its = (seq, "input", now, "", "", "", 0, kind.__name__, (), (), (), facts, str(number))
            self._rows.append(_row_of(JournalRow, its))

    def recorded(self, cause: Cause, record: Record) -> None:
        """A row for a record, which names its actor itself."""
        if type(record) is Transition:
            self.transitions += 1
            self._transition(cause_text(cause), record)
        elif type(record) is Evaluation:
            self.evaluations += 1
            self._evaluation(cause_text(cause), record)
        elif type(record) is Command:
            self._command(cause_text(cause), record)
        else:
            self._stop_moved(cause_text(cause), cast("StopMoved", record))

    def timer_set(self, cause: Cause, actor: str, now: int, effect: SetTimer) -> None:
        """A row for a timer."""
        self._row(
            "timer_set", now, (actor, ""), event=effect.key, facts={"due_ms": effect.due_ms}, cause=cause_text(cause)
        )

    def timer_canceled(self, cause: Cause, actor: str, now: int, effect: CancelTimer) -> None:
        """A row for a timer that is no more."""
        self._row("timer_canceled", now, (actor, ""), event=effect.key, facts={}, cause=cause_text(cause))

    def save(self) -> Json:
        """Where the counts stand."""
        return {"transitions": self.transitions, "evaluations": self.evaluations}

    def restore(self, saved: Json, *, seq: int) -> None:
        """Go on counting after what is durable."""
        counts = cast("dict[str, int]", saved)
        self.seq, self.transitions, self.evaluations = seq, counts["transitions"], counts["evaluations"]

    def take(self) -> list[JournalRow]:
        """All rows since the last call, closed by the references to their bars."""
        for reference in self._bars.values():
            self._row("input", reference.now, event="bars", facts=reference.facts(), cause="")
        self._bars.clear()
        rows, self._rows = self._rows, []
        return rows

    @property
    def pending(self) -> int:
        """Rows not yet taken."""
        return len(self._rows)

    def _transition(self, cause: str, record: Transition) -> None:
        self.seq = seq = self.seq + 1
        its = (
            seq,
            "transition",
            record.ts,
            record.actor,
            record.machine,
            record.instance,
            record.n,
            record.event,
            record.source,
            record.target,
            tuple([reason.code for reason in record.reasons]),
            record.facts,
            cause,
        )
        self._rows.append(_row_of(JournalRow, its))

    def _evaluation(self, cause: str, record: Evaluation) -> None:
        facts: Facts = {
            "symbol": record.symbol,
            "bar_open_ms": record.bar_open_ms,
            "mode": record.mode,
            "side": record.side,
            "regime": record.regime,
            "guards": [[reason.code, passed, value, limit] for passed, reason, value, limit in record.verdicts],
        }
        reasons = (record.reason,) if record.reason else ()
        whose = (record.actor, record.symbol)
        self._row("evaluation", record.ts, whose, event=record.decision, reasons=reasons, facts=facts, cause=cause)

    def _stop_moved(self, cause: str, record: StopMoved) -> None:
        facts: Facts = {"source": record.source, "target": record.target, **record.facts}
        reasons = tuple([reason.code for reason in record.reasons])
        whose = (record.actor, record.instance)
        self._row("stop_moved", record.ts, whose, event="move_stop", reasons=reasons, facts=facts, cause=cause)

    def _command(self, cause: str, record: Command) -> None:
        reasons = tuple([reason.code for reason in record.reasons])
        whose = (record.actor, record.key)
        self._row("command", record.ts, whose, event=record.verb, reasons=reasons, facts=record.fields, cause=cause)

    def _row(
        self,
        kind: str,
        ts: int,
        whose: tuple[str, str] = ("", ""),
        *,
        event: str,
        reasons: tuple[str, ...] = (),
        facts: Facts,
        cause: str,
    ) -> None:
        self.seq += 1
        actor, instance = whose
        its = (self.seq, kind, ts, actor, "", instance, 0, event, (), (), reasons, facts, cause)
        self._rows.append(_row_of(JournalRow, its))


class _BarsReference:
    """The bars one batch admitted, as the journal refers to them."""

    def __init__(self, symbol: str) -> None:
        self._symbol = symbol
        self._first_ms = -1
        self._last_ms = -1
        self._count = 0
        self._hash = hashlib.sha256()
        self.now = 0

    def add(self, bar: BarClosed, now: int) -> None:
        if not self._count:
            self._first_ms = bar.open_ms
        self._last_ms, self.now = bar.open_ms, now
        self._count += 1
        self._hash.update(_PACK(bar.open_ms, bar.open, bar.high, bar.low, bar.close, bar.volume))

    def facts(self) -> Facts:
        return {
            "symbol": self._symbol,
            "first": self._first_ms,
            "last": self._last_ms,
            "count": self._count,
            "sha256": self._hash.hexdigest(),
        }
