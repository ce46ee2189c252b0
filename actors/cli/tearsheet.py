"""`chartwright report`: a backtest as one HTML file with charts, tables and a verdict."""

import gc
from pathlib import Path
from typing import Annotated

import typer

from actors.adapters.files.times import span
from actors.cli import options as opt
from actors.cli.backtest import files, regime_remarks
from actors.cli.output import moment, note, progress, warn
from actors.kernel.transcript import Transcript
from actors.lab.backtest import backtest
from actors.replay import ReplaySource
from actors.sources import Opened, replayed
from actors.system import crew_params
from core.errors import ConfigurationError, InvariantBroken
from settings import Settings, load

Output = Annotated[Path, typer.Option("--output", "-o", help="The HTML file to write.", rich_help_panel="Report")]
OutOfSample = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", help="Entries from then on were not seen when settings were chosen.", rich_help_panel="Report"
    ),
]
Trials = Annotated[
    int,
    typer.Option(min=1, help="Parameter sets tried before choosing this one, it included.", rich_help_panel="Report"),
]


def report(  # noqa: PLR0913  the command's options
    *,
    output: Output = Path("report.html"),
    out_of_sample_from: OutOfSample = None,
    trials: Trials = 1,
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
    bars: opt.BarLimit = None,
) -> None:
    """Run a backtest and write what it came to as one HTML file: charts, tables, a verdict in plain words.

    Example: chartwright report --candles BTCUSDT_5m.parquet --macro macro/ --out-of-sample-from 2023-06-01 -o btc.html
    """
    _check(output)
    split_ms = opt.time_ms(out_of_sample_from, "--out-of-sample-from")
    settings = load(profile=profile, config=config, overrides=opt.overrides(assignments, timeframe))
    opened = replayed(
        files(candles, symbol=symbol, first=first, last=last, macro=macro, news=news, calendar=calendar),
        minutes=settings.measure.timeframe_minutes,
    )
    warn((*opened.remarks, *regime_remarks(opened, settings)))
    gc.disable()  # one run, and the process ends
    title = f"{opened.source.symbol} {span(opened.source.timeframe_ms)} · profile {profile}"
    text = _tearsheet(opened, settings, title=title, bars=bars, asked=(split_ms, trials, seed))
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(_unwritable(output, error.strerror or str(error))) from error
    note(f"{output}: {len(text) / 1e6:.1f} MB")


def _tearsheet(
    opened: Opened, settings: Settings, *, title: str, bars: int | None, asked: tuple[int | None, int, int]
) -> str:
    from actors.lab.tearsheet.page import page  # noqa: PLC0415  Plotly, which no refusal waits for
    from actors.lab.tearsheet.study import Asked, study  # noqa: PLC0415

    source, params, transcript = opened.source, crew_params(settings), Transcript()
    if not isinstance(source, ReplaySource):
        raise InvariantBroken("a replayed market is a history known whole")
    market = source.whole(bars).bars
    _check_split(asked[0], first_ms=int(market.open_ms[0]), end_ms=int(market.open_ms[-1]) + market.timeframe_ms)
    with progress("bars", len(market)) as shown:
        result = backtest(source, params, limit_bars=bars, on_progress=shown, scribe=transcript)
    return page(study(result, transcript.records, market, params, asked=Asked(*asked)), title=title)


def _check(output: Path) -> None:
    """Refuse before the run what could not be written after it."""
    if output.is_dir():
        raise ConfigurationError(_unwritable(output, "it is a folder"))
    if not output.parent.is_dir():
        raise ConfigurationError(_unwritable(output, f"{output.parent} is no folder"))


def _check_split(split_ms: int | None, *, first_ms: int, end_ms: int) -> None:
    if split_ms is not None and not first_ms < split_ms < end_ms:
        allowed = f"after {moment(first_ms)} and before {moment(end_ms)}"
        raise ConfigurationError(f"--out-of-sample-from is {moment(split_ms)}: give a time {allowed}")


def _unwritable(output: Path, why: str) -> str:
    return f"--output is {str(output)!r}, which cannot be written: {why}; name a file in a folder that exists"
