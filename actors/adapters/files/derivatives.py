"""Files about perpetual contracts: funding, open interest, taker volume and basis, each at the moment it was known.

A funding is known at its stamp, when it is settled; so is open interest with a time of day, a snapshot. What covers a
stretch is known at its end: taker volume with its bar, and a value of a day without a time of day.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isnan
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from actors.adapters.files.closes import to_utc
from actors.adapters.files.reading import read_table
from actors.adapters.files.table import Table, first_true
from actors.adapters.files.times import TIME_NAMES, read_stamps
from core.durations import DAY_MS
from core.errors import ConfigurationError, FeedMalformed
from core.flow.derivatives import BELIEVED
from core.market.bars import Floats, Times
from core.messages import DerivativesPublished

HISTORY_MS = 40 * DAY_MS
"""Enough for a month of fundings to measure a new one against."""
_FUNDING = ("funding_rate", "fundingrate", "last_funding_rate", "funding")
_INTEREST = ("open_interest", "openinterest", "futures_open_interest", "sum_open_interest", "oi")
_DELTA = ("taker_delta", "volume_delta", "delta")
_BOUGHT = ("taker_buy_volume", "taker_buy_base_volume", "taker_buy_base_asset_volume", "taker_base_vol")
_BASIS = ("basis", "premium_index")
_MARK, _INDEX = ("mark_price", "markprice", "mark"), ("index_price", "indexprice", "index")


@dataclass(frozen=True, slots=True)
class _Field:
    """One field of the message, and what of it can be believed."""

    name: str
    column: Callable[[Table], str | None]
    """The column a refusal names; None where the file does not have the field."""
    values: Callable[[Table], Floats]
    unit: str


def read_derivatives(
    given: Sequence[str], *, symbol: str, first_ms: int | None = None, last_ms: int | None = None
) -> list[DerivativesPublished]:
    """What became known of a symbol's perpetual in a stretch of time, oldest first.

    Args:
        given: `FILE`, or `FILE@ZONE` where its times show no offset and are not UTC, such as `f.csv@Etc/GMT-3`.
        symbol: Rows of other symbols are left out; a file that names none is about this one.
        first_ms: Start of the stretch, UTC ms, before which some history is read too; None: the files' beginning.
        last_ms: Its end, not included, UTC ms; None: the files' end.

    Raises:
        FeedMalformed: If a file or a value in the stretch cannot be believed.
        ConfigurationError: If a path or a zone is at fault.
    """
    first = None if first_ms is None else first_ms - HISTORY_MS
    found = [value for text in given for value in _published(*_place(text), symbol, first, last_ms)]
    return sorted(found, key=lambda value: value.ts)


def _place(text: str) -> tuple[Path, ZoneInfo]:
    path, at, zone = text.rpartition("@")
    if not at or Path(text).exists():
        return Path(text), ZoneInfo("UTC")
    try:
        return Path(path), ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as error:
        message = f"--derivatives is {text!r}: {zone!r} is no time zone; zones are like Etc/GMT-3 or Europe/Athens"
        raise ConfigurationError(message) from error


def _published(
    path: Path, zone: ZoneInfo, symbol: str, first_ms: int | None, last_ms: int | None
) -> list[DerivativesPublished]:
    table = read_table(path)
    fields = {field: column for field in _FIELDS if (column := field.column(table)) is not None}
    if not fields:
        raise table.lacks((*_FUNDING[:1], *_INTEREST[:1], *_DELTA[:1], *_BOUGHT[:1], *_BASIS[:1]), joined=" or ")
    known = _known(table, zone)
    wanted = _of(table, symbol) & (known >= (first_ms or 0)) & (known < (last_ms or np.iinfo(np.int64).max))
    rows = np.flatnonzero(wanted)
    rows = rows[np.argsort(known[rows], kind="stable")]
    values = {field.name: _believed(table, field, column, rows) for field, column in fields.items()}
    return [
        DerivativesPublished(
            int(known[row]), symbol, **{name: _optional(column[row]) for name, column in values.items()}
        )
        for row in rows.tolist()
        if any(not isnan(column[row]) for column in values.values())
    ]


def _known(table: Table, zone: ZoneInfo) -> Times:
    stamps = read_stamps(table, table.find(TIME_NAMES))
    utc = stamps.ms if stamps.zoned else to_utc(stamps.ms, zone)
    if stamps.dates:
        return utc + DAY_MS
    return utc + _bar_ms(table, utc) if table.has((*_BOUGHT, *_DELTA)) else utc


def _bar_ms(table: Table, opens: Times) -> int:
    """The length of the bars that a file of taker volume holds."""
    steps, counts = np.unique(np.diff(np.unique(opens)), return_counts=True)
    if not len(steps):
        raise FeedMalformed(f"{table.path}: one row does not tell how long its bar is; at least 2 are needed")
    return int(steps[counts.argmax()])


def _of(table: Table, symbol: str) -> "np.ndarray[tuple[int, ...], np.dtype[np.bool_]]":
    if not table.has(("symbol",)):
        return np.full(len(table), fill_value=True)
    return np.array([_plain(str(each)) == _plain(symbol) for each in table.columns["symbol"]])


def _plain(symbol: str) -> str:
    """Letters and digits, without the settlement coin that some write behind a colon."""
    return "".join(letter for letter in symbol.partition(":")[0].upper() if letter.isalnum())


def _believed(table: Table, field: _Field, column: str, rows: Times) -> Floats:
    values = field.values(table)
    there = np.zeros(len(values), np.bool_)
    there[rows] = True
    least, most = BELIEVED[field.name]
    bad = first_true(there & ~np.isnan(values) & ~((values >= least) & (values <= most)))
    if bad is not None:
        why = f"{field.name} lies between {least:g} and {most:g} {field.unit}"
        raise table.malformed(bad, column, why)
    return values


def _optional(value: float) -> float | None:
    return None if isnan(value) else float(value)


def _first(names: Sequence[str]) -> Callable[[Table], str | None]:
    return lambda table: next((name for name in names if name in table.columns), None)


def _funding_column(table: Table) -> str | None:
    """Some write funding as candles, its rate in `open`; only the file's name tells them from prices."""
    found = _first(_FUNDING)(table)
    return found or ("open" if "funding" in table.path.name.lower() and table.has(("open",)) else None)


def _delta_column(table: Table) -> str | None:
    return _first(_DELTA)(table) or (_first(_BOUGHT)(table) if table.has(("volume",)) else None)


def _delta(table: Table) -> Floats:
    column = _delta_column(table) or ""
    given = table.numbers(column)
    return given if column in _DELTA else 2.0 * given - table.numbers("volume")


def _basis_column(table: Table) -> str | None:
    return _first(_BASIS)(table) or (_first(_MARK)(table) if table.has(_INDEX) else None)


def _basis(table: Table) -> Floats:
    column = _basis_column(table) or ""
    given = table.numbers(column)
    return given if column in _BASIS else given / table.numbers(table.find(_INDEX)) - 1.0


def _plainly(column: Callable[[Table], str | None]) -> Callable[[Table], Floats]:
    return lambda table: table.numbers(column(table) or "")


_FIELDS = (
    _Field("funding_rate", _funding_column, _plainly(_funding_column), "of the notional, not percent"),
    _Field("open_interest", _first(_INTEREST), _plainly(_first(_INTEREST)), "in USD or coin"),
    _Field("taker_delta", _delta_column, _delta, "in coin"),
    _Field("basis", _basis_column, _basis, "as a fraction of spot's price"),
)
