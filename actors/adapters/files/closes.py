"""One macro series as closes, each with the moment it became known.

A stamp without an offset is what the clock on the wall showed in the series' time zone. Twice a year a clock shows an
hour twice, or skips one: such a stamp is read as the later of its two possible moments, so that a value is never known
too early. A daily bar closes when the same clock shows the same time a day later (the next local midnight: 23 to 25
hours); a shorter one after its length, since the markets that broker time is about are shut when clocks change.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from actors.adapters.files.reading import read_table
from actors.adapters.files.series import RESOLUTIONS, Series
from actors.adapters.files.table import Table, first_true, normal
from actors.adapters.files.times import TIME_NAMES, Stamps, read_stamps, span, spell
from core.durations import DAY_MS
from core.errors import FeedMalformed
from core.market.bars import Floats, Times

FOUR_HOURS_MS = RESOLUTIONS["4h"]
_VALUE_NAMES = ("close", "price", "value", "last", "dxy", "btc_dominance", "dominance", "btc.d", "adj_close")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, eq=False)
class Closes:
    """Values of one input and timeframe, oldest first."""

    feed: str
    timeframe: str
    known_ms: Times
    """UTC."""
    values: Floats
    rows: Times
    """Index of each value's row in `table`."""
    table: Table
    column: str

    def __len__(self) -> int:
        return len(self.known_ms)

    def pick(self, which: Times) -> "Closes":
        """The values at these indices."""
        picked = self.known_ms[which], self.values[which], self.rows[which]
        return Closes(self.feed, self.timeframe, *picked, self.table, self.column)


def read_closes(series: Series) -> Closes:
    """The series' file, sorted by known time, hourly closes made four-hourly.

    Raises:
        FeedMalformed: If the file cannot be read, or gives two values for one time.
    """
    table = read_table(series.path)
    time, value = _named(table, series.time, TIME_NAMES), _named(table, series.value, _VALUE_NAMES)
    stamps = read_stamps(table, time, unit=series.unit)
    resolution = series.resolution or _common_step(table, stamps.ms)
    known = _known(stamps, series.zone, closed=series.stamp == "close", resolution=resolution)
    rows = np.argsort(known, kind="stable")
    timeframe = "1d" if resolution == "1d" else "4h"
    closes = Closes(series.feed, timeframe, known[rows], table.numbers(value)[rows], rows, table, value)
    closes = _without_repeats(closes)
    return _four_hourly(closes) if resolution == "1h" else closes


def to_utc(wall_ms: Times, zone: ZoneInfo) -> Times:
    """UTC ms of what a clock in `zone` showed; of an hour shown twice or skipped, the later reading."""
    if zone.key == "UTC":
        return wall_ms
    return np.array([wall - _least_offset_ms(wall, zone) for wall in wall_ms.tolist()], dtype=np.int64)


def _least_offset_ms(wall_ms: int, zone: ZoneInfo) -> int:
    wall = (_EPOCH + timedelta(milliseconds=wall_ms)).replace(tzinfo=zone)
    offsets = (wall.replace(fold=fold).utcoffset() or timedelta() for fold in (0, 1))
    return min(offsets) // timedelta(milliseconds=1)


def _to_wall(utc_ms: Times, zone: ZoneInfo) -> Times:
    moments = ((_EPOCH + timedelta(milliseconds=ms)).astimezone(zone) for ms in utc_ms.tolist())
    offsets = [(moment.utcoffset() or timedelta()) // timedelta(milliseconds=1) for moment in moments]
    return utc_ms + np.array(offsets, dtype=np.int64)


def _known(stamps: Stamps, zone: ZoneInfo, *, closed: bool, resolution: str) -> Times:
    if closed or resolution != "1d":
        utc = stamps.ms if stamps.zoned else to_utc(stamps.ms, zone)
        return utc if closed else utc + RESOLUTIONS[resolution]
    wall = _to_wall(stamps.ms, zone) if stamps.zoned else stamps.ms
    return to_utc(wall + DAY_MS, zone)


def _named(table: Table, given: str, usual: tuple[str, ...]) -> str:
    return table.find((normal(given),) if given else usual)


def _common_step(table: Table, stamps: Times) -> str:
    steps, counts = np.unique(np.diff(np.unique(stamps)), return_counts=True)
    common = int(steps[counts.argmax()]) if len(steps) else 0
    found = next((name for name, ms in RESOLUTIONS.items() if ms == common), None)
    if found is None:
        message = f"{table.path}: values are {span(common)} apart; {', '.join(RESOLUTIONS)} are read"
        raise FeedMalformed(message)
    return found


def _without_repeats(closes: Closes) -> Closes:
    again = np.concatenate(([False], np.diff(closes.known_ms) == 0))
    differs = np.concatenate(([False], np.diff(closes.values) != 0))
    bad = first_true(again & differs)
    if bad is not None:
        row, other = closes.table.row(int(closes.rows[bad - 1])), float(closes.values[bad - 1])
        why = f"row {row} has {other:.12g} for the same time, known at {spell(int(closes.known_ms[bad]))}"
        raise closes.table.malformed(int(closes.rows[bad]), closes.column, why)
    return closes.pick(np.flatnonzero(~again))


def _four_hourly(closes: Closes) -> Closes:
    """The last close of each four hours of UTC, known at their end; hours that are still running are left out."""
    ends = -(-closes.known_ms // FOUR_HOURS_MS) * FOUR_HOURS_MS
    last = np.concatenate((ends[1:] != ends[:-1], closes.known_ms[-1:] == ends[-1:]))
    picked = closes.pick(np.flatnonzero(last))
    return Closes(picked.feed, "4h", ends[last], picked.values, picked.rows, picked.table, picked.column)
