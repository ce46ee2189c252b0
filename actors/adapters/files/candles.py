"""Candle files: closed bars of one symbol, sorted and believable, or a refusal that names file, row and value.

Sorted and deduplicated with a warning; never repaired, never filled. The whole file is judged, whatever part of it is
asked for: a file with one absurd row is not to be trusted elsewhere. A bar's time is its open, and must be a multiple
of the timeframe since 1970, because everything downstream aligns hours and days that way.
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from actors.adapters.files.believe import COLUMNS, believe
from actors.adapters.files.reading import read_table, release
from actors.adapters.files.table import Table, first_true
from actors.adapters.files.times import TIME_NAMES, read_stamps, span, spell
from core.durations import DAY_MS
from core.errors import ConfigurationError, FeedMalformed
from core.market.bars import Bars, Flags, Floats, Gap, Times

FALLBACK_SYMBOL = "BTCUSDT"
_ALIASES = {
    "open": ("open", "o"),
    "high": ("high", "h"),
    "low": ("low", "l"),
    "close": ("close", "c"),
    "volume": ("volume", "vol", "v"),
}
_QUOTES = ("USDT", "USDC", "FDUSD", "BUSD", "USD", "EUR", "BTC")


@dataclass(frozen=True, slots=True)
class Candles:
    """What a candle file holds, and what its reader has to say about it."""

    bars: Bars
    warnings: tuple[str, ...]
    """Sentences for the operator."""
    gaps: list[Gap]
    """Every stretch of missing bars, oldest first."""


def read_candles(
    path: Path,
    *,
    symbol: str | None = None,
    timeframe_ms: int | None = None,
    first_ms: int | None = None,
    last_ms: int | None = None,
) -> Candles:
    """The bars of a candle file, oldest first.

    Args:
        path: CSV, Parquet, Feather, freqtrade JSON or a Binance kline dump, text optionally packed.
        symbol: What the bars are of; None: what the file's name says.
        timeframe_ms: The bars' length; None: the most common step between them.
        first_ms: Only bars that open at or after this, UTC ms.
        last_ms: Only bars that open before this, UTC ms.

    Raises:
        FeedMalformed: If the contents cannot be believed.
        ConfigurationError: If the path, the timeframe or the range is at fault.
    """
    try:
        return _read(path, symbol, timeframe_ms, first_ms, last_ms)
    finally:
        release()


def _read(
    path: Path, symbol: str | None, timeframe_ms: int | None, first_ms: int | None, last_ms: int | None
) -> Candles:
    table = read_table(path)
    time_name = table.find(TIME_NAMES)
    stamps = read_stamps(table, time_name).ms
    columns = _prices(table)
    believe(table, columns)
    keep, warnings = _order(table, stamps, columns)
    timeframe = _timeframe(table, stamps[keep], timeframe_ms)
    _on_grid(table, time_name, stamps, timeframe)
    keep = keep[_cut(path, stamps[keep], first_ms=first_ms, last_ms=last_ms)]
    named = symbol or _symbol_in(path)
    if named is None:
        warnings += (f"{path}: the name does not say which symbol this is; {FALLBACK_SYMBOL} is assumed",)
    opens, highs, lows, closes, volumes = (columns[name][keep] for name in COLUMNS)
    bars = Bars(named or FALLBACK_SYMBOL, timeframe, stamps[keep], opens, highs, lows, closes, volumes)
    return Candles(bars, warnings, bars.gaps())


def symbol_of(path: Path) -> str:
    """The symbol in a file's name, such as BTCUSDT for `BTC_USDT-5m.json.gz`; BTCUSDT where the name is silent."""
    return _symbol_in(path) or FALLBACK_SYMBOL


def _symbol_in(path: Path) -> str | None:
    words = re.split(r"[^A-Z0-9]+", path.name.upper())
    for word, following in zip(words, [*words[1:], ""], strict=True):
        if word.endswith(_QUOTES) and word not in _QUOTES:
            return word
        if word and following in _QUOTES:
            return word + following
    return None


def _prices(table: Table) -> dict[str, Floats]:
    missing = [name for name in COLUMNS if not table.has(_ALIASES[name])]
    if missing:
        raise table.lacks(missing)
    return {name: table.numbers(table.find(_ALIASES[name])) for name in COLUMNS}


def _order(table: Table, stamps: Times, columns: dict[str, Floats]) -> tuple[Times, tuple[str, ...]]:
    """Indices of the rows to keep, by time, and warnings that count what was mended."""
    steps = np.diff(stamps)
    if (steps > 0).all():
        return np.arange(len(stamps)), ()
    order = np.argsort(stamps, kind="stable")
    again = np.concatenate(([False], np.diff(stamps[order]) == 0))
    _no_conflict(table, stamps, columns, order=order, again=again)
    early = stamps < np.maximum.accumulate(stamps)
    counts = {"out of order (sorted)": int(early.sum()), "duplicated (dropped)": int(again.sum())}
    warnings = tuple(f"{table.path}: {count} rows {what}" for what, count in counts.items() if count)
    return order[~again], warnings


def _no_conflict(table: Table, stamps: Times, columns: dict[str, Floats], *, order: Times, again: Flags) -> None:
    for name, column in columns.items():
        at = first_true(again & np.concatenate(([False], np.diff(column[order]) != 0)))
        if at is not None:
            first, second = int(order[at - 1]), int(order[at])
            why = f"row {table.row(first)} has {column[first]:.12g} for the same time, {spell(int(stamps[first]))}"
            raise table.malformed(second, table.find(_ALIASES[name]), why)


def _timeframe(table: Table, stamps: Times, asked_ms: int | None) -> int:
    steps, counts = np.unique(np.diff(stamps), return_counts=True)
    if not len(steps):
        if asked_ms is None:
            raise ConfigurationError(f"{table.path} holds a single bar: say its timeframe")
        return asked_ms
    common = int(steps[counts.argmax()])
    if asked_ms is not None and asked_ms > common:
        raise ConfigurationError(f"{table.path} holds {span(common)} bars; {span(asked_ms)} bars were asked for")
    timeframe = asked_ms or common
    if DAY_MS % timeframe:
        message = f"{table.path}: bars are {span(timeframe)} apart, which is no timeframe: a day is no multiple of it"
        raise FeedMalformed(message)
    return timeframe


def _on_grid(table: Table, time_name: str, stamps: Times, timeframe_ms: int) -> None:
    bad = first_true(stamps % timeframe_ms != 0)
    if bad is not None:
        why = f"a {span(timeframe_ms)} bar cannot open at {spell(int(stamps[bad]))}"
        raise table.malformed(bad, time_name, why)


def _cut(path: Path, stamps: Times, *, first_ms: int | None, last_ms: int | None) -> slice:
    first = 0 if first_ms is None else int(np.searchsorted(stamps, first_ms))
    last = len(stamps) if last_ms is None else int(np.searchsorted(stamps, last_ms))
    if first >= last:
        holds = f"{spell(int(stamps[0]))} to {spell(int(stamps[-1]))}"
        raise ConfigurationError(f"{path}: no bar opens in the range asked for; the file holds {holds}")
    return slice(first, last)
