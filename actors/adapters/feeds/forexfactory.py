"""The week's announcements from Forex Factory's JSON.

The live document has a moment with its offset in `date`. Exports of the site's own table have a date and a time apart,
without an offset, and a row without a time shares that of the row above it.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from actors.adapters.feeds.answer import Refused
from actors.adapters.feeds.document import brief
from actors.adapters.feeds.impact import impact_of
from actors.adapters.feeds.params import ForexFactoryParams
from actors.adapters.feeds.request import Request
from actors.adapters.feeds.zones import utc_ms, zone
from core.messages import ScheduledEvent
from core.reasons import Reason


class ForexFactory:
    """Announcements of all currencies."""

    name = "forexfactory"
    partial = False

    def __init__(self, params: ForexFactoryParams) -> None:
        self.terms = params
        self._zone = zone(params.zone, "feeds.forexfactory.zone")

    def requests(self, now: int, *, history: bool) -> Sequence[Request]:
        """The document; there is no history."""
        del now
        return [] if history else [Request(self.terms.url)]

    def translate(self, bodies: Sequence[bytes], now: int) -> Sequence[ScheduledEvent] | Refused:
        """Its rows."""
        del now
        try:
            rows = json.loads(bodies[0])
        except ValueError as error:
            return Refused(Reason.FEED_MALFORMED, brief(f"not JSON: {error}"))
        if not isinstance(rows, list):
            return Refused(Reason.FEED_MALFORMED, "not a list of announcements")
        found: list[ScheduledEvent] = []
        date = time = ""
        for row in rows:
            time = str(row.get("time") or (time if row["date"] == date else ""))
            date = str(row["date"])
            found.append(self._event(row, date, time))
        return found

    def _event(self, row: dict[str, Any], date: str, time: str) -> ScheduledEvent:
        is_whole = "T" in date
        has_time = is_whole or ":" in time  # else `All Day`, `Tentative`
        moment = datetime.fromisoformat(f"{date} {time}" if has_time and not is_whole else date)
        return ScheduledEvent(
            ts=utc_ms(moment, self._zone),
            title=" ".join(str(row.get("title") or row["event"]).split()),
            currency=str(row.get("country") or row.get("currency") or ""),
            impact=impact_of(str(row.get("impact") or "")) or "NONE",
            has_time=has_time,
        )
