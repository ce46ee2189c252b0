from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice

import pytest

from actors.adapters.sim.macro import dollar_trades
from actors.adapters.sim.market import START_MS, SimMarket
from actors.adapters.sim.params import SimParams
from core.durations import DAY_MS, HOUR_MS
from core.messages import MacroPublished

FRIDAY_MS = START_MS + 4 * DAY_MS
SUNDAY_MS = START_MS + 6 * DAY_MS


def published(feed: str, timeframe: str, *, days: int = 56, seed: int = 1) -> Iterator[MacroPublished]:
    for chunk in islice(SimMarket(SimParams(), seed=seed).chunks(), days):
        yield from (value for value in chunk.macro if (value.feed, value.timeframe) == (feed, timeframe))


def hour_of_week(ts: int) -> int:
    at = datetime.fromtimestamp(ts / 1000, UTC)
    return at.weekday() * 24 + at.hour


@pytest.mark.parametrize(
    ("ts", "open_"),
    [
        (FRIDAY_MS + 22 * HOUR_MS - 1, True),
        (FRIDAY_MS + 22 * HOUR_MS, False),
        (SUNDAY_MS + 22 * HOUR_MS - 1, False),
        (SUNDAY_MS + 22 * HOUR_MS, True),
    ],
)
def test_the_dollar_rests_from_friday_2200_to_sunday_2200(ts: int, *, open_: bool) -> None:
    assert dollar_trades(ts) is open_


def test_no_dollar_value_is_published_while_it_rests() -> None:
    for timeframe in ("4h", "1d"):
        assert not [v for v in published("dxy", timeframe) if 4 * 24 + 22 <= hour_of_week(v.ts) < 6 * 24 + 22]


def test_four_hour_dollar_values_come_at_every_four_hour_close_of_its_week() -> None:
    hours = Counter(hour_of_week(value.ts) for value in published("dxy", "4h"))
    assert set(hours) == set(range(0, 4 * 24 + 21, 4))
    assert set(hours.values()) == {8}
    assert all(value.ts % (4 * HOUR_MS) == 0 for value in published("dxy", "4h"))


def test_daily_dollar_values_come_five_days_a_week_at_2100() -> None:
    hours = Counter(hour_of_week(value.ts) for value in published("dxy", "1d"))
    assert hours == {day * 24 + 21: 8 for day in range(5)}


def test_dominance_comes_every_midnight() -> None:
    assert [value.ts for value in published("btc_dominance", "1d")] == [START_MS + day * DAY_MS for day in range(56)]


def test_the_dollar_does_not_move_over_the_weekend() -> None:
    values = {value.ts: value.value for value in published("dxy", "4h")}
    friday, monday = values[FRIDAY_MS + 20 * HOUR_MS], values[START_MS + 7 * DAY_MS]
    assert abs(monday / friday - 1) < 0.004  # two hours of Friday and two of Sunday remain
    assert monday != friday


def test_years_of_macro_stay_within_what_such_series_do() -> None:
    dollar = [value.value for value in published("dxy", "1d", days=2_000)]
    dominance = [value.value for value in published("btc_dominance", "1d", days=2_000)]
    assert 80 < min(dollar) < 98
    assert 104 < max(dollar) < 125
    assert 30 < min(dominance) < 48
    assert 56 < max(dominance) < 75


def test_trends_strong_enough_for_a_full_score_occur_both_ways() -> None:
    dollar = [value.value for value in published("dxy", "1d", days=120)]
    weekly_pct = [100 * (now / before - 1) for before, now in zip(dollar, dollar[5:], strict=False)]
    dominance = [value.value for value in published("btc_dominance", "1d", days=120)]
    weekly_points = [now - before for before, now in zip(dominance, dominance[7:], strict=False)]
    assert min(weekly_pct) < -1.25 < 1.25 < max(weekly_pct)
    assert min(weekly_points) < -2.0 < 2.0 < max(weekly_points)
