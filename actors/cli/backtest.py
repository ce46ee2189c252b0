"""`chartwright backtest`: the daemon's own actors over a candle file."""

import gc
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from actors.cli import options as opt
from actors.cli.output import progress, told, warn
from actors.cli.report import report
from actors.lab.backtest import backtest as simulate
from actors.sources import Files, Opened, replayed
from actors.system import RunOptions, crew_params, manifest
from core.errors import ConfigurationError
from core.message import Json
from settings import Settings, load

Out = Annotated[
    Path | None, typer.Option(help="Write a state directory that journal and why-not read.", rich_help_panel="Journal")
]


def backtest(  # noqa: PLR0913  the command's options
    *,
    candles: opt.Candles = None,
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
    out: Out = None,
    bars: opt.BarLimit = None,
    as_json: opt.AsJson = False,
) -> None:
    """Run the daemon's own actors over a candle file, as fast as they think.

    Example: chartwright backtest --candles BTCUSDT_5m.parquet --macro macro/ --from 2022-01-01 --to 2023-01-01
    """
    settings = load(profile=profile, config=config, overrides=opt.overrides(assignments, timeframe))
    opened = replayed(
        files(candles, symbol=symbol, first=first, last=last, macro=macro, news=news, calendar=calendar),
        minutes=settings.measure.timeframe_minutes,
    )
    warn((*opened.remarks, *regime_remarks(opened, settings)))
    gc.disable()  # one run, and the process ends: looking for cycles among its records would only cost time
    named = RunOptions("replay", profile, seed)
    result = _simulated(opened, settings, named, out=out, bars=bars)
    document = {"profile": profile, **market_facts(opened), **result}
    told(document) if as_json else report(document)


def files(
    candles: Path | None,
    *,
    symbol: str | None,
    first: str | None,
    last: str | None,
    macro: list[str] | None,
    news: Path | None,
    calendar: Path | None = None,
) -> Files:
    """The market that the options name.

    Raises:
        ConfigurationError: If no candles are named, or a time cannot be understood.
    """
    if candles is None:
        raise ConfigurationError("--candles is missing: name a candle file (CSV, Parquet, Feather, freqtrade JSON)")
    first_ms, last_ms = opt.time_ms(first, "--from"), opt.time_ms(last, "--to")
    return Files(candles, symbol, first_ms, last_ms, tuple(macro or ()), news, calendar)


def market_facts(opened: Opened) -> dict[str, Json]:
    """What was traded."""
    return {"symbol": opened.source.symbol, "timeframe_ms": opened.source.timeframe_ms}


def regime_remarks(opened: Opened, settings: Settings) -> tuple[str, ...]:
    """That nothing will trade, where nothing can."""
    if opened.has_macro or settings.regime.pinned:
        return ()
    remedy = "give --macro DIR, or --macro dxy=FILE and --macro btc_dominance=FILE"
    return (f"without macro data the regime stays undetermined and nothing will trade: {remedy}",)


def _simulated(
    opened: Opened, settings: Settings, options: RunOptions, *, out: Path | None, bars: int | None
) -> dict[str, Json]:
    params, total = crew_params(settings), opened.bars if bars is None else min(bars, opened.bars or bars)
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
            crew_params(settings),
            database=(directory.database_url, directory.owner),
            manifest=manifest(settings, opened.source, options),
            clock_ms=wall_clock_ms,
            limit_bars=bars,
            on_progress=shown,
        )
