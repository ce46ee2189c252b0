"""`chartwright why-not`: every guard's verdict for one bar."""

from typing import Annotated, Any

import typer
from rich.console import Console
from rich.markup import escape

from actors.adapters.files.times import spell
from actors.adapters.ledger.reader import LedgerReader
from actors.cli.journals import opened_journal
from actors.cli.options import AsJson, Database, StateDir, time_ms
from actors.cli.output import page, plain_table, told
from core.errors import ConfigurationError
from core.evaluation.guards import GUARDS
from core.evaluation.told import from_journal
from core.evaluation.told import told as told_guards
from core.message import Json
from core.reasons import Reason
from core.records import JournalRow
from web.encode import iso

At = Annotated[str, typer.Option(metavar="TIME", help="The last bar closed at or before this: ISO, UTC, or epoch ms.")]
OfSymbol = Annotated[str | None, typer.Option("--symbol", help="Default: any.")]

_ENDLESS_MS = 2**53
_COMPARED = {"at_least": "at least", "at_most": "at most", "above": "more than"}
_RULES = {guard.name: guard.compares for guard in GUARDS}
_INCOMPLETE = "a breakout must cross on this very bar, and a reversion must close back inside the band"
_UNITS = {
    "WARMING_UP": "bars",
    "DATA_GAP": "bars",
    "BAR_INCOMPLETE": "bars",
    "NO_SIGNAL": "ATR beyond the trigger",
    "SPREAD_TOO_WIDE": "bps",
    "VOLATILITY_SHOCK": "ATR",
    "COST_TOO_HIGH": "of R, or of the target's distance",
    "REWARD_TOO_SMALL": "R",
    "TREND_FILTER_AGAINST": "% an hour along the trade",
    "ANTI_TREND_FILTER": "% an hour along the trade",
}


def why_not(
    *,
    at: At,
    symbol: OfSymbol = None,
    state_dir: StateDir = None,
    database: Database = None,
    as_json: AsJson = False,
) -> None:
    """Every guard's verdict for one bar, the nearest miss first.

    Example: chartwright why-not --at 2024-01-31T12:05
    """
    at_ms = time_ms(at, "--at")
    with opened_journal(state_dir, database) as reader:
        row = reader.evaluation(symbol, _ENDLESS_MS if at_ms is None else at_ms)
        if row is None:
            raise ConfigurationError(_nothing(reader, at, symbol))
    document = answer(row)
    told(document) if as_json else _show(document)


def answer(row: JournalRow) -> dict[str, Json]:
    """A journaled evaluation: failing guards by relative distance, then the unmeasured, then the passing."""
    facts: Any = row.facts
    return {
        "bar_time": iso(facts["bar_open_ms"]),
        "bar_open_ms": facts["bar_open_ms"],
        "symbol": facts["symbol"],
        "decision": row.event,
        "first": row.reasons[0] if row.reasons else None,
        "mode": facts["mode"],
        "side": facts["side"],
        "regime": facts["regime"],
        "guards": [*sorted(told_guards(from_journal(facts["guards"])), key=_nearness)],
    }


def _nearness(guard: dict[str, Any]) -> tuple[int, float]:
    passed, distance = guard["passed"], guard["distance"]
    if passed is not False:
        return (1 if passed is None else 2, 0.0)
    if distance is None:  # a yes or no is never near
        return (0, float("inf"))
    return (0, distance / max(abs(guard["threshold"]), abs(guard["value"]), 1e-12))


def _nothing(reader: LedgerReader, at: str, symbol: str | None) -> str:
    first = reader.rows(kinds=("evaluation",), limit=1)
    last = reader.rows(kinds=("evaluation",), limit=1, newest=True)
    if not first:
        return "no bar was evaluated yet"
    covered = f"the journal covers bars closed from {spell(first[0].ts)} to {spell(last[0].ts)}"
    whose = f" of {symbol}" if symbol else ""
    return f"--at is {at!r}: no bar{whose} was evaluated at or before it; {covered}, of {first[0].instance}"


def _show(document: dict[str, Any]) -> None:
    console = page()
    side = "long" if document["side"] > 0 else "short"
    console.print(f"[bold]{escape(document['symbol'])} {document['bar_time']}[/]: {document['decision']}")
    console.print(f"looked at: {document['mode']} {side}, regime {document['regime']}", style="dim")
    if document["decision"] == "in_position":
        console.print("A position was open, so no entry was looked for.")
    failing = [guard for guard in document["guards"] if guard["passed"] is False]
    for guard in failing:
        _explain(console, guard, first=guard["code"] == document["first"])
    rest = [guard for guard in document["guards"] if guard["passed"] is not False]
    table = plain_table("guard", "verdict", "value", "threshold", numbers=("value", "threshold"))
    for guard in rest:
        verdict = "passed" if guard["passed"] else "not measured"
        table.add_row(guard["guard"], verdict, _value(guard), _number(guard["threshold"]))
    console.print()
    console.print(table)


def _explain(console: Console, guard: dict[str, Any], *, first: bool) -> None:
    reason = Reason[guard["code"]]
    console.print()
    console.print(f"[bold red]{reason.name}[/]{' (the first that blocked)' if first else ''}  {escape(reason.meaning)}")
    if guard["distance"] is not None:
        rule = _COMPARED[_RULES[guard["guard"]]]
        needed = f"it was {_value(guard)} and must be {rule} {_number(guard['threshold'])}"
        console.print(f"  {needed} {escape(_UNITS.get(reason.name, ''))}: {_number(guard['distance'])} away")
    elif reason is Reason.NO_SIGNAL and guard["value"] is not None:
        console.print(f"  it was {_number(guard['value'])} ATR beyond the trigger, yet {_INCOMPLETE}")
    if reason.remedy:
        console.print(f"  {escape(reason.remedy)}", style="dim")


def _value(guard: dict[str, Any]) -> str:
    """The value, with what it is called."""
    if guard["passed"] and guard["value"] is None and guard["threshold"] is not None:
        return "∞"  # bars since what never happened
    return _number(guard["value"]) + (f" ({guard['label']})" if guard["label"] else "")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:,.4g}"
