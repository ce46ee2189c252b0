"""Closed trades, put together from what the journal keeps of each position's life."""

from typing import Any

from core.message import Json
from core.records import JournalRow
from web.ports import JournalReader

_PAGE = 1_000
_ROWS_A_TRADE = 8
"""About how many a position leaves behind; only how much is read at once depends on it."""


def closed_trades(journal: JournalReader, *, after: int, limit: int, newest: bool) -> list[dict[str, Json]]:
    """Trades whose end has `seq > after`, oldest first: the first `limit` of them, or with `newest` the last."""
    ends = _last_ends(journal, after, limit) if newest else _first_ends(journal, after, limit)
    return [_told(journal, row) for row in ends]


def _first_ends(journal: JournalReader, after: int, limit: int) -> list[JournalRow]:
    found: list[JournalRow] = []
    while len(found) < limit:
        rows = journal.rows(after=after, limit=_PAGE, kinds=("transition",), machine="position")
        found += filter(_is_end, rows)
        if len(rows) < _PAGE:
            break
        after = rows[-1].seq
    return found[:limit]


def _last_ends(journal: JournalReader, after: int, limit: int) -> list[JournalRow]:
    """Ever more of the newest rows, until they hold enough ends or there are no more."""
    size = _ROWS_A_TRADE * limit
    while True:
        rows = journal.rows(after=after, limit=size, kinds=("transition",), machine="position", newest=True)
        found = [row for row in rows if _is_end(row)]
        if len(found) >= limit or len(rows) < size:
            return found[-limit:]
        size *= 4


def _is_end(row: JournalRow) -> bool:
    return row.event == "close"


def _told(journal: JournalReader, end: JournalRow) -> dict[str, Json]:
    """One trade: its plan and fills are looked up under its instance."""
    life = journal.rows(instance=end.instance, kinds=("transition",), limit=_PAGE)
    facts: dict[str, Any] = end.facts
    plan = life[0]
    fills: list[dict[str, Any]] = [row.facts for row in life if row.event == "fill"]
    quantity = sum(fill["quantity"] for fill in fills)
    return {
        "seq": end.seq,
        "instance": end.instance,
        "symbol": end.instance.partition("/")[0],
        "mode": facts["mode"],
        "side": plan.facts["side"],
        "opened_ms": next(row.ts for row in life if row.event == "fill"),
        "closed_ms": end.ts,
        "bars": facts["bars"],
        "quantity": quantity,
        "entry_price": sum(fill["quantity"] * fill["price"] for fill in fills) / quantity,
        "exit_price": facts["price"],
        "exit": facts["exit"],
        "profit": facts["profit"],
        "r_multiple": facts["r_multiple"],
        "fees": facts["fees"],
        "funding": facts["funding"],
        "entry_reasons": list(plan.reasons),
    }
