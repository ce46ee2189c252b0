"""The moments of an iCalendar entry, also where it repeats: its rule, what is added to it and what is left out.

A rule is followed on the wall clock of the entry's own zone, so that half past eight stays half past eight when
clocks change. Rules that repeat within a day, or that could be searched for long in vain, count at their first date.

Source:
    RFC 5545, sections 3.3.10, 3.8.5.1 to 3.8.5.3 and 3.8.4.4.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # it has no stubs
from icalendar.prop import vRecur

from actors.adapters.feeds.zones import utc_ms

_DAILY = frozenset({"FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTH", "WKST"})
_MONTHLY = _DAILY | {"BYMONTHDAY", "BYSETPOS", "BYWEEKNO", "BYYEARDAY"}
_PARTS = {"DAILY": _DAILY, "WEEKLY": _DAILY, "MONTHLY": _MONTHLY, "YEARLY": _MONTHLY}
"""What a rule may be made of: a combination that never holds is searched up to the year 9999, day by day at worst."""

_MARGIN = timedelta(days=1)
"""More than any zone is away from UTC."""


class Recurrence:
    """When an entry happens.

    Args:
        entry: It has a DTSTART.
        zone: Where it has no zone of its own.
    """

    def __init__(self, entry: Any, zone: ZoneInfo) -> None:
        self._entry = entry
        self._start: date = entry.decoded("DTSTART")
        own = self._start.tzinfo if isinstance(self._start, datetime) else None
        self._own: tzinfo | None = own
        self._zone = zone

    @property
    def has_time(self) -> bool:
        """Whether the entry has an hour."""
        return isinstance(self._start, datetime)

    @property
    def repeats(self) -> bool:
        """Whether it may happen more than once."""
        return "RRULE" in self._entry or "RDATE" in self._entry

    def moments(self, first_ms: int, last_ms: int) -> set[int]:
        """UTC ms of the start, and of what of its repetitions falls about into a span."""
        begin, end = (datetime.fromtimestamp(ms / 1000, UTC).replace(tzinfo=None) for ms in (first_ms, last_ms))
        walls = {self._wall(self._start), *map(self._wall, _dates(self._entry, "RDATE"))}
        for rule in _each(self._entry, "RRULE"):
            walls.update(self._ruled(rule, begin - _MARGIN, end + _MARGIN))
        left_out = list(_dates(self._entry, "EXDATE"))
        days = {each for each in left_out if not isinstance(each, datetime)}
        gone = {self.ms(each) for each in left_out if isinstance(each, datetime)}
        return {self._ms(wall) for wall in walls if wall.date() not in days} - gone

    def ms(self, moment: date) -> int:
        """UTC ms of a date or time that the entry names."""
        return self._ms(self._wall(moment))

    def _ms(self, wall: datetime) -> int:
        return utc_ms(wall.replace(tzinfo=self._own), self._zone)

    def _wall(self, moment: date) -> datetime:
        """What the entry's clock shows."""
        if not isinstance(moment, datetime):
            return datetime.combine(moment, time())
        return moment if moment.tzinfo is None else moment.astimezone(self._own or self._zone).replace(tzinfo=None)

    def _ruled(self, rule: Any, begin: datetime, end: datetime) -> Iterator[datetime]:
        if not isinstance(rule, vRecur):
            raise ValueError(f"RRULE cannot be read: {rule}")  # noqa: TRY004  it is the document's fault
        if min(rule.get("INTERVAL", [1])) < 1:
            raise ValueError("RRULE has an interval of 0")  # it would repeat for ever where it is
        if not _PARTS.get(str(rule["FREQ"][0]), frozenset()).issuperset(rule):
            return
        bare: Any = vRecur({name: value for name, value in rule.items() if name != "UNTIL"})
        last = min([end, *(self._until(each) for each in rule.get("UNTIL", []))])
        for wall in rrulestr(bare.to_ical().decode(), dtstart=self._wall(self._start)):
            if wall > last:
                return
            if wall >= begin:
                yield wall

    def _until(self, moment: date) -> datetime:
        """The last moment of a rule; a date alone means the whole day."""
        is_day = not isinstance(moment, datetime)
        return datetime.combine(moment, time.max) if is_day else self._wall(moment)


def _each(entry: Any, name: str) -> list[Any]:
    """Every property of that name."""
    found = entry.get(name, [])
    return list(found) if isinstance(found, list) else [found]


def _dates(entry: Any, name: str) -> Iterator[date]:
    """The dates and times of every property of that name; a period counts by its beginning."""
    for each in _each(entry, name):
        for given in each.dts:
            yield given.dt[0] if isinstance(given.dt, tuple) else given.dt
