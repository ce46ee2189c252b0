"""Announcements from a CSV file: a date, perhaps a time beside it, a title, perhaps a currency and an impact."""

from collections.abc import Sequence
from datetime import time
from pathlib import Path

import numpy as np

from actors.adapters.feeds.answer import Impact
from actors.adapters.feeds.impact import impact_of
from actors.adapters.feeds.params import CalendarFileParams
from actors.adapters.feeds.request import FileRequest
from actors.adapters.feeds.zones import zone
from actors.adapters.files.closes import to_utc
from actors.adapters.files.reading import read_table
from actors.adapters.files.table import Table
from actors.adapters.files.times import TIME_NAMES, read_stamps
from core.durations import MINUTE_MS
from core.market.bars import Times
from core.messages import ScheduledEvent

_DATES = ("date", "day", *TIME_NAMES)
_HOURS = ("time", "time_et", "time_utc", "time_local", "hour")
_TITLES = ("title", "event", "name", "summary", "announcement")
_CURRENCIES = ("currency", "country")
_IMPACTS = ("impact", "importance")


class CalendarFile:
    """The file's rows."""

    name = "csv"
    partial = False

    def __init__(self, params: CalendarFileParams) -> None:
        self.terms = params
        self._path = Path(params.path).expanduser()
        self._zone = zone(params.zone, "feeds.calendar_csv.zone")

    def requests(self, now: int, *, history: bool) -> Sequence[FileRequest]:
        """The file; there is no history."""
        del now
        return [] if history else [FileRequest(self._path)]

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[ScheduledEvent]:
        """Its rows."""
        del bodies, now
        table = read_table(self._path)
        dates = table.find(_DATES)
        hours = next((name for name in _HOURS if name in table.columns and name != dates), "")
        stamps = read_stamps(table, dates)
        minutes = [_minutes(table, hours, index) for index in range(len(table))] if stamps.dates else []
        wall: Times = stamps.ms
        if minutes:
            wall = wall + np.array([(each or 0) * MINUTE_MS for each in minutes], dtype=np.int64)
        moments = wall if stamps.zoned else to_utc(wall, self._zone)
        return [
            ScheduledEvent(
                ts=ts,
                title=_said(table, _TITLES, index) or self._path.name.split(".", 1)[0],
                currency=_said(table, _CURRENCIES, index) or self.terms.currency,
                impact=self._impact(table, index),
                has_time=not minutes or minutes[index] is not None,
            )
            for index, ts in enumerate(moments.tolist())
        ]

    def _impact(self, table: Table, index: int) -> Impact:
        said = _said(table, _IMPACTS, index)
        return (impact_of(said) or "NONE") if said else self.terms.impact


def _minutes(table: Table, name: str, index: int) -> int | None:
    """Minutes since midnight, as a row gives them; None where it does not."""
    text = _text(table, name, index)
    if not text:
        return None
    try:
        at = time.fromisoformat(text)
    except ValueError as error:
        raise table.malformed(index, name, "not a time of day like 08:30") from error
    return at.hour * 60 + at.minute


def _said(table: Table, names: Sequence[str], index: int) -> str:
    return next((text for name in names if (text := _text(table, name, index))), "")


def _text(table: Table, name: str, index: int) -> str:
    """What a row says in a column; empty where there is nothing."""
    value = table.columns[name][index] if name in table.columns else None
    return "" if value is None else " ".join(str(value).split())
