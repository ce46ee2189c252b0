"""Many symbols in one backtest: what is run, and what it came to, a row for each."""

from time import perf_counter
from typing import Any

from actors.adapters.files.times import span
from actors.cli.idle import idle_remarks
from actors.cli.output import page, plain_table, progress, warn
from actors.lab.symbols import Traded, all_traded, in_folder, total
from actors.sources import Files
from actors.system import crew_params
from core.errors import ConfigurationError
from core.message import Json
from settings import Settings

_ACCOUNTS = "one per symbol"


def several(named: Files, settings: Settings, *, wanted: list[str], bars: int | None) -> dict[str, Any]:
    """Run the symbols of a folder.

    Args:
        named: The folder as candles, and what all symbols share.
        settings: Of every run.
        wanted: Which symbols; none: all.
        bars: Stop each after so many bars.

    Raises:
        ConfigurationError: If the candles are no folder or lack a symbol.
    """
    if not named.candles.is_dir():
        raise ConfigurationError(
            f"--candles is {str(named.candles)!r}: many symbols are read from a folder with a candle file for each"
        )
    paths = in_folder(named.candles, wanted)
    started = perf_counter()
    with progress("symbols", len(paths)) as shown:
        runs = all_traded(paths, named, crew_params(settings), limit_bars=bars, on_progress=shown)
    elapsed_s = perf_counter() - started
    warn(_remarks(runs, settings))
    return {
        "accounts": _ACCOUNTS,
        "symbols": [each.document for each in runs],
        "total": {**total(runs), "elapsed_s": elapsed_s},
    }


def show(document: dict[str, Any]) -> None:
    """Print a row for each symbol and one for all."""
    console, rows, whole = page(), document["symbols"], document["total"]
    console.print(
        f"[bold]{len(rows)} symbols {span(rows[0]['timeframe_ms'])}[/] · profile {document['profile']} · one account "
        "per symbol: neither balance nor limits are shared"
    )
    console.print(f"{whole['bars']:,} bars in {whole['elapsed_s']:.1f} s, reading and starting included\n")
    numbers = ("bars", "trades", "won", "fees", "funding", "net", "equity", "drawdown", "R a trade", "s")
    table = plain_table("symbol", *numbers, numbers=numbers)
    for row in rows:
        table.add_row(row["symbol"], *_cells(row))
    table.add_row("[bold]total[/]", *_cells(whole))
    console.print(table)


def _remarks(runs: list[Traded], settings: Settings) -> tuple[str, ...]:
    """Every sentence once, however many symbols it is true of."""
    told = (text for run in runs for text in (*run.remarks, *idle_remarks(settings, has_macro=run.has_macro)))
    return tuple(dict.fromkeys(told))


def _cells(row: dict[str, Any]) -> tuple[str, ...]:
    deepest: Json = row.get("max_drawdown_pct")
    expectancy: Json = row["expectancy_r"]
    return (
        f"{row['bars']:,}",
        f"{row['trades']:,}",
        f"{row['wins']:,}",
        f"{row['fees']:,.2f}",
        f"{row['funding']:,.2f}",
        f"{row['final_equity'] - row['start_balance']:+,.2f}",
        f"{row['final_equity']:,.2f}",
        "-" if deepest is None else f"{deepest:.2f} %",
        "-" if expectancy is None else f"{expectancy:+.3f}",
        f"{row['elapsed_s']:.1f}",
    )
