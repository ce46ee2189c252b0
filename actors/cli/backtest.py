"""`chartwright backtest`: the daemon's own actors over a candle file."""

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, cast

import typer

from actors.cli import options as opt
from actors.cli.idle import idle_remarks
from actors.cli.output import progress, told, warn
from actors.lab.backtest import backtest as simulate
from actors.lab.ticks import coarse_tick
from actors.replay import ReplaySource
from actors.sources import Files, Opened, replayed
from actors.system import RunOptions, crew_params, manifest
from core.errors import ConfigurationError
from core.message import Json
from settings import Settings, load

Out = Annotated[
    Path | None, typer.Option(help="Write a state directory that journal and why-not read.", rich_help_panel="Journal")
]
Symbols = Annotated[
    list[str] | None,
    typer.Option(
        "--symbol",
        help="What the bars are of, by default what the file's name says; of a folder which to run, repeatable.",
        rich_help_panel="Market",
    ),
]
AllSymbols = Annotated[
    bool, typer.Option("--all-symbols", help="Run every symbol of a folder.", rich_help_panel="Market")
]


def backtest(  # noqa: PLR0913  the command's options
    *,
    candles: opt.Candles = None,
    symbol: Symbols = None,
    all_symbols: AllSymbols = False,
    first: opt.From = None,
    last: opt.To = None,
    timeframe: opt.Timeframe = None,
    macro: opt.Macro = None,
    news: opt.News = None,
    calendar: opt.Calendar = None,
    derivatives: opt.Derivatives = None,
    profile: opt.Profile = "default",
    config: opt.Config = None,
    assignments: opt.Set = None,
    seed: opt.Seed = opt.DEFAULT_SEED,
    out: Out = None,
    bars: opt.BarLimit = None,
    as_json: opt.AsJson = False,
) -> None:
    """Run the daemon's own actors over a candle file, as fast as they think.

    Of a folder with a candle file for each symbol, --symbol or --all-symbols runs many, each with its own account.

    Example: chartwright backtest --candles BTCUSDT_5m.parquet --macro macro/ --from 2022-01-01 --to 2023-01-01
    """
    settings = load(profile=profile, config=config, overrides=opt.overrides(assignments, timeframe))
    one = symbol[0] if symbol and len(symbol) == 1 else None
    asked = files(
        candles,
        symbol=one,
        first=first,
        last=last,
        macro=macro,
        news=news,
        calendar=calendar,
        derivatives=derivatives,
    )
    if all_symbols or asked.candles.is_dir() or len(symbol or ()) > 1:
        from actors.cli.symbols import several, show  # noqa: PLC0415  processes, which one symbol needs none of

        document = several(asked, settings, wanted=_wanted(asked, symbol, all_symbols=all_symbols, out=out), bars=bars)
        document = {"profile": profile, **document}
        told(document) if as_json else show(document)
        return
    gc.disable()  # one run, and the process ends: looking for cycles among its records would only cost time
    opened = replayed(asked, minutes=settings.measure.timeframe_minutes)
    coarse = coarse_tick(cast("ReplaySource", opened.source).whole().bars, settings.instrument)
    warn((*opened.remarks, *regime_remarks(opened, settings), *coarse))
    named = RunOptions("replay", profile, seed)
    result = _simulated(opened, settings, named, out=out, bars=bars)
    document = {"profile": profile, **market_facts(opened), **result}
    if as_json:
        told(document)
    else:
        from actors.cli.report import report  # noqa: PLC0415  rich, which JSON needs none of

        report(document)


def files(  # noqa: PLR0913  the commands' options
    candles: Path | None,
    *,
    symbol: str | None,
    first: str | None,
    last: str | None,
    macro: list[str] | None,
    news: Path | None,
    calendar: Path | None = None,
    derivatives: list[str] | None = None,
) -> Files:
    """The market that the options name.

    Raises:
        ConfigurationError: If no candles are named, or a time cannot be understood.
    """
    if candles is None:
        raise ConfigurationError("--candles is missing: name a candle file (CSV, Parquet, Feather, freqtrade JSON)")
    first_ms, last_ms = opt.time_ms(first, "--from"), opt.time_ms(last, "--to")
    return Files(candles, symbol, first_ms, last_ms, tuple(macro or ()), news, calendar, tuple(derivatives or ()))


def _wanted(asked: Files, symbols: list[str] | None, *, all_symbols: bool, out: Path | None) -> list[str]:
    """The symbols to run; none stands for all."""
    if all_symbols and symbols:
        raise ConfigurationError("--symbol and --all-symbols: give one of them")
    if not all_symbols and not symbols:
        raise ConfigurationError(
            f"{asked.candles} is not a file: of a folder say --symbol A --symbol B, or --all-symbols"
        )
    if out is not None:
        raise ConfigurationError("--out keeps the journal of one symbol: run the one you want to read about alone")
    if asked.derivatives:
        raise ConfigurationError("--derivatives tells of one symbol's perpetual: run that symbol alone")
    return symbols or []


def market_facts(opened: Opened) -> dict[str, Json]:
    """What was traded."""
    return {"symbol": opened.source.symbol, "timeframe_ms": opened.source.timeframe_ms}


def regime_remarks(opened: Opened, settings: Settings) -> tuple[str, ...]:
    """That nothing will trade, where nothing can."""
    return idle_remarks(settings, has_macro=opened.has_macro)


def _simulated(
    opened: Opened, settings: Settings, options: RunOptions, *, out: Path | None, bars: int | None
) -> dict[str, Json]:
    params = crew_params(settings, has_derivatives=opened.has_derivatives)
    total = opened.bars if bars is None else min(bars, opened.bars or bars)
    with progress("bars", total) as shown:
        if out is None:
            return simulate(opened.source, params, limit_bars=bars, on_progress=shown)
        return _journaled(opened, settings, options, out=out, bars=bars, shown=shown)


def _journaled(
    opened: Opened,
    settings: Settings,
    options: RunOptions,
    *,
    out: Path,
    bars: int | None,
    shown: Callable[[int], None] | None,
) -> dict[str, Json]:
    from actors.adapters.ledger.lock import StateDirectory  # noqa: PLC0415  a quarter of a second of SQLAlchemy
    from actors.clock import wall_clock_ms  # noqa: PLC0415
    from actors.lab.journaled import journaled  # noqa: PLC0415

    with StateDirectory(out) as directory:
        return journaled(
            opened.source,
            crew_params(settings, has_derivatives=opened.has_derivatives),
            database=(directory.database_url, directory.owner),
            manifest=manifest(settings, opened.source, options),
            clock_ms=wall_clock_ms,
            limit_bars=bars,
            on_progress=shown,
        )
