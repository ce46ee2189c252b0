"""The sieve of macro values: believed, set aside, refused; the value on the limit and one step beyond."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.adapters.feeds.answer import Fresh, Outcome, Reading, Refused, Unchanged
from actors.adapters.feeds.belief import AHEAD_MS, LIVE, implausible, mistimed
from actors.adapters.feeds.macro_sieve import MacroSieve
from actors.adapters.feeds.sampler import Sampler
from actors.adapters.files.closes import read_closes
from actors.adapters.files.series import from_folder
from core.durations import DAY_MS, HOUR_MS
from core.messages import MacroPublished
from core.reasons import Reason
from tests.actors.adapters.feeds.served import START

FOUR_H = 4 * HOUR_MS
SATURDAY = 1_709_978_400_000  # 2024-03-09 10:00 UTC


def dominance(**limits: int) -> MacroSieve:
    return MacroSieve("btc_dominance", **({"max_delay_ms": HOUR_MS, "frozen_ms": 12 * HOUR_MS} | limits))


def dollar(**limits: int) -> MacroSieve:
    return MacroSieve("dxy", **({"max_delay_ms": HOUR_MS, "frozen_ms": 12 * HOUR_MS} | limits))


def why(outcome: Outcome) -> tuple[Reason, object, object]:
    assert isinstance(outcome, Refused), outcome
    assert outcome.detail
    return outcome.reason, outcome.measured, outcome.threshold


@pytest.mark.parametrize(
    ("feed", "value", "reason"),
    [
        ("dxy", 50.0, None),
        ("dxy", 200.0, None),
        ("dxy", 200.1, Reason.FEED_OUT_OF_RANGE),
        ("dxy", 49.9, Reason.FEED_OUT_OF_RANGE),
        ("dxy", 1.038, Reason.FEED_WRONG_UNIT),
        ("dxy", 10_380.0, Reason.FEED_WRONG_UNIT),
        ("dxy", -104.0, Reason.FEED_OUT_OF_RANGE),
        ("dxy", 0.0, Reason.FEED_OUT_OF_RANGE),
        ("dxy", float("nan"), Reason.FEED_OUT_OF_RANGE),
        ("dxy", float("inf"), Reason.FEED_OUT_OF_RANGE),
        ("btc_dominance", 10.0, None),
        ("btc_dominance", 95.0, None),
        ("btc_dominance", 0.524, Reason.FEED_WRONG_UNIT),
        ("btc_dominance", 99.0, Reason.FEED_OUT_OF_RANGE),
    ],
)
def test_a_value_is_plausible_or_says_why_not(feed: str, value: float, reason: Reason | None) -> None:
    refused = implausible(value, LIVE[feed])
    assert (None if refused is None else refused.reason) is reason


@pytest.mark.parametrize(
    ("ts", "reason"),
    [
        (START, None),
        (START + AHEAD_MS, None),
        (START + AHEAD_MS + 1, Reason.FEED_TIME_AHEAD),
        (START // 1000, Reason.FEED_WRONG_UNIT),
        (START * 1000, Reason.FEED_WRONG_UNIT),
    ],
)
def test_a_time_is_plausible_or_says_why_not(ts: int, reason: Reason | None) -> None:
    refused = mistimed(ts, START)
    assert (None if refused is None else refused.reason) is reason


def test_of_snapshots_the_first_of_each_bar_goes_on() -> None:
    sieve, sampler = dominance(), Sampler()
    seen: list[MacroPublished] = []
    for step in range(15):
        now = START + step * HOUR_MS
        outcome = sieve.sift([Reading(now, 52.0 + step / 100)], now, history=False)
        assert isinstance(outcome, Fresh)
        seen += sampler.thin(outcome.published)  # type: ignore[arg-type]  # macro values
    told = [(value.timeframe, (value.ts - START) // HOUR_MS) for value in seen]
    # from 11:00 to 01:00 bars begin at 12:00, 16:00, 20:00 and 24:00, and one day
    assert told == [("1d", 0), ("4h", 0), ("4h", 1), ("4h", 5), ("4h", 9), ("1d", 13), ("4h", 13)]


def test_bars_are_told_once_and_repeats_are_counted() -> None:
    sieve = dollar()
    bars = [Reading(START - n * FOUR_H, 103.0 + n, "4h") for n in range(3)]
    first = sieve.sift(bars, START, history=True)
    assert isinstance(first, Fresh)
    assert [value.ts for value in first.published] == sorted(bar.ts for bar in bars)
    assert sieve.sift(bars, START, history=False) == Unchanged({"FEED_DUPLICATE": 3})


def test_a_bar_that_comes_after_a_newer_one_is_set_aside() -> None:
    sieve = dollar()
    sieve.sift([Reading(START, 103.0, "4h")], START, history=True)
    late = [Reading(START - FOUR_H, 103.1, "4h"), Reading(START, 103.0, "4h")]
    assert sieve.sift(late, START, history=False) == Unchanged({"FEED_DUPLICATE": 1, "FEED_ITEM_LATE": 1})


def test_one_bad_value_in_a_history_is_set_aside_and_a_bad_newest_one_is_refused() -> None:
    bars = [Reading(START - FOUR_H, 1.03, "4h"), Reading(START, 103.0, "4h")]
    outcome = dollar().sift(bars, START, history=True)
    assert isinstance(outcome, Fresh)
    assert (len(outcome.published), outcome.set_aside) == (1, {"FEED_WRONG_UNIT": 1})
    bars = [Reading(START - FOUR_H, 103.0, "4h"), Reading(START, 300.0, "4h")]
    assert why(dollar().sift(bars, START, history=True)) == (Reason.FEED_OUT_OF_RANGE, 300.0, [50.0, 200.0])


def test_an_answer_without_values_is_refused() -> None:
    assert why(dollar().sift([], START, history=False))[0] is Reason.FEED_MALFORMED


def test_time_that_goes_backwards_is_refused_and_forgotten() -> None:
    sieve = dominance()
    sieve.sift([Reading(START, 52.0)], START, history=False)
    outcome = sieve.sift([Reading(START - 60_000, 52.1)], START, history=False)
    assert why(outcome) == (Reason.FEED_TIME_BACKWARDS, START - 60_000, START)
    assert isinstance(sieve.sift([Reading(START + FOUR_H, 52.1)], START + FOUR_H, history=False), Fresh)


@pytest.mark.parametrize(("late_ms", "is_late"), [(HOUR_MS, False), (HOUR_MS + 1, True)])
def test_a_snapshot_may_be_as_old_as_declared(late_ms: int, is_late: bool) -> None:  # noqa: FBT001  a table's column
    outcome = dominance().sift([Reading(START - late_ms, 52.0)], START, history=False)
    assert isinstance(outcome, Refused) is is_late
    if is_late:
        assert why(outcome) == (Reason.FEED_LATE, late_ms, HOUR_MS)


@pytest.mark.parametrize(("late_ms", "is_late"), [(HOUR_MS, False), (HOUR_MS + 1, True)])
def test_a_bar_is_late_when_the_one_after_it_is_overdue(late_ms: int, is_late: bool) -> None:  # noqa: FBT001  likewise
    outcome = dollar().sift([Reading(START - FOUR_H - late_ms, 104.0, "4h")], START, history=False)
    assert isinstance(outcome, Refused) is is_late


def test_a_history_may_be_old() -> None:
    assert isinstance(dollar().sift([Reading(START - 9 * DAY_MS, 104.0, "1d")], START, history=True), Fresh)


def test_the_dollar_is_not_late_on_a_weekend_and_dominance_is() -> None:
    friday = SATURDAY - 12 * HOUR_MS  # 22:00 UTC, when the market shuts
    sunday = SATURDAY + 30 * HOUR_MS
    assert isinstance(dollar().sift([Reading(friday, 104.0, "4h")], sunday, history=False), Fresh)
    assert why(dominance().sift([Reading(friday, 52.0, "4h")], sunday, history=False))[0] is Reason.FEED_LATE


def test_a_source_with_nothing_new_becomes_late_in_time() -> None:
    sieve = dominance()
    assert why(sieve.idle(START))[0] is Reason.FEED_LATE
    sieve.sift([Reading(START, 52.0)], START, history=False)
    assert sieve.idle(START + HOUR_MS) == Unchanged()
    assert why(sieve.idle(START + HOUR_MS + 1))[0] is Reason.FEED_LATE


def test_a_value_that_stands_still_under_new_times_is_frozen_until_it_moves() -> None:
    sieve = dominance()
    for step in range(12):
        now = START + step * HOUR_MS
        assert not isinstance(sieve.sift([Reading(now, 52.0)], now, history=False), Refused)
    frozen = START + 12 * HOUR_MS
    assert why(sieve.sift([Reading(frozen, 52.0)], frozen, history=False)) == (
        Reason.FEED_FROZEN,
        12 * HOUR_MS,
        12 * HOUR_MS,
    )
    assert why(sieve.idle(frozen + 1))[0] is Reason.FEED_FROZEN
    assert why(sieve.sift([Reading(frozen, 52.0)], frozen + 1, history=False))[0] is Reason.FEED_FROZEN
    thawed = frozen + FOUR_H
    assert isinstance(sieve.sift([Reading(thawed, 52.01)], thawed, history=False), Fresh)


def test_a_weekend_does_not_freeze_the_dollar() -> None:
    sieve = dollar(frozen_ms=FOUR_H)
    friday, monday = SATURDAY - 12 * HOUR_MS, SATURDAY + 38 * HOUR_MS
    bars = [Reading(friday, 104.0, "4h"), Reading(monday, 104.0, "4h")]
    assert isinstance(sieve.sift(bars, monday, history=True), Fresh)


def test_no_real_series_looks_frozen_or_implausible(shared_data: Path) -> None:
    for series in from_folder(shared_data / "macro"):
        closes = read_closes(series)
        rows = zip(closes.known_ms.tolist(), closes.values.tolist(), strict=True)
        since = 1_514_764_800_000  # 2018: dominance before is another measure
        readings = [Reading(ts, value, closes.timeframe) for ts, value in rows if ts > since]  # type: ignore[arg-type]  # 4h, 1d
        sieve = MacroSieve(series.feed, max_delay_ms=HOUR_MS, frozen_ms=12 * HOUR_MS)
        refused = [
            outcome
            for reading in readings
            if isinstance(outcome := sieve.sift([reading], reading.ts, history=True), Refused)
        ]
        assert refused == []
        assert len(readings) > 2000


@given(st.lists(st.tuples(st.integers(-50, 50), st.floats(-10, 300)), min_size=1, max_size=30))
def test_whatever_comes_only_newer_and_plausible_values_go_on(steps: list[tuple[int, float]]) -> None:
    sieve = dominance(frozen_ms=30 * DAY_MS)
    told: list[MacroPublished] = []
    for hours, value in steps:
        outcome = sieve.sift([Reading(START + hours * HOUR_MS, value)], START, history=True)
        told += outcome.published if isinstance(outcome, Fresh) else ()  # type: ignore[arg-type]  # macro values
    for timeframe in ("4h", "1d"):
        times = [each.ts for each in told if each.timeframe == timeframe]
        assert times == sorted(set(times))
    assert all(10 <= each.value <= 95 and each.ts <= START + AHEAD_MS for each in told)
