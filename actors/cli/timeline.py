"""`chartwright timeline`: the regime's path, and what moved or held it."""

from collections.abc import Iterator
from typing import Any

from rich.console import Console
from rich.markup import escape

from actors.adapters.ledger.reader import LedgerReader
from actors.cli.journals import opened_journal
from actors.cli.options import AsJson, Database, StateDir
from actors.cli.output import moment, page, told
from core.durations import MINUTE_MS
from core.reasons import Reason
from core.records import JournalRow

_PAGE_ROWS = 5_000
_NAMES = {"dxy": "dollar", "btc_dominance": "dominance", "news": "news"}


def timeline(*, state_dir: StateDir = None, database: Database = None, as_json: AsJson = False) -> None:
    """The regime's path with its reasons: what each input gave, what would flip it, how long the dwell holds.

    Example: chartwright timeline --state-dir run/
    """
    with opened_journal(state_dir, database) as reader:
        steps = [_step(row) for row in _rows(reader)]
    if as_json:
        told(steps)
    else:
        _show(steps)


def _rows(reader: LedgerReader) -> Iterator[JournalRow]:
    after = 0
    while rows := reader.rows(after=after, limit=_PAGE_ROWS, kinds=("transition",), machine="regime"):
        yield from rows
        after = rows[-1].seq


def _step(row: JournalRow) -> dict[str, Any]:
    """One record of the regime, its facts as they were."""
    return {
        "ts": row.ts,
        "from": row.source[0] if row.source else None,
        "to": row.target[0],
        "event": row.event,
        "reasons": list(row.reasons),
        **row.facts,
    }


def _show(steps: list[dict[str, Any]]) -> None:
    console = page()
    if not steps:
        console.print("The regime has not been named yet.")
    for step in steps:
        moved = step["from"] != step["to"]
        console.print(f"[bold]{moment(step['ts'])}[/]  {_headline(step, moved=moved)}", soft_wrap=True)
        _explain(console, step, moved=moved)


def _headline(step: dict[str, Any], *, moved: bool) -> str:
    if step["from"] is None:
        return f"begins {step['to']}"
    if moved:
        return f"{step['from']} → [bold]{step['to']}[/]"
    candidate = step.get("candidate")
    return f"stays {step['to']}" + (f", {candidate} leads" if candidate and candidate != step["to"] else "")


def _explain(console: Console, step: dict[str, Any], *, moved: bool) -> None:
    for code in step["reasons"]:
        console.print(f"    {Reason[code].meaning}", style=None if moved else "dim", soft_wrap=True)
    for line in _details(step):
        console.print(f"    {escape(line)}", style="dim", soft_wrap=True)


def _details(step: dict[str, Any]) -> Iterator[str]:
    """What the record measured, in sentences."""
    if "events" in step:
        yield f"{', '.join(step['events'])}; until {moment(step['until'])}"
    inputs: dict[str, dict[str, Any]] = step.get("inputs", {})
    if inputs:
        gave = (f"{_NAMES.get(name, name)} {each['contribution']:+.2f}" for name, each in inputs.items())
        yield f"risk score {step['risk_score']:+.2f}: {', '.join(gave)}; {step['candidate']} scores {step['score']:.2f}"
    flips = {name: flip for name, flip in step.get("flips", {}).items() if flip}
    if flips:
        moves = (f"{_NAMES.get(name, name)} at {flip[0]:+.2f} ({flip[1]})" for name, flip in flips.items())
        stands = ", ".join(f"{_NAMES.get(name, name)} {inputs[name]['trend']:+.2f}" for name in flips if name in inputs)
        yield f"would flip it: {', '.join(moves)}; now {stands}"
    if step.get("dwell_left_ms"):
        yield f"the dwell holds for {step['dwell_left_ms'] / MINUTE_MS:.0f} more minutes"
