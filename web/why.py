"""A journaled evaluation, as the answer to "why did it not trade?"."""

from collections.abc import Sequence
from typing import Any, cast

from core.evaluation.told import from_journal, told
from core.message import Json
from core.records import JournalRow
from web.encode import iso


def evaluation_json(row: JournalRow) -> dict[str, Json]:
    """The bar, the decision and every guard's verdict in the documented order."""
    facts = row.facts
    open_ms = facts.get("bar_open_ms")
    guards = cast("Sequence[Sequence[Any]]", facts.get("guards") or ())
    return {
        "seq": row.seq,
        "ts": row.ts,
        "bar_time": iso(open_ms) if isinstance(open_ms, int) else None,
        "bar_open_ms": open_ms,
        "symbol": facts.get("symbol"),
        "decision": row.event,
        "first": row.reasons[0] if row.reasons else None,
        "mode": facts.get("mode"),
        "side": facts.get("side"),
        "regime": facts.get("regime"),
        "guards": cast("Json", told(from_journal(guards))),
    }
