import pytest

from core.durations import HOUR_MS
from core.liquidity.sessions import Session

MINUTE = 60_000


def running_at(session: Session, open_ms: int) -> bool:
    session.update(open_ms, 1.0, 1.0, 1)
    return session.running


@pytest.mark.parametrize(
    ("minute", "running"), [(7 * 60 - 1, False), (7 * 60, True), (16 * 60 - 1, True), (16 * 60, False)]
)
def test_a_session_runs_from_its_opening_up_to_its_close(minute: int, *, running: bool) -> None:
    assert running_at(Session("london", (7, 16), weight=0.8), minute * MINUTE) is running


@pytest.mark.parametrize(
    ("hour", "running"), [(21, False), (22, True), (24, True), (29, True), (30, False), (46, True)]
)
def test_a_session_may_span_midnight(hour: int, *, running: bool) -> None:
    assert running_at(Session("sydney", (22, 6), weight=0.8), hour * HOUR_MS) is running


@pytest.mark.parametrize("hours", [(0, 24), (0, 0), (24, 24)])
def test_a_session_of_equal_hours_never_closes_but_begins_anew_each_day(hours: tuple[int, int]) -> None:
    session = Session("all", hours, weight=0.8)
    session.update(23 * HOUR_MS, 9.0, 1.0, 1)
    session.update(24 * HOUR_MS, 5.0, 4.0, 2)
    assert session.running
    assert (session.span.high, session.span.low) == (5.0, 4.0)


def test_the_span_widens_while_running_and_stays_after_the_close() -> None:
    session = Session("asia", (0, 8), weight=0.8)
    session.update(0, 10.0, 9.0, 1)
    session.update(HOUR_MS, 12.0, 8.0, 2)
    session.update(8 * HOUR_MS, 99.0, 1.0, 3)
    assert (session.span.high, session.span.low, session.running) == (12.0, 8.0, False)


def test_after_a_gap_of_days_a_new_instance_begins() -> None:
    session = Session("asia", (0, 8), weight=0.8)
    session.update(0, 10.0, 9.0, 1)
    session.update(75 * HOUR_MS, 5.0, 4.0, 2)
    assert (session.span.high, session.span.low, session.running) == (5.0, 4.0, True)
