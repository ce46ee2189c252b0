"""Time columns: found by name, their unit recognised, as milliseconds.

Whole numbers are seconds, ms, µs or ns since 1970 by their size: each unit's plausible stamps (1973 to 5138) do not
overlap with another's. Text is ISO 8601, or one of a few formats that cannot be read in two ways (`05/04/2024` can).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from actors.adapters.files.table import Table, Values, first_true
from core.durations import DAY_MS
from core.market.bars import Times

TIME_NAMES = (
    *("timestamp", "timestamp_ms", "open_time", "opentime", "open_ms", "date", "datetime", "time", "ts"),
    *("timestamp_us", "timestamp_ns", "timestamp_s", "unix", "start_time", "start", "t"),
)
_EARLIEST_MS, _LATEST_MS = -2_208_988_800_000, 7_258_118_400_000
_PER_MS = {"s": (1_000, 1), "ms": (1, 1), "us": (1, 1_000), "ns": (1, 1_000_000)}
_FORMATS = ("%b %d, %Y", "%B %d, %Y", "%d.%m.%Y", "%Y/%m/%d", "%Y/%m/%d %H:%M:%S", "%a, %d %b %Y %H:%M:%S %z")


@dataclass(frozen=True, slots=True, eq=False)
class Stamps:
    """A time column, one entry a row, in file order."""

    ms: Times
    """UTC where `zoned`; else what the clock on the wall showed, counted as if it were UTC."""
    zoned: bool
    """The file gave explicit offsets."""
    dates: bool
    """Days without a time of day."""


def read_stamps(table: Table, name: str, *, unit: str = "") -> Stamps:
    """The column as milliseconds.

    Args:
        table: The file.
        name: One of its columns.
        unit: `s`, `ms`, `us`, `ns`, `iso` or a strptime format; empty: recognised.

    Raises:
        FeedMalformed: If a value is no time of that unit, or offsets are given in some rows only.
    """
    stamps = _read(table, name, unit)
    bad = first_true((stamps.ms < _EARLIEST_MS) | (stamps.ms >= _LATEST_MS))
    if bad is not None:
        raise table.malformed(bad, name, "not between the years 1900 and 2200")
    return stamps


def spell(ms: int) -> str:
    """UTC milliseconds as people read them."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def span(ms: int) -> str:
    """A length of time in its largest whole unit, such as `5m`."""
    sizes = (("d", DAY_MS), ("h", 3_600_000), ("m", 60_000), ("s", 1_000))
    return next((f"{ms // size}{letter}" for letter, size in sizes if ms % size == 0), f"{ms}ms")


def _read(table: Table, name: str, unit: str) -> Stamps:
    values = table.columns[name]
    if values.dtype.kind == "M":
        return _datetimes(table, name, values)
    missing = first_true(np.array([value is None for value in values])) if values.dtype.kind == "O" else None
    if missing is not None:
        raise table.malformed(missing, name, "every row needs a time")
    counts = _counts(table, name)
    if counts.dtype.kind in "if" and "%" not in unit:
        return _whole(table, name, counts, unit=unit if unit in _PER_MS else "")
    return _texts(table, name, _parser(unit))


def _datetimes(table: Table, name: str, values: Values) -> Stamps:
    bad = first_true(np.isnat(values))
    if bad is not None:
        raise table.malformed(bad, name, "every row needs a time")
    ms = values.astype("datetime64[ms]").astype(np.int64)
    return Stamps(ms, zoned=name in table.zoned, dates=values.dtype == np.dtype("datetime64[D]"))


def _counts(table: Table, name: str) -> Values:
    """Numbers as they can be multiplied, texts that are whole numbers too; anything else as it is."""
    values = table.columns[name]
    if values.dtype.kind in "iu":
        return values.astype(np.int64)
    if values.dtype.kind != "O" or not _is_count(values[0]):
        return values
    bad = next((index for index, value in enumerate(values) if not _is_count(value)), None)
    if bad is not None:
        raise table.malformed(bad, name, "not a time like those in the rows above it")
    return np.array([int(value) for value in values], dtype=np.int64)


def _is_count(value: Any) -> bool:
    return str(value).isdecimal() and 9 <= len(str(value)) <= 18


def _whole(table: Table, name: str, counts: Values, *, unit: str) -> Stamps:
    size = np.abs(counts.astype(np.float64))
    bad = first_true(~(np.isfinite(size) & (size >= 1e8)))
    if bad is not None:
        raise table.malformed(bad, name, "not a count of s, ms, µs or ns since 1970")
    units = np.searchsorted([1e11, 1e14, 1e17], size, side="right")
    meant = unit or tuple(_PER_MS)[int(units[0])]
    bad = first_true(units != tuple(_PER_MS).index(meant))
    if bad is not None:
        said = "as it should be" if unit else "as the rows above it are"
        raise table.malformed(bad, name, f"not a plausible time in {meant}, {said}")
    times, over = _PER_MS[meant]
    return Stamps((counts * times // over).astype(np.int64), zoned=False, dates=False)


def _texts(table: Table, name: str, parse: Callable[[str], datetime]) -> Stamps:
    texts = [str(value) for value in table.columns[name]]
    moments = []
    for index, text in enumerate(texts):
        try:
            moments.append(parse(text.strip()))
        except ValueError as error:
            raise table.malformed(index, name, "not a time that can be read in one way; ISO 8601 can") from error
    zoned = moments[0].tzinfo is not None
    odd = next((i for i, moment in enumerate(moments) if (moment.tzinfo is not None) != zoned), None)
    if odd is not None:
        raise table.malformed(odd, name, "some rows give a UTC offset and some do not")
    ms = [round((m if zoned else m.replace(tzinfo=UTC)).timestamp() * 1000) for m in moments]
    return Stamps(np.array(ms, dtype=np.int64), zoned=zoned, dates=not any(":" in text for text in texts))


def _parser(unit: str) -> Callable[[str], datetime]:
    if "%" in unit:
        return lambda text: datetime.strptime(text, unit)  # noqa: DTZ007  (whether it is zoned is the format's business)
    return _recognised


def _recognised(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for known in _FORMATS:
        try:
            return datetime.strptime(text, known)  # noqa: DTZ007  (a format without a zone is meant without one)
        except ValueError:
            continue
    raise ValueError(text)
