"""Bitcoin's own trend: three days and a week, the one that tells more, and when it is news."""

from math import nan

import pytest

from core.flow.bias import FlowParams
from core.flow.price import PriceTrend, price_trend

PARAMS = FlowParams()  # weak 1 %, strong 5 % over 72 h; twice that over a week


@pytest.mark.parametrize(
    ("days_pct", "week_pct", "expected"),
    [
        (-2.5, nan, (-0.5, -2.5, 72)),
        (0.99, nan, (0.0, 0.99, 72)),
        (1.0, nan, (0.2, 1.0, 72)),
        (-9.8, -4.0, (-1.0, -9.8, 72)),
        (0.5, -20.0, (-1.0, -20.0, 168)),  # a rebound after a crash
        (2.5, 1.99, (0.5, 2.5, 72)),
        (2.0, 5.0, (0.5, 5.0, 168)),
        (8.0, -20.0, (-1.0, -20.0, 168)),  # among equals the falling one
        (-8.0, 20.0, (-1.0, -8.0, 72)),
    ],
)
def test_the_look_back_that_tells_more_speaks(
    days_pct: float, week_pct: float, expected: tuple[float, float, int]
) -> None:
    found = price_trend(days_pct, week_pct, PARAMS)
    assert found is not None
    assert found.value == pytest.approx(expected[0])
    assert (found.change_pct, found.hours) == expected[1:]


def test_without_three_days_of_history_there_is_no_trend() -> None:
    assert price_trend(nan, nan, PARAMS) is None


def test_the_first_trend_is_news() -> None:
    assert PriceTrend(0.0, 0.0, 72).is_news_after(None)


@pytest.mark.parametrize(
    ("told", "now", "is_news"),
    [
        (0.3, 0.39, 0),
        (0.3, 0.41, 1),
        (0.96, 1.0, 1),
        (1.0, 0.96, 0),
        (1.0, 1.0, 0),
        (0.05, 0.0, 1),
        (0.0, 0.0, 0),
        (-0.95, -1.0, 1),
    ],
)
def test_a_tenth_is_news_and_so_is_coming_to_nothing_or_to_a_full_trend(told: float, now: float, is_news: int) -> None:
    assert PriceTrend(now, 0.0, 72).is_news_after(PriceTrend(told, 0.0, 72)) == bool(is_news)
