"""`chartwright run`: the daemon."""

import dataclasses
import importlib.util
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import anyio
import typer

from actors.adapters.ledger.lock import StateDirectory
from actors.cli import options as opt
from actors.cli import venues
from actors.cli.backtest import files
from actors.cli.journals import database_url, journaled_by
from actors.cli.logs import LogLevel, log_to_stderr
from actors.cli.output import note, told, warn
from actors.cli.report import report
from actors.cli.venues import Venue
from actors.crew import CrewParams
from actors.daemon import Daemon, DaemonOptions
from actors.intake import Intake
from actors.server import bound
from actors.system import RunOptions, crew_params, manifest
from core.errors import ConfigurationError
from core.message import Json
from settings import load
from web.config import WebConfig
from web.guard import check_bind

VenueOption = Annotated[
    Venue, typer.Option(help="sim: a simulated market; replay: candles of --candles; bybit: the real one.")
]
Live = Annotated[bool, typer.Option("--live", help="Trade real money, on bybit; without it the money is paper.")]
RestUrl = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Bybit's REST address. Default: bybit.environment's.", rich_help_panel="Venue"),
]
WsUrl = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Bybit's stream address. Default: bybit.environment's.", rich_help_panel="Venue"),
]
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
    rest_url: RestUrl = None,
    ws_url: WsUrl = None,
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
    derivatives: opt.Derivatives = None,
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
    """Trade: the daemon with its page, on a simulated market, on candles that have already happened, or on Bybit.

    Ctrl-C or SIGTERM stop it cleanly; the same command then goes on where it stopped. The money is paper, unless --live
    says otherwise.

    Example: chartwright run
    """
    if live and venue is not Venue.BYBIT:
        raise ConfigurationError(
            f"--live means real money, and {venue} has none: add --venue bybit, or leave --live out"
        )
    _stop_while_starting()
    log_to_stderr(log_level or (LogLevel.WARNING if as_json else LogLevel.INFO), as_json=log_json)
    overrides = opt.overrides([*(assignments or ()), *_addresses(rest_url, ws_url)], timeframe)
    settings = load(profile=profile, config=config, overrides=overrides)
    web = None if no_web else _page(settings.web, host, port)
    given = {"--candles": candles, "--from": first, "--to": last, "--macro": macro, "--news": news}
    if venue is Venue.REPLAY:
        named = files(candles, symbol=symbol, first=first, last=last, macro=macro, news=news, calendar=calendar)
        chosen = venues.replay(settings, named, speed=speed, bars=bars, derivatives=derivatives)
    else:
        _refuse_files(given | {"--calendar": calendar, "--derivatives": derivatives}, venue)
        if venue is Venue.BYBIT:
            _refuse_pace(speed, bars)
            chosen = venues.bybit(settings, symbol=symbol, is_real=live)
        else:
            chosen = venues.simulation(settings, seed=seed, symbol=symbol, speed=speed, bars=bars)
    warn(chosen.remarks)
    with StateDirectory(opt.state_path(state_dir)) as directory:
        daemon_options = DaemonOptions(
            state_dir=directory.path,
            database_url=database_url(directory, database, settings),
            owner=directory.owner,
            manifest=manifest(settings, chosen.market, RunOptions(venue, profile, seed)),
            about={"venue": venue, "mode": chosen.mode, "profile": profile},
            fresh=fresh,
            keep_evaluations_ms=settings.journal.evaluation_days * 86_400_000 or None,
            web=web,
            on_ready=lambda address: note(f"page: {address}"),
        )
        note(f"state directory: {directory.path}")
        has_uvloop = importlib.util.find_spec("uvloop") is not None
        intake = chosen.intake(journaled_by(daemon_options.database_url, directory.owner), directory.path)
        params = chosen.adapted(crew_params(settings, has_derivatives=bool(derivatives)))
        result = anyio.run(_run, intake, params, daemon_options, backend_options={"use_uvloop": has_uvloop})
    document = {"profile": profile, "venue": venue, **chosen.facts, **result}
    told(document) if as_json else report(document)


async def _run(intake: Callable[[], Intake], params: CrewParams, options: DaemonOptions) -> dict[str, Json]:
    daemon = Daemon(intake, params, options)
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


def _addresses(rest_url: str | None, ws_url: str | None) -> list[str]:
    """The two options as settings."""
    given = {"bybit.rest_url": rest_url, "bybit.ws_url": ws_url}
    return [f"{name}={url}" for name, url in given.items() if url]


def _refuse_files(given: dict[str, Path | str | list[str] | None], venue: Venue) -> None:
    named = [name for name, value in given.items() if value]
    if named:
        makes = (
            "the simulated market makes its own" if venue is Venue.SIM else "Bybit gives its own, and feeds.* the rest"
        )
        raise ConfigurationError(f"{' and '.join(named)}: {makes}; add --venue replay to trade the file's")


def _refuse_pace(speed: str | None, bars: int | None) -> None:
    named = [name for name, value in {"--speed": speed, "--bars": bars}.items() if value is not None]
    if named:
        raise ConfigurationError(f"{' and '.join(named)}: a real market has its own pace and no end; leave it out")


def _page(web: WebConfig, host: str | None, port: int | None) -> WebConfig:
    """The page's settings, once its address is known to be allowed and free."""
    chosen = dataclasses.replace(web, host=web.host if host is None else host, port=web.port if port is None else port)
    check_bind(chosen)
    bound(chosen.host, chosen.port).close()
    return chosen
