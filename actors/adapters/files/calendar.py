"""Calendar files: scheduled announcements from CSV, iCalendar or Forex Factory's JSON, by the file's ending."""

from pathlib import Path

from actors.adapters.feeds.answer import Refused
from actors.adapters.feeds.calendar_file import CalendarFile
from actors.adapters.feeds.forexfactory import ForexFactory
from actors.adapters.feeds.params import CalendarFileParams, ForexFactoryParams, IcsParams
from actors.adapters.files.source import existing
from core.errors import ConfigurationError, FeedMalformed
from core.messages import ScheduledEvent


def read_calendar(path: Path) -> list[ScheduledEvent]:
    """The announcements of a file, by time; hours without an offset are New York's.

    Raises:
        FeedMalformed: If the contents are not announcements with dates.
        ConfigurationError: If the path is at fault, or its kind is not read.
    """
    existing(path)
    name = path.name.lower()
    if name.endswith((".csv", ".csv.gz")):
        return sorted(CalendarFile(CalendarFileParams(path=str(path))).translate([], 0))
    if name.endswith(".ics"):
        from actors.adapters.feeds.ics import Ics  # noqa: PLC0415  30 ms of icalendar, which few files need

        found = Ics(IcsParams()).translate([path.read_bytes()], 0)
    elif name.endswith(".json"):
        found = ForexFactory(ForexFactoryParams()).translate([path.read_bytes()], 0)
    else:
        raise ConfigurationError(f"{path}: calendars are read from .csv, .csv.gz, .ics and Forex Factory's .json")
    if isinstance(found, Refused):
        raise FeedMalformed(f"{path}: {found.detail}")
    return sorted(found)
