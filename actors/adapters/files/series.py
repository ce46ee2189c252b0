"""Which macro files there are and how each is to be read: a folder's `macro.toml`, or single files."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from core.errors import ConfigurationError

FEEDS = ("dxy", "btc_dominance")
RESOLUTIONS = {"1h": 3_600_000, "4h": 14_400_000, "1d": 86_400_000}
_ALLOWED = {"input": FEEDS, "resolution": tuple(RESOLUTIONS), "stamp": ("open", "close")}
_UNITS = ("s", "ms", "us", "ns", "iso")
_KEYS = ("input", "file", "resolution", "time", "unit", "timezone", "stamp", "value")
_NEEDED = ("input", "file")
_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Series:
    """One file of one input. What is empty is recognised from the file."""

    feed: str
    path: Path
    resolution: str = ""
    time: str = ""
    unit: str = ""
    zone: ZoneInfo = _UTC
    """What stamps without an offset are meant in."""
    stamp: str = "open"
    """Whether a stamp marks its bar's `open` or `close`."""
    value: str = ""


def from_files(files: Mapping[str, Path]) -> list[Series]:
    """Series of single files by input: times in UTC, stamps mark opens, the rest is recognised."""
    for feed in files:
        _one_of(feed, FEEDS, "the macro input")
    return [Series(feed, path) for feed, path in files.items()]


def from_folder(folder: Path) -> list[Series]:
    """The series that the folder's `macro.toml` names, in its order, which is their precedence.

    Raises:
        ConfigurationError: If there is no such file, or one of its entries cannot be understood.
    """
    if folder.is_file():
        raise ConfigurationError(f"{folder} is a file: give a folder with a macro.toml, or INPUT={folder}")
    path = folder / "macro.toml"
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        message = f"{path} does not exist: it says how each series is read; or name single files, dxy=FILE"
        raise ConfigurationError(message) from error
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"{path} cannot be read: {error}") from error
    entries = document.get("series")
    if not isinstance(entries, list) or not entries:
        raise ConfigurationError(f"{path} holds no [[series]]")
    return [_series(folder, entry, f"{path}, series {number}") for number, entry in enumerate(entries, 1)]


def _series(folder: Path, entry: Any, where: str) -> Series:
    if not isinstance(entry, dict):
        raise ConfigurationError(f"{where}: not a [[series]] table")
    for key, value in entry.items():
        _one_of(key, _KEYS, f"{where}: the key")
        if not isinstance(value, str):
            raise ConfigurationError(f"{where}: {key} is {value!r}; a text is needed")
        _one_of(value, _ALLOWED.get(key, (value,)), f"{where}: {key}")
    missing = [key for key in _NEEDED if key not in entry]
    if missing:
        raise ConfigurationError(f"{where}: {' and '.join(missing)} missing")
    return Series(
        feed=entry["input"],
        path=folder / entry["file"],
        resolution=entry.get("resolution", ""),
        time=entry.get("time", ""),
        unit=_unit(entry.get("unit", ""), where),
        zone=_zone(entry.get("timezone", "UTC"), where),
        stamp=entry.get("stamp", "open"),
        value=entry.get("value", ""),
    )


def _unit(unit: str, where: str) -> str:
    if unit and "%" not in unit:
        _one_of(unit, _UNITS, f"{where}: unit (which may also be a strptime format)")
    return unit


def _zone(name: str, where: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        message = f"{where}: timezone is {name!r}, which is unknown; names are like Europe/Athens or UTC"
        raise ConfigurationError(message) from error


def _one_of(value: str, allowed: tuple[str, ...], what: str) -> None:
    if value not in allowed:
        near = difflib.get_close_matches(value, allowed, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ConfigurationError(f"{what} is {value!r}; allowed are {', '.join(allowed)}{hint}")
