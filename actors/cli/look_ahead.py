"""`chartwright look-ahead`: history cut off at many points, and whether anything decided otherwise for it."""

from dataclasses import replace
from functools import partial
from typing import Annotated, Any, cast

import typer

from actors.cli import options as opt
from actors.cli.backtest import files, regime_remarks
from actors.cli.output import moment, page, plain_table, told, warn
from actors.lab.look_ahead import Looked, cut_points
from actors.lab.look_ahead import look_ahead as looked
from actors.lab.observed import observed
from actors.lab.pool import cores, pool
from actors.replay import ReplaySource
from actors.sources import Files, replayed
from actors.system import crew_params
from settings import load

_SHOWN = 20
Cuts = Annotated[int, typer.Option(min=1, help="Points to cut history off at.", rich_help_panel="Cuts")]
Last = Annotated[int, typer.Option(min=1, help="Bars to compare before each.", rich_help_panel="Cuts")]


def look_ahead(  # noqa: PLR0913  the command's options
    *,
    candles: opt.Candles = None,
    cuts: Cuts = 20,
    last_bars: Last = 20,
    symbol: opt.Symbol = None,
    first: opt.From = None,
    last: opt.To = None,
    timeframe: opt.Timeframe = None,
    macro: opt.Macro = None,
    news: opt.News = None,
    calendar: opt.Calendar = None,
    profile: opt.Profile = "default",
    config: opt.Config = None,
    assignments: opt.Set = None,
    seed: opt.Seed = opt.DEFAULT_SEED,
    as_json: opt.AsJson = False,
) -> None:
    """Cut history off at many points and compare what is decided on the last bars with the whole history's run.

    Candles, macro values and headlines are read anew up to each cut. Any difference is look-ahead: exit code 1.

    Example: chartwright look-ahead --candles BTCUSDT-5m.csv --macro macro/
    """
    settings = load(profile=profile, config=config, overrides=opt.overrides(assignments, timeframe))
    named = files(candles, symbol=symbol, first=first, last=last, macro=macro, news=news, calendar=calendar)
    minutes = settings.measure.timeframe_minutes
    opened = replayed(named, minutes=minutes)
    warn((*opened.remarks, *regime_remarks(opened, settings)))
    bars = cast("ReplaySource", opened.source).whole().bars
    points = cut_points(bars.open_ms.tolist(), count=cuts, seed=seed)
    market = partial(_market, named, minutes)
    observe = partial(observed, params=crew_params(settings))
    with pool(min(cores(), 1 + len(points))) as workers:
        found = looked(market, observe, points, last=last_bars, run=workers.map)
    answer(found, as_json=as_json)


def answer(found: Looked, *, as_json: bool) -> None:
    """Tell what was found.

    Raises:
        typer.Exit: With 1 where there is look-ahead.
    """
    told(_document(found)) if as_json else _show(found)
    if found.peeks:
        raise typer.Exit(1)


def _market(named: Files, minutes: int, cut_ms: int | None) -> ReplaySource:
    cut = named if cut_ms is None else replace(named, last_ms=cut_ms)
    return cast("ReplaySource", replayed(cut, minutes=minutes).source)


def _document(found: Looked) -> dict[str, Any]:
    return {
        "look_ahead": bool(found.peeks),
        "cuts_ms": found.cuts,
        "bars_compared": found.bars,
        "values_compared": found.fields,
        "differences": [
            {
                "field": peek.field,
                "bar_open_ms": peek.bar_ms,
                "cut_ms": peek.cut_ms,
                "without_future": peek.known,
                "with_future": peek.ahead,
            }
            for peek in found.peeks
        ],
    }


def _show(found: Looked) -> None:
    console = page()
    compared = f"{found.fields:,} values on {found.bars:,} bars before {len(found.cuts)} cuts"
    if not found.peeks:
        console.print(f"No look-ahead: {compared} are the same with and without what came later.")
        return
    console.print(
        f"[bold red]Look-ahead[/]: {len(found.peeks):,} of {compared} change when what comes later is known.\n"
    )
    table = plain_table("bar", "field", "without the future", "with it", "cut at")
    for peek in found.peeks[:_SHOWN]:
        table.add_row(moment(peek.bar_ms), peek.field, str(peek.known), str(peek.ahead), moment(peek.cut_ms))
    console.print(table)
    if len(found.peeks) > _SHOWN:
        console.print(f"… and {len(found.peeks) - _SHOWN:,} more; --json tells all.")
