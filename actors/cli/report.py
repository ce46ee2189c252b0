"""What a run came to, as a trader reads it; the same for a backtest and a daemon."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape

from actors.adapters.files.times import span
from actors.cli.output import page, plain_table
from actors.cli.verdict import verdict
from core.reasons import Reason


def report(document: Mapping[str, Any]) -> None:
    """Print the summary of `actors.lab.summary`."""
    console = page()
    _heading(console, document)
    if not document["bars"]:
        return
    _money(console, document)
    _counts(console, "Bars per regime", "regime", document["by_regime"])
    _refusals(console, document["blocked"], document["bars"])
    _counts(console, "Trades per mode", "mode", document["by_mode"])
    _counts(console, "Trades per exit", "exit", document["by_exit"])
    console.print()
    for sentence in verdict(document):
        console.print(escape(sentence), style="bold")
    console.print(f"transitions {document['transitions']:,} · sha256 {document['transitions_sha256']}", style="dim")


def _heading(console: Console, document: Mapping[str, Any]) -> None:
    if not document["bars"]:
        console.print("No bar was closed.")
        return
    timeframe = span(document["timeframe_ms"])
    console.print(f"[bold]{escape(document['symbol'])} {timeframe}[/] · profile {document['profile']}")
    console.print(
        f"{document['first_time']} to {document['last_time']} · {document['bars']:,} bars"
        f" in {document['elapsed_s']:.1f} s ({document['bars_per_s']:,.0f} a second)"
    )


def _money(console: Console, document: Mapping[str, Any]) -> None:
    start, final = document["start_balance"], document["final_equity"]
    net, costs = final - start, document["fees"] + document["funding"]
    trades, wins = document["trades"], document["wins"]
    closed = sum(document["by_exit"].values())
    rows = [
        ("Trades", f"{trades:,} ({document['fills']:,} fills)"),
        ("Won", f"{wins:,} ({100 * wins / closed:.1f} %)" if closed else "none closed"),
        ("Before costs", f"{net + costs:+,.2f}"),
        ("Fees", f"{-document['fees']:+,.2f}"),
        ("Funding", f"{-document['funding']:+,.2f}"),
        ("Net result", f"[bold {'green' if net > 0 else 'red' if net < 0 else 'white'}]{net:+,.2f}[/]"),
        ("Equity", f"{start:,.2f} to {final:,.2f} ({100 * net / start:+.2f} %)"),
        ("Largest drawdown", f"{document['max_drawdown_pct']:.2f} %"),
        ("Profit factor", _or_dash(document["profit_factor"], ".2f")),
        ("Expectancy", _or_dash(document["expectancy_r"], "+.3f", " R a trade")),
    ]
    table = plain_table("", "")
    table.show_header = False
    for row in rows:
        table.add_row(*row)
    console.print()
    console.print(table)


def _counts(console: Console, title: str, name: str, counts: Mapping[str, int]) -> None:
    if not counts:
        return
    whole = sum(counts.values())
    table = plain_table(name, "count", "share", title=title, numbers=("count", "share"))
    for key, count in _by_size(counts):
        table.add_row(escape(key), f"{count:,}", f"{100 * count / whole:.1f} %")
    console.print()
    console.print(table)


def _refusals(console: Console, blocked: Mapping[str, int], bars: int) -> None:
    if not blocked:
        return
    title = "Why bars were no entries: the first guard that said no"
    table = plain_table("reason", "bars", "share", "meaning", title=title, numbers=("bars", "share"))
    for code, count in _by_size(blocked):
        table.add_row(code, f"{count:,}", f"{100 * count / bars:.1f} %", escape(Reason[code].meaning))
    console.print()
    console.print(table)


def _by_size(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def _or_dash(value: float | None, form: str, unit: str = "") -> str:
    return "-" if value is None else f"{value:{form}}{unit}"
