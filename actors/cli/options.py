"""The options that several commands share, and the texts they take."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from core.durations import DAY_MS, HOUR_MS, MINUTE_MS
from core.errors import ConfigurationError

_MARKET, _SETTINGS, _JOURNAL = "Market", "Settings", "Journal"

Candles = Annotated[
    Path | None,
    typer.Option(help="Candles: CSV, Parquet, Feather, freqtrade JSON or Binance klines.", rich_help_panel=_MARKET),
]
Symbol = Annotated[
    str | None, typer.Option(help="What the bars are of. Default: what the file's name says.", rich_help_panel=_MARKET)
]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="TIME", help="First bar's open: ISO, UTC, or epoch ms.", rich_help_panel=_MARKET),
]
To = Annotated[
    str | None,
    typer.Option("--to", metavar="TIME", help="Only bars that open before this.", rich_help_panel=_MARKET),
]
Timeframe = Annotated[
    str | None,
    typer.Option(
        help="Bars to make of finer ones, such as 5m or 1h; 0: the file's own. Default: the profile's.",
        rich_help_panel=_MARKET,
    ),
]
Macro = Annotated[
    list[str] | None,
    typer.Option(
        metavar="DIR|INPUT=FILE",
        help="A folder with a macro.toml, or dxy=FILE and btc_dominance=FILE.",
        rich_help_panel=_MARKET,
    ),
]
News = Annotated[
    Path | None, typer.Option(help="Headlines: CSV or JSON with a time and a text.", rich_help_panel=_MARKET)
]
Calendar = Annotated[
    Path | None,
    typer.Option(
        help="Scheduled announcements to stand down around: CSV, ICS or Forex Factory JSON.", rich_help_panel=_MARKET
    ),
]
Derivatives = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FILE[@ZONE]",
        help="Funding, open interest, taker volume or basis of the perpetual; repeatable. ZONE: of times without one.",
        rich_help_panel=_MARKET,
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="Seed of everything random.", rich_help_panel=_MARKET)]
BarLimit = Annotated[int | None, typer.Option("--bars", min=1, help="Stop after so many bars.")]
Profile = Annotated[
    str, typer.Option(help="Named settings: default, or bare-trend (the breakout alone).", rich_help_panel=_SETTINGS)
]
Config = Annotated[Path | None, typer.Option(help="A TOML file with a table per section.", rich_help_panel=_SETTINGS)]
Set = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="KEY=VALUE", help="One setting, repeatable.", rich_help_panel=_SETTINGS),
]
StateDir = Annotated[
    Path | None,
    typer.Option(help="Default: $XDG_STATE_HOME/chartwright, or ~/.local/state/chartwright.", rich_help_panel=_JOURNAL),
]
Database = Annotated[
    str | None,
    typer.Option(metavar="URL", help="Default: SQLite in the state directory.", rich_help_panel=_JOURNAL),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document and nothing else.")]

DEFAULT_SEED = 288
_TIMEFRAME = re.compile(r"(\d+)(m|h|d)?")
_MINUTES = {"m": 1, "h": 60, "d": 1_440}
_DURATION = re.compile(r"(\d{1,9})(m|h|d)", re.ASCII)
_UNITS = {"m": MINUTE_MS, "h": HOUR_MS, "d": DAY_MS}


def time_ms(text: str | None, option: str) -> int | None:
    """UTC ms of an ISO date or datetime (UTC unless it says otherwise) or of a count of ms since 1970.

    Args:
        text: What was given.
        option: Its name, for the refusal.

    Raises:
        ConfigurationError: If it is neither.
    """
    if text is None:
        return None
    if text.isdecimal() and len(text) > len("20240101"):
        return int(text)
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        allowed = "a date such as 2024-01-31, a time such as 2024-01-31T12:05 (UTC), or ms since 1970"
        raise ConfigurationError(f"{option} is {text!r}: give {allowed}") from error
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)


def duration_ms(text: str, option: str) -> int:
    """Ms of a length of time such as 30m, 4h or 2d.

    Args:
        text: What was given.
        option: Its name, for the refusal.

    Raises:
        ConfigurationError: If it is none.
    """
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ConfigurationError(f"{option} is {text!r}: give a length of time such as 30m, 4h or 2d")
    return int(match[1]) * _UNITS[match[2]]


def overrides(given: list[str] | None, timeframe: str | None) -> list[str]:
    """The settings that options stand for, as `--set` takes them; `--timeframe` is one of them.

    Raises:
        ConfigurationError: If the timeframe cannot be understood.
    """
    found = list(given or ())
    if timeframe is not None:
        match = _TIMEFRAME.fullmatch(timeframe)
        if match is None:
            raise ConfigurationError(f"--timeframe is {timeframe!r}: give minutes, such as 5m, 15m or 1h")
        found.append(f"measure.timeframe_minutes={int(match[1]) * _MINUTES[match[2] or 'm']}")
    return found


def state_path(given: Path | None) -> Path:
    """The state directory: the one given, else the user's own."""
    if given is not None:
        return given
    home = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
    return Path(home).expanduser() / "chartwright"
