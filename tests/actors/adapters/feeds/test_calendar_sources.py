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


JOBLESS = "SUMMARY:Claims\r\nDTSTART;TZID=America/New_York:20240104T083000\r\n"
"""On Thursdays; the tests' now is Tuesday, 5 March, and New York's clocks change on the 10th."""


def repeated(rule: str, start: str = JOBLESS, until: str = "2024-03-29") -> list[str]:
    """When an entry happens in March, as `day hour:minute` in UTC."""
    found = sorted(event.ts for event in read(Ics(IcsParams()), bodies.ics(f"{start}{rule}")))
    moments = [datetime.fromtimestamp(ts / 1000, UTC) for ts in found if ms("2024-02-28") <= ts < ms(until)]
    return [f"{moment:%d %H:%M}" for moment in moments]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("RRULE:FREQ=WEEKLY", ["29 13:30", "07 13:30", "14 12:30", "21 12:30", "28 12:30"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20240314T123000Z", ["29 13:30", "07 13:30", "14 12:30"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20240314T122959Z", ["29 13:30", "07 13:30"]),
        ("RRULE:FREQ=WEEKLY;UNTIL=20240314", ["29 13:30", "07 13:30", "14 12:30"]),
        ("RRULE:FREQ=WEEKLY;COUNT=10", ["29 13:30", "07 13:30"]),
        ("RRULE:FREQ=MONTHLY;BYDAY=1FR", ["01 13:30"]),
        ("RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["29 13:30"]),
        ("RRULE:FREQ=MONTHLY;BYMONTHDAY=12\r\nRDATE;TZID=America/New_York:20240320T140000", ["12 12:30", "20 18:00"]),
        (
            (
                "RRULE:FREQ=WEEKLY\r\nEXDATE;TZID=America/New_York:20240229T083000,20240314T083000\r\n"
                "EXDATE:20240321T123000Z\r\nEXDATE;VALUE=DATE:20240328"
            ),
            ["07 13:30"],
        ),
        ("RRULE:FREQ=HOURLY", []),
        ("RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", []),
    ],
)
def test_an_ics_entry_that_repeats_counts_at_each_date_on_its_own_clock(rule: str, expected: list[str]) -> None:
    assert repeated(rule) == expected


def test_a_repeated_day_begins_with_its_zone_and_a_repeated_moment_in_utc_stays_there() -> None:
    day = "SUMMARY:FOMC\r\nDTSTART;VALUE=DATE:20240106\r\n"
    assert repeated("RRULE:FREQ=WEEKLY", day, "2024-03-17") == ["02 05:00", "09 05:00", "16 04:00"]
    universal = "SUMMARY:Expiry\r\nDTSTART:20240105T080000Z\r\n"
    assert repeated("RRULE:FREQ=WEEKLY", universal, "2024-03-16") == ["01 08:00", "08 08:00", "15 08:00"]


def test_a_date_that_another_entry_moves_counts_there_alone_and_a_canceled_one_nowhere() -> None:
    moved = "RECURRENCE-ID;TZID=America/New_York:20240314T083000\r\nDTSTART;TZID=America/New_York:20240315T100000"
    off = "RECURRENCE-ID:20240321T123000Z\r\nSTATUS:CANCELLED\r\nDTSTART:20240321T123000Z"
    body = bodies.ics(f"{JOBLESS}RRULE:FREQ=WEEKLY;UNTIL=20240322", moved, off)
    body = body.replace("UID:1", "UID:0").replace("UID:2", "UID:0")
    found = sorted(event.ts for event in read(Ics(IcsParams()), body) if event.ts > START)
    assert found == [ms("2024-03-07 13:30"), ms("2024-03-15 14:00")]


@pytest.mark.parametrize("rule", ["RRULE:FREQ=XX", "RRULE:FREQ=WEEKLY;INTERVAL=0", "RRULE:FREQ=WEEKLY;BYDAY=1"])
def test_a_rule_that_makes_no_sense_is_no_announcement(rule: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        repeated(rule)


def test_rules_that_would_fill_the_memory_are_refused() -> None:
    daily = f"{JOBLESS}RRULE:FREQ=DAILY"
    for entries in (501, 200):
        found = Ics(IcsParams()).translate([bodies.ics(*[daily] * entries).encode()], START)
        assert isinstance(found, Refused)
        assert found.reason is Reason.FEED_MALFORMED
        assert found.measured > found.threshold  # type: ignore[operator]  # numbers


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
