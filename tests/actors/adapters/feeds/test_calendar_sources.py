"""Economic calendars: announcements with their moments, in whatever zone they are written."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from actors.adapters.feeds.answer import Refused
from actors.adapters.feeds.calendar_file import CalendarFile
from actors.adapters.feeds.forexfactory import ForexFactory
from actors.adapters.feeds.ics import Ics
from actors.adapters.feeds.impact import impact_of
from actors.adapters.feeds.params import CalendarFileParams, ForexFactoryParams, IcsParams
from actors.adapters.feeds.source import Source
from core.errors import FeedMalformed
from core.messages import ScheduledEvent
from core.reasons import Reason
from tests.actors.adapters.feeds import bodies
from tests.actors.adapters.feeds.served import START


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def read(source: Source, body: bytes | str = b"") -> list[ScheduledEvent]:
    found = source.translate([body.encode() if isinstance(body, str) else body], START)
    assert not isinstance(found, Refused), found
    return list(found)  # type: ignore[arg-type]  # calendars give announcements


def test_forex_factory_gives_moments_with_their_offsets() -> None:
    body = bodies.forexfactory([("2024-03-08T08:30:00-05:00", "NFP"), ("2024-03-12T08:30:00-04:00", "CPI m/m")])
    assert read(ForexFactory(ForexFactoryParams()), body) == [
        ScheduledEvent(ms("2024-03-08 13:30"), "NFP", "USD", "HIGH"),
        ScheduledEvent(ms("2024-03-12 12:30"), "CPI m/m", "USD", "HIGH"),
    ]


def test_the_exported_table_shares_times_with_the_row_above(shared_data: Path) -> None:
    body = (shared_data / "news" / "forexfactory_2025-06.json").read_bytes()
    events = read(ForexFactory(ForexFactoryParams()), body)
    assert len(events) == len(json.loads(body))
    at = {event.title: event for event in events if event.currency == "USD" and event.impact == "HIGH"}
    assert at["Federal Funds Rate"].ts == at["FOMC Statement"].ts == ms("2025-06-18 18:00")  # 14:00 in New York
    assert at["CPI m/m"].ts == ms("2025-06-11 12:30")
    assert at["Non-Farm Employment Change"].ts == ms("2025-06-06 12:30")
    assert not next(event for event in events if event.title == "Bank Holiday").has_time


@pytest.mark.parametrize("body", ["{}", "nonsense", '"text"'])
def test_what_is_no_list_is_no_calendar(body: str) -> None:
    found = ForexFactory(ForexFactoryParams()).translate([body.encode()], START)
    assert isinstance(found, Refused)
    assert found.reason is Reason.FEED_MALFORMED


@pytest.mark.parametrize(
    ("start", "ts", "has_time"),
    [
        ("DTSTART:20240312T123000Z", "2024-03-12 12:30", True),
        ("DTSTART;TZID=America/New_York:20240308T083000", "2024-03-08 13:30", True),
        ("DTSTART;TZID=America/New_York:20240312T083000", "2024-03-12 12:30", True),
        ("DTSTART:20240312T083000", "2024-03-12 12:30", True),
        ("DTSTART;VALUE=DATE:20240320", "2024-03-20 04:00", False),
    ],
)
def test_an_ics_entry_is_converted_from_its_zone(start: str, ts: str, has_time: bool) -> None:  # noqa: FBT001  a table's column
    (event,) = read(Ics(IcsParams()), bodies.ics(f"SUMMARY:CPI\r\n{start}"))
    assert event == ScheduledEvent(ms(ts), "CPI", "USD", "HIGH", has_time)


def test_an_ics_entry_may_say_its_currency_and_impact() -> None:
    entry = "SUMMARY:ECB rate\r\nDTSTART:20240307T131500Z\r\nCATEGORIES:EUR,Medium Impact Expected"
    (event,) = read(Ics(IcsParams()), bodies.ics(entry))
    assert (event.currency, event.impact) == ("EUR", "MEDIUM")


def test_an_ics_document_that_stops_in_the_middle_is_refused() -> None:
    found = Ics(IcsParams()).translate([bodies.ics("SUMMARY:CPI").encode()[:60]], START)
    assert isinstance(found, Refused)
    assert found.reason is Reason.FEED_MALFORMED


def calendar(tmp_path: Path, text: str) -> CalendarFile:
    path = tmp_path / "events.csv"
    path.write_text(text)
    return CalendarFile(CalendarFileParams(path=str(path)))


def test_a_file_of_dates_and_times_is_new_yorks_unless_it_says_otherwise(tmp_path: Path) -> None:
    source = calendar(tmp_path, "date,time,title,impact\n2024-03-08,08:30,NFP,High\n2024-03-12,08:30,CPI,low\n")
    assert read(source) == [
        ScheduledEvent(ms("2024-03-08 13:30"), "NFP", "USD", "HIGH"),
        ScheduledEvent(ms("2024-03-12 12:30"), "CPI", "USD", "LOW"),
    ]


def test_a_file_of_moments_needs_no_zone(tmp_path: Path) -> None:
    source = calendar(tmp_path, "timestamp,event,currency\n2024-03-08T13:30:00Z,NFP,USD\n")
    assert read(source) == [ScheduledEvent(ms("2024-03-08 13:30"), "NFP", "USD", "HIGH")]


def test_a_file_with_a_time_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FeedMalformed, match="08:30"):
        read(calendar(tmp_path, "date,time,title\n2024-03-08,soon,NFP\n"))


def test_the_real_calendars_are_read_whole(shared_data: Path) -> None:
    events = read(CalendarFile(CalendarFileParams(path=str(shared_data / "news" / "macro_events_us_2000_2027.csv.gz"))))
    assert len(events) == 2237
    assert sum(not event.has_time for event in events) == 23
    assert ScheduledEvent(ms("2024-03-08 13:30"), "nfp", "USD", "HIGH") in events
    days = read(CalendarFile(CalendarFileParams(path=str(shared_data / "news" / "fomc_dates.csv"))))
    assert not any(event.has_time for event in days)


@pytest.mark.parametrize(
    ("text", "impact"),
    [("High", "HIGH"), ("Low Impact Expected", "LOW"), ("3", "HIGH"), ("holiday", "NONE"), ("USD", None), ("", None)],
)
def test_impacts_are_known_by_their_first_word(text: str, impact: str | None) -> None:
    assert impact_of(text) == impact
