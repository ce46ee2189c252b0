"""Macro series: what is kept, what a trend is made of, when it goes stale."""

import json
from datetime import UTC, datetime
from math import inf, nan

import pytest

from core.durations import DAY_MS, HOUR_MS
from core.errors import InvariantBroken
from core.regime.params import RegimeParams
from core.regime.series import MacroSeries
from core.regime.trend import trend_of

PARAMS = RegimeParams()
MONDAY = int(datetime(2024, 3, 4, tzinfo=UTC).timestamp() * 1000)


def series(feed: str, *rows: tuple[str, int, float]) -> MacroSeries:
    made = MacroSeries(feed, PARAMS)
    for timeframe, known_ms, value in rows:
        assert made.add(timeframe, known_ms, value) == "added"
    return made


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (0.0, 0.0),
        (0.0999, 0.0),
        (0.1, 0.2),
        (-0.1, -0.2),
        (0.25, 0.5),
        (0.4999, 0.9998),
        (0.5, 1.0),
        (0.5001, 1.0),
        (-9.0, -1.0),
    ],
)
def test_a_trend_is_nothing_below_weak_and_full_from_strong_on(change: float, expected: float) -> None:
    assert trend_of(change, weak=0.1, strong=0.5) == pytest.approx(expected)


def test_the_dollar_changes_in_percent_and_dominance_in_points() -> None:
    dollar = series("dxy", ("4h", MONDAY, 200.0), ("4h", MONDAY + DAY_MS, 200.5)).trend(MONDAY + DAY_MS)
    assert dollar is not None
    assert dollar.parts[0].change == pytest.approx(0.25)
    assert dollar.value == pytest.approx(0.5)
    share = series("btc_dominance", ("4h", MONDAY, 50.0), ("4h", MONDAY + DAY_MS, 50.25)).trend(MONDAY + DAY_MS)
    assert share is not None
    assert share.parts[0].change == pytest.approx(0.25)


def test_a_timeframe_without_enough_history_gives_its_weight_away_and_says_so() -> None:
    trend = series("btc_dominance", ("1d", MONDAY, 50.0), ("1d", MONDAY + 3 * DAY_MS, 51.0)).trend(MONDAY + 3 * DAY_MS)
    assert trend is not None
    assert [part.weight for part in trend.parts] == [0.0, 1.0, 0.0]
    assert trend.value == 1.0
    assert trend.facts() == {"4h/24h": "no_history", "1d/72h": [1.0, 1.0, 1.0], "1d/168h": "no_history"}


def test_a_trend_is_the_mean_of_the_look_backs_that_can_be_measured() -> None:
    rows = [("1d", MONDAY + day * DAY_MS, 50.0 + value) for day, value in enumerate([0, 0, 0, 0, 0.5, 0.5, 0.5, 1.0])]
    trend = series("btc_dominance", *rows).trend(MONDAY + 7 * DAY_MS)
    assert trend is not None
    assert [part.trend for part in trend.parts] == [None, 0.5, 0.5]
    assert [part.weight for part in trend.parts] == [0.0, 0.5, 0.5]
    assert trend.value == 0.5


@pytest.mark.parametrize(("beyond_ms", "measured"), [(0, True), (-1, True), (1, False)])
def test_a_look_back_needs_a_value_known_that_long_before(beyond_ms: int, measured: bool) -> None:  # noqa: FBT001 - a table's column
    made = series("dxy", ("4h", MONDAY + beyond_ms, 100.0), ("4h", MONDAY + DAY_MS, 101.0))
    assert (made.trend(MONDAY + DAY_MS) is not None) is measured


@pytest.mark.parametrize(("older_ms", "measured"), [(12 * HOUR_MS - 1, True), (12 * HOUR_MS, False)])
def test_a_gap_in_the_history_is_not_a_trend(older_ms: int, measured: bool) -> None:  # noqa: FBT001 - a table's column
    tuesday = MONDAY + DAY_MS
    made = series("dxy", ("4h", tuesday - older_ms, 100.0), ("4h", tuesday + DAY_MS, 101.0))
    assert (made.trend(tuesday + DAY_MS) is not None) is measured


