"""`chartwright run`: the daemon."""

import dataclasses
import importlib.util
import signal
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import anyio
import typer

from actors.adapters.ledger.lock import StateDirectory
from actors.cli import options as opt
from actors.cli.backtest import files, market_facts, regime_remarks
from actors.cli.journals import database_url
from actors.cli.logs import LogLevel, log_to_stderr
from actors.cli.output import note, told, warn
from actors.cli.report import report
from actors.daemon import Daemon, DaemonOptions
from actors.server import bound
from actors.sources import Opened, replayed, simulated
from actors.system import RunOptions, crew_params, manifest
from core.errors import ConfigurationError
from core.message import Json
from settings import Settings, load
from web.config import WebConfig
from web.guard import check_bind

SIM_SPEED, REPLAY_SPEED = 300.0, 1.0
"""Market time over wall time: one 5-minute bar a second, and as it happened."""


class Venue(StrEnum):
    """Where orders go."""

    SIM = "sim"
    REPLAY = "replay"
    BYBIT = "bybit"


VenueOption = Annotated[Venue, typer.Option(help="sim: a simulated market; replay: candles of --candles.")]
Live = Annotated[bool, typer.Option("--live", help="Trade real money; refused: no venue takes real orders yet.")]
Speed = Annotated[
    str | None, typer.Option(metavar="N|max", help="Market time over wall time. Default: sim 300, replay 1.")
]
Fresh = Annotated[
    bool, typer.Option("--fresh", help="Begin a new run; an unfinished one is kept.", rich_help_panel="Journal")
]
Host = Annotated[str | None, typer.Option(help="Where the page listens. Default: web.host.", rich_help_panel="Page")]
Port = Annotated[int | None, typer.Option(min=0, max=65_535, help="Its port; 0: any free one.", rich_help_panel="Page")]
NoWeb = Annotated[bool, typer.Option("--no-web", help="Without the page.", rich_help_panel="Page")]
Level = Annotated[
    LogLevel | None, typer.Option("--log-level", help="Default: info; with --json warning.", rich_help_panel="Log")
]
LogJson = Annotated[bool, typer.Option("--log-json", help="Log JSON lines.", rich_help_panel="Log")]


def run(  # noqa: PLR0913  the command's options
    *,
    venue: VenueOption = Venue.SIM,
    live: Live = False,
    speed: Speed = None,
    bars: opt.BarLimit = None,
    candles: opt.Candles = None,
    symbol: opt.Symbol = None,
    first: opt.From = None,
    last: opt.To = None,
    timeframe: opt.Timeframe = None,
    macro: opt.Macro = None,
    news: opt.News = None,
    calendar: opt.Calendar = None,
    seed: opt.Seed = opt.DEFAULT_SEED,
    profile: opt.Profile = "default",
    config: opt.Config = None,
    assignments: opt.Set = None,
    state_dir: opt.StateDir = None,
    fresh: Fresh = False,
    database: opt.Database = None,
    host: Host = None,
    port: Port = None,
    no_web: NoWeb = False,
    log_level: Level = None,
    log_json: LogJson = False,
    as_json: opt.AsJson = False,
) -> None:
    """Trade: the daemon with its page, on a simulated market or on candles that have already happened.

    Ctrl-C or SIGTERM stop it cleanly; the same command then goes on where it stopped. The money is paper.

    Example: chartwright run
    """
    _refuse_real_money(venue, live=live)
    _stop_while_starting()
    log_to_stderr(log_level or (LogLevel.WARNING if as_json else LogLevel.INFO), as_json=log_json)
    settings = load(profile=profile, config=config, overrides=opt.overrides(assignments, timeframe))
    pace = _pace(speed, SIM_SPEED if venue is Venue.SIM else REPLAY_SPEED)
    web = None if no_web else _page(settings.web, host, port)
    minutes = settings.measure.timeframe_minutes
    if venue is Venue.SIM:
        given = {"--candles": candles, "--from": first, "--to": last, "--macro": macro, "--news": news}
        _refuse_files(given | {"--calendar": calendar})
        opened = simulated(settings.sim, seed=seed, symbol=symbol, minutes=minutes)
    else:
        named = files(candles, symbol=symbol, first=first, last=last, macro=macro, news=news, calendar=calendar)
        opened = replayed(named, minutes=minutes)
    warn((*opened.remarks, *regime_remarks(opened, settings)))
    with StateDirectory(opt.state_path(state_dir)) as directory:
        daemon_options = DaemonOptions(
            state_dir=directory.path,
            database_url=database_url(directory, database, settings),
            owner=directory.owner,
            manifest=manifest(settings, opened.source, RunOptions(venue, profile, seed)),
            speed=pace,
            about={"venue": venue, "mode": "paper", "profile": profile},
            fresh=fresh,
            limit_bars=bars,
            keep_evaluations_ms=settings.journal.evaluation_days * 86_400_000 or None,
            web=web,
            on_ready=lambda address: note(f"page: {address}"),
        )
        note(f"state directory: {directory.path}")
        has_uvloop = importlib.util.find_spec("uvloop") is not None
        result = anyio.run(_run, opened, settings, daemon_options, backend_options={"use_uvloop": has_uvloop})
    document = {"profile": profile, "venue": venue, **market_facts(opened), **result}
    told(document) if as_json else report(document)


async def _run(opened: Opened, settings: Settings, options: DaemonOptions) -> dict[str, Json]:
    daemon = Daemon(opened.source, crew_params(settings), options)
    if daemon.resumed:
        note("an unfinished run was found: going on where it stopped (--fresh begins a new one)")
    note("stop with Ctrl-C")
    return await daemon.run()


def _stop_while_starting() -> None:
    """A signal during start-up ends the process as cleanly as one later: nothing is in flight yet."""

    def leave(number: int, _frame: object) -> None:
        note(f"stopped by {signal.Signals(number).name} while starting")
        raise SystemExit(0)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)


def _refuse_real_money(venue: Venue, *, live: bool) -> None:
    there_is = "there is sim (a simulated market) and replay (candles that have already happened), with paper money"
    if venue is Venue.BYBIT:
        raise ConfigurationError(f"--venue bybit is not built yet: {there_is}")
    if live:
        raise ConfigurationError(f"--live is refused, because no venue takes real orders yet: {there_is}")


def _refuse_files(given: dict[str, Path | str | list[str] | None]) -> None:
    named = [name for name, value in given.items() if value]
    if named:
        raise ConfigurationError(
            f"{' and '.join(named)}: the simulated market makes its own; add --venue replay to trade the file's"
        )


def _pace(text: str | None, default: float) -> float | None:
    """Market time over wall time; None: as fast as possible."""
    if text is None:
        return default
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not 0 < speed <= 1e9:
        raise ConfigurationError(f"--speed is {text!r}: give a number above 0, such as 300, or max")
    return speed


def _page(web: WebConfig, host: str | None, port: int | None) -> WebConfig:
    """The page's settings, once its address is known to be allowed and free."""
    chosen = dataclasses.replace(web, host=web.host if host is None else host, port=web.port if port is None else port)
    check_bind(chosen)
    bound(chosen.host, chosen.port).close()
    return chosen
