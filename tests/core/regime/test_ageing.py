"""Ages of macro values across weekends."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.regime.ageing import age_ms, stale_at

HOUR = 3_600_000


def ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("known", "now", "hours"),
    [
        ("2024-03-06 12:00", "2024-03-06 13:00", 1),
        ("2024-03-08 21:00", "2024-03-08 22:00", 1),  # Friday's close is the last hour that ages
        ("2024-03-08 21:00", "2024-03-08 23:00", 1),
        ("2024-03-08 22:00", "2024-03-10 22:00", 0),
        ("2024-03-08 22:00", "2024-03-10 23:00", 1),
        ("2024-03-09 04:00", "2024-03-11 04:00", 6),  # a daily bar that closed inside the weekend
        ("2024-03-01 12:00", "2024-03-15 12:00", 240),
    ],
)
def test_a_weekend_does_not_age_a_five_day_market(known: str, now: str, hours: int) -> None:
    assert age_ms(ms(known), ms(now), rests_on_weekends=True) == hours * HOUR


def test_a_weekend_ages_a_market_that_never_closes() -> None:
    assert age_ms(ms("2024-03-08 22:00"), ms("2024-03-10 22:00"), rests_on_weekends=False) == 48 * HOUR


@pytest.mark.parametrize(
    ("known", "hours", "stale"),
    [
        ("2024-03-08 20:00", 1, "2024-03-08 21:00"),
        ("2024-03-08 20:00", 2, "2024-03-08 22:00"),
        ("2024-03-08 20:00", 3, "2024-03-10 23:00"),
        ("2024-03-09 12:00", 12, "2024-03-11 10:00"),
    ],
)
def test_a_value_goes_stale_in_market_time(known: str, hours: int, stale: str) -> None:
    assert stale_at(ms(known), hours * HOUR, rests_on_weekends=True) == ms(stale)


@given(
    known=st.integers(min_value=0, max_value=4_000_000_000_000),
    limit=st.integers(min_value=1, max_value=60 * 24 * HOUR),
    rests=st.booleans(),
)
def test_the_stale_moment_is_the_first_at_which_the_age_reaches_the_limit(known: int, limit: int, rests: bool) -> None:  # noqa: FBT001 - hypothesis passes by name
    moment = stale_at(known, limit, rests_on_weekends=rests)
    assert moment > known
    assert age_ms(known, moment, rests_on_weekends=rests) == limit
    assert age_ms(known, moment - 1, rests_on_weekends=rests) == limit - 1