@pytest.mark.parametrize(
    ("feed", "timeframe", "limit_ms"),
    [("dxy", "4h", 12 * HOUR_MS), ("btc_dominance", "4h", 12 * HOUR_MS), ("btc_dominance", "1d", 72 * HOUR_MS)],
)
def test_a_timeframe_is_stale_from_its_limit_on(feed: str, timeframe: str, limit_ms: int) -> None:
    newest = MONDAY + 8 * DAY_MS
    rows = [(timeframe, MONDAY + hours * HOUR_MS, 50 + hours / 10) for hours in range(0, 8 * 24 + 1, 4)]
    made = series(feed, *rows)
    assert made.expires_at(newest) == newest + limit_ms
    assert made.trend(newest + limit_ms - 1) is not None
    assert made.trend(newest + limit_ms) is None
    assert made.expires_at(newest + limit_ms) is None
    assert "stale" in [part.facts() for part in made.parts(newest + limit_ms)]


def test_fridays_dollar_is_current_on_sunday_and_stale_on_monday() -> None:
    friday = MONDAY + 4 * DAY_MS + 20 * HOUR_MS
    made = series("dxy", ("4h", friday - DAY_MS, 100.0), ("4h", friday, 101.0))
    monday = MONDAY + 7 * DAY_MS
    assert made.trend(monday - 2 * HOUR_MS) is not None
    assert made.expires_at(friday) == monday + 8 * HOUR_MS
    assert made.trend(monday + 8 * HOUR_MS) is None


@pytest.mark.parametrize(
    ("timeframe", "known_ms", "value", "verdict"),
    [
        ("4h", MONDAY + 1, 100.0, "added"),
        ("4h", MONDAY, 101.0, "duplicate"),
        ("4h", MONDAY - 1, 100.0, "late"),
        ("1h", MONDAY + 1, 100.0, "unknown_timeframe"),
        ("4h", MONDAY + 1, 0.0, "implausible"),
        ("4h", MONDAY + 1, -1.0, "implausible"),
        ("4h", MONDAY + 1, nan, "implausible"),
        ("4h", MONDAY + 1, inf, "implausible"),
    ],
)
def test_only_newer_believable_values_are_taken(timeframe: str, known_ms: int, value: float, verdict: str) -> None:
    made = series("dxy", ("4h", MONDAY, 100.0))
    before = made.save()
    assert made.add(timeframe, known_ms, value) == verdict
    assert (made.save() == before) is (verdict != "added")


def test_memory_is_bounded_by_the_longest_look_back() -> None:
    rows = [("1d", MONDAY + day * DAY_MS, 50.0 + day % 3) for day in range(400)]
    made = series("btc_dominance", *rows)
    saved = made.save()
    assert isinstance(saved, dict)
    assert [len(kept) for kept in saved.values() if isinstance(kept, list)] == [0, 8]
    for second in range(3000):
        made.add("1d", MONDAY + 400 * DAY_MS + second * 1000, 50.0)
    saved = made.save()
    assert isinstance(saved, dict)
    assert [len(kept) for kept in saved.values() if isinstance(kept, list)] == [0, 2048]


def test_a_restored_series_goes_on_as_if_it_had_never_stopped() -> None:
    made = series("btc_dominance", *[("1d", MONDAY + day * DAY_MS, 50.0 + day % 5) for day in range(9)])
    again = MacroSeries("btc_dominance", PARAMS)
    again.restore(json.loads(json.dumps(made.save())))
    for day in range(9, 20):
        now = MONDAY + day * DAY_MS
        assert made.add("1d", now, 51.5) == again.add("1d", now, 51.5)
        assert made.trend(now) == again.trend(now)
        assert made.expires_at(now) == again.expires_at(now)


def test_an_empty_series_has_no_trend_and_never_expires() -> None:
    made = MacroSeries("dxy", PARAMS)
    assert made.trend(MONDAY) is None
    assert made.expires_at(MONDAY) is None


def test_an_unknown_feed_is_refused_by_name() -> None:
    with pytest.raises(InvariantBroken, match=r"'gold'.*dxy and btc_dominance"):
        MacroSeries("gold", PARAMS)
