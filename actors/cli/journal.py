"""`chartwright journal`: what was decided, and why."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from functools import partial
from itertools import islice
from typing import Annotated

import typer
from rich.markup import escape

from actors.adapters.ledger.reader import LedgerReader
from actors.cli.journals import opened_journal
from actors.cli.nearest import one_of
from actors.cli.options import AsJson, Database, StateDir
from actors.cli.output import moment, page, plain_table, told
from core.message import Json
from core.reasons import Reason
from core.records import JournalRow
from machines.catalog import CHARTS
from web.encode import row_json


class Kind(StrEnum):
    """What a journal row is about."""

    INPUT = "input"
    TRANSITION = "transition"
    EVALUATION = "evaluation"
    COMMAND = "command"
    STOP_MOVED = "stop_moved"
    TIMER_SET = "timer_set"
    TIMER_CANCELED = "timer_canceled"


Machine = Annotated[str | None, typer.Option(metavar="CHART", help="Only this chart's.")]
InstanceName = Annotated[str | None, typer.Option("--instance", help="Only this one's, such as BTCUSDT/position/17.")]
Code = Annotated[str | None, typer.Option("--reason", metavar="CODE", help="Only with this reason.")]
Kinds = Annotated[list[Kind] | None, typer.Option("--kind", help="Only this kind, repeatable.")]
After = Annotated[int | None, typer.Option(min=0, metavar="SEQ", help="Only rows after this one, the oldest first.")]
Limit = Annotated[int | None, typer.Option(min=1, help="At most so many. Default: 50; with --json all.")]

_DECISIONS = ("transition", "stop_moved")
_NEWEST = 50
_PAGE_ROWS = 5_000


def journal(  # noqa: PLR0913  the command's options
    *,
    state_dir: StateDir = None,
    database: Database = None,
    machine: Machine = None,
    instance: InstanceName = None,
    reason: Code = None,
    kind: Kinds = None,
    after: After = None,
    limit: Limit = None,
    as_json: AsJson = False,
) -> None:
    """Read what was decided, and why; with or without a running daemon.

    Example: chartwright journal --machine position --limit 20
    """
    machine = None if machine is None else one_of(machine, CHARTS, "machine")
    reason = None if reason is None else one_of(reason, Reason.__members__, "reason")
    kinds = tuple(map(str, kind)) if kind else None if as_json or after is not None else _DECISIONS
    with opened_journal(state_dir, database) as reader:
        find = partial(reader.rows, kinds=kinds, machine=machine, instance=instance, reason=reason)
        rows = _found(find, after=after, limit=limit if limit or as_json else _NEWEST)
        told(_with_hashes(reader, rows)) if as_json else _show(rows)


def _found(find: Callable[..., list[JournalRow]], *, after: int | None, limit: int | None) -> list[JournalRow]:
    """The newest rows, or those after a given one; all of them without a limit."""
    if limit is not None:
        return find(after=after or 0, limit=limit, newest=after is None)
    rows: list[JournalRow] = []
    last = after or 0
    while found := find(after=last, limit=_PAGE_ROWS):
        rows += found
        last = found[-1].seq
    return rows


def _with_hashes(reader: LedgerReader, rows: list[JournalRow]) -> list[dict[str, Json]]:
    hashes: list[str] = []
    left = iter(rows)
    while part := list(islice(left, _PAGE_ROWS)):
        hashes += reader.hashes_of(part)
    return [row_json(row) | {"hash": found} for row, found in zip(rows, hashes, strict=True)]


def _show(rows: list[JournalRow]) -> None:
    if not rows:
        page().print("The journal holds nothing of that kind.")
        return
    table = plain_table("seq", "time (UTC)", "what", "event", "from → to", "why", numbers=("seq",))
    for row in rows:
        why = " ".join(_in_words(code) for code in row.reasons)
        cells = (moment(row.ts), row.instance or row.actor or row.kind, row.event, _move(row), why)
        table.add_row(str(row.seq), *map(escape, cells))
    page().print(table)


def _in_words(code: str) -> str:
    return Reason[code].meaning if code in Reason.__members__ else code


def _move(row: JournalRow) -> str:
    if row.kind == "stop_moved":
        return f"{row.facts['source']:,.2f} → {row.facts['target']:,.2f}"
    if row.kind != "transition":
        return ""
    left = [state for state in row.source if state not in row.target]
    entered = [state for state in row.target if state not in row.source]
    stayed = row.target[-1:] if not (left or entered) else ()
    return f"{_innermost(left) or _innermost(stayed) or '·'} → {_innermost(entered) or _innermost(stayed) or '·'}"


def _innermost(states: Sequence[str]) -> str:
    """The deepest of the states a transition left or entered; document order puts it last."""
    return states[-1] if states else ""
