"""Clock readings of a zone as UTC, with the rule that the macro files have: of two readings the later."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from actors.adapters.files.closes import to_utc
from core.errors import ConfigurationError


def zone(name: str, setting: str) -> ZoneInfo:
    """The zone of that name.

    Args:
        name: Such as `America/New_York`.
        setting: Which setting named it.

    Raises:
        ConfigurationError: If there is none.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        message = f"{setting} is {name!r}, which is no time zone; names are like America/New_York or UTC"
        raise ConfigurationError(message) from error


def utc_ms(moment: datetime, zone: ZoneInfo) -> int:
    """UTC ms of a time; without an offset it is what a clock in `zone` showed."""
    if moment.tzinfo is not None:
        return round(moment.timestamp() * 1000)
    wall_ms = round(moment.replace(tzinfo=UTC).timestamp() * 1000)
    return int(to_utc(np.array([wall_ms], dtype=np.int64), zone)[0])


def day_end_ms(day: datetime, zone: ZoneInfo) -> int:
    """When a day is over in `zone`, UTC ms: 23 to 25 hours after it began."""
    return utc_ms(datetime(day.year, day.month, day.day) + timedelta(days=1), zone)  # noqa: DTZ001  a wall clock's
