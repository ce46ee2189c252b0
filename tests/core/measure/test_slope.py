import math

import pytest

from core.durations import HOUR_MS
from core.measure.slope import HourlySlope

FIVE = 300_000


def feed(slope: HourlySlope, hour: int, close: float, *, minutes: range = range(0, 60, 5)) -> None:
    for minute in minutes:
        slope.update(hour * HOUR_MS + minute * 60_000, close)


def test_an_hour_counts_with_its_last_bar_and_not_before() -> None:
    slope = HourlySlope(2, FIVE)
    feed(slope, 0, 10.0)
    feed(slope, 1, 20.0, minutes=range(0, 55, 5))
    assert math.isnan(slope.ema)
    slope.update(HOUR_MS + 55 * 60_000, 20.0)
    assert slope.ema == 15.0


def test_an_hour_cut_short_counts_once_a_later_hour_begins() -> None:
    slope = HourlySlope(2, FIVE)
    feed(slope, 0, 10.0)
    feed(slope, 1, 20.0, minutes=range(0, 30, 5))
    slope.update(5 * HOUR_MS, 99.0)
    assert slope.ema == 15.0


def test_the_slope_is_the_percent_change_over_one_completed_hour() -> None:
    slope = HourlySlope(2, FIVE)
    for hour, close in enumerate((10.0, 20.0, 30.0)):
        assert math.isnan(slope.slope_pct)
        feed(slope, hour, close)
    assert slope.ema == pytest.approx(25.0)
    assert slope.slope_pct == pytest.approx((25.0 / 15.0 - 1.0) * 100.0)


@pytest.mark.parametrize("timeframe_ms", [HOUR_MS, 4 * HOUR_MS])
def test_a_bar_of_an_hour_or_longer_is_one_completed_hour(timeframe_ms: int) -> None:
    slope = HourlySlope(2, timeframe_ms)
    slope.update(0, 10.0)
    slope.update(timeframe_ms, 20.0)
    assert slope.ema == 15.0
