import math

from core.durations import DAY_MS
from core.liquidity.days import Days


def test_a_day_ends_exactly_at_midnight_utc() -> None:
    days = Days(weight=1.0)
    assert days.update(0, 10.0, 5.0, 1)
    assert not days.update(DAY_MS - 1, 12.0, 6.0, 2)
    assert math.isnan(days.prior.high)
    assert days.update(DAY_MS, 7.0, 6.0, 3)
    assert (days.prior.high, days.prior.low, days.open_ms) == (12.0, 5.0, DAY_MS)


def test_after_a_gap_the_prior_day_is_the_last_that_had_bars() -> None:
    days = Days(weight=1.0)
    days.update(0, 10.0, 5.0, 1)
    days.update(5 * DAY_MS + 1, 20.0, 15.0, 2)
    assert (days.prior.high, days.open_ms) == (10.0, 5 * DAY_MS)
