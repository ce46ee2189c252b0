"""`chartwright doctor`: what is ready, what is missing and how to get it."""

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated

import anyio
import typer

from actors import control
from actors.adapters.ledger.lock import StateDirectory
from actors.adapters.ledger.reader import LedgerReader
from actors.cli import options as opt
from actors.cli.journals import database_url
from actors.cli.output import page, plain_table, told
from actors.cli.venues import Venue
from actors.native.made import is_fresh
from actors.server import bound
from core.errors import ChartwrightError, ConfigurationError
from settings import Settings, load
from web.guard import check_bind

VenueOption = Annotated[
    Venue | None, typer.Option(help="Look at this one too. Default: bybit where its keys are set, else none.")
]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Finding:
    """What one look found."""

    check: str
    ok: bool
    detail: str
    remedy: str = ""


def doctor(  # noqa: PLR0913  the command's options
    *,
    venue: VenueOption = None,
    symbol: opt.Symbol = None,
    state_dir: opt.StateDir = None,
    database: opt.Database = None,
    profile: opt.Profile = "default",
    config: opt.Config = None,
    assignments: opt.Set = None,
    as_json: opt.AsJson = False,
) -> None:
    """Check settings, state directory, journal, port and the venue's account, and say what is missing.

    Example: chartwright doctor --venue bybit
    """
    directory = StateDirectory(opt.state_path(state_dir))
    findings = [_python(), _compiled()]
    try:
        settings = load(profile=profile, config=config, overrides=assignments or ())
    except ConfigurationError as error:
        findings.append(Finding("settings", ok=False, detail=str(error), remedy="mend the setting it names"))
    else:
        findings += _with_settings(settings, directory, database, profile)
        findings += _venue(settings, venue, symbol)
    told([asdict(finding) for finding in findings]) if as_json else _show(findings)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)


def _with_settings(
    settings: Settings, directory: StateDirectory, database: str | None, profile: str
) -> Iterator[Finding]:
    yield Finding("settings", ok=True, detail=f"profile {profile} loads")
    running = _is_running(directory.path)
    yield _state(directory.path, running=running)
    url = database_url(directory, database, settings)
    yield _tried("journal", lambda: _journal(directory, url), "see the message")
    yield _tried("page", lambda: _port(settings, running=running), "choose another web.port, or --no-web")
    yield _keys(settings)
    yield Finding("market data", ok=True, detail="sim needs none; replay and backtest take --candles and --macro")
    yield from _extras()


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding("python", ok=sys.version_info >= (3, 11), detail=found, remedy="3.11 or later is needed")


def _compiled() -> Finding:
    """Nothing is wrong without machine code."""
    if is_fresh():
        return Finding("compiled", ok=True, detail="backtests run the actors as machine code")
    how = "`python -m actors.native.build` compiles them, for half the time and the same results"
    return Finding("compiled", ok=True, detail=f"backtests run the actors as Python; {how}")


def _is_running(path: Path) -> bool:
    try:
        anyio.run(control.ask, path, "status")
    except ConfigurationError:
        return False
    except control.Unanswered:  # somebody is there, and busy
        return True
    return True


def _state(path: Path, *, running: bool) -> Finding:
    if running:
        return Finding("state directory", ok=True, detail=f"{path}, used by a running daemon")
    nearest = next(each for each in (path, *path.parents) if each.exists())
    ok = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    detail = f"{path}, {'free' if path.exists() else 'not made yet'}{'' if ok else f'; {nearest} cannot be written'}"
    return Finding("state directory", ok, detail, "" if ok else "make it writable, or name another --state-dir")


def _journal(directory: StateDirectory, url: str) -> str:
    if not (directory.path / "owner").exists():
        return "none yet: the first run makes it"
    reader = LedgerReader.open(url, owner=directory.owner)
    try:
        found = reader.verify()
    finally:
        reader.close()
    if found.broken_at is not None:
        raise ConfigurationError(f"run {reader.run_id} is not what was written: {found.why}; restore a backup")
    return f"run {reader.run_id}: {found.commits:,} commits and {found.records:,} rows are what was written"


def _port(settings: Settings, *, running: bool) -> str:
    check_bind(settings.web)
    address = f"{settings.web.host}:{settings.web.port}"
    try:
        bound(settings.web.host, settings.web.port).close()
    except ConfigurationError:
        if running:
            return f"{address} is taken, probably by the running daemon"
        raise
    return f"{address} is free"


def _keys(settings: Settings) -> Finding:
    given = [name for name in ("api_key", "api_secret") if getattr(settings.venue, name) is not None]
    if len(given) == 1:
        return Finding("keys", ok=False, detail=f"only venue.{given[0]} is set", remedy="set both, or neither")
    return Finding("keys", ok=True, detail="both are set" if given else "none; paper money needs none")


def _venue(settings: Settings, venue: Venue | None, symbol: str | None) -> Iterator[Finding]:
    """Bybit, where it is named, or where keys say that it is meant; the others are always ready."""
    has_keys = settings.venue.api_key is not None and settings.venue.api_secret is not None
    if venue is Venue.BYBIT or (venue is None and has_keys):
        from actors.cli.account import judged  # noqa: PLC0415  only this venue needs its client

        for level, text in judged(settings, symbol):
            detail = f"warning: {text}" if level == "warn" else text
            yield Finding("bybit", ok=level != "fail", detail=detail, remedy="" if level != "fail" else "as it says")
    else:
        yield Finding("clock", ok=True, detail="no venue to compare with: sim and replay run on market time")


def _extras() -> Iterator[Finding]:
    has_postgres = importlib.util.find_spec("psycopg") is not None
    detail = "psycopg is installed" if has_postgres else "psycopg is not installed; only PostgreSQL needs it"
    yield Finding(
        "postgres", ok=True, detail=detail, remedy="" if has_postgres else "pip install chartwright[postgres]"
    )
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    yield Finding("chromium", ok=True, detail=browser or "not found; only the page's own tests need it")


def _tried(check: str, look: Callable[[], str], remedy: str) -> Finding:
    try:
        return Finding(check, ok=True, detail=look())
    except ChartwrightError as error:
        return Finding(check, ok=False, detail=str(error), remedy=remedy)


def _show(findings: list[Finding]) -> None:
    table = plain_table("", "check", "detail", "what to do")
    for finding in findings:
        mark = "[green]ok[/]" if finding.ok else "[red]NO[/]"
        table.add_row(mark, finding.check, finding.detail, "" if finding.ok else finding.remedy)
    page().print(table)
