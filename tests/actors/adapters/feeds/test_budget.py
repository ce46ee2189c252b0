"""Quotas: never exceeded in any window, never stricter than by a minute, remembered over a restart."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.adapters.feeds.budget import Budget
from actors.adapters.feeds.spent import Spent
from actors.adapters.feeds.terms import Terms
from core.durations import DAY_MS, HOUR_MS, MINUTE_MS
from core.reasons import Reason
from tests.actors.adapters.feeds.served import START


def test_no_quota_is_no_limit() -> None:
    budget = Budget(Terms())
    for _ in range(1000):
        budget.spend(START)
    assert budget.free_at(START, 1000) == START
    assert budget.spent == {}


def test_the_request_beyond_the_quota_waits_for_the_window() -> None:
    budget = Budget(Terms(per_day=3))
    for step in range(3):
        assert budget.free_at(START + step * HOUR_MS) == START + step * HOUR_MS
        budget.spend(START + step * HOUR_MS)
    assert budget.free_at(START + 3 * HOUR_MS) == START + DAY_MS + MINUTE_MS
    assert budget.free_at(START + 3 * HOUR_MS, 2) == START + HOUR_MS + DAY_MS + MINUTE_MS
    assert budget.free_at(START + DAY_MS + MINUTE_MS) == START + DAY_MS + MINUTE_MS


def test_a_refusal_tells_the_count_and_when_it_fits_again() -> None:
    budget = Budget(Terms(per_minute=5, per_day=1))
    budget.spend(START)
    refused = budget.refused(START)
    assert (refused.reason, refused.measured, refused.threshold) == (Reason.FEED_QUOTA_SPENT, 1, 1)
    assert refused.retry_after_ms == DAY_MS + MINUTE_MS


@given(
    st.lists(st.integers(0, 20 * 60), min_size=1, max_size=80),
    st.integers(1, 6),
    st.integers(3, 20),
    st.integers(1, 3),
)
def test_no_window_ever_holds_more_than_its_quota(gaps_s: list[int], minute: int, day: int, cost: int) -> None:
    budget = Budget(Terms(per_minute=minute * cost, per_day=day * cost, credits=cost))
    now, sent = START, []
    for gap_s in gaps_s:
        now = budget.free_at(now + gap_s * 1000)
        budget.spend(now)
        sent.append(now)
    for window_ms, quota in ((MINUTE_MS, minute), (DAY_MS, day)):
        assert max(sum(ts <= other < ts + window_ms for other in sent) for ts in sent) <= quota


def test_the_count_outlives_a_restart(tmp_path: Path) -> None:
    spent = Spent(tmp_path / "feeds.json")
    assert spent.load() == {}
    budget = Budget(Terms(per_day=1))
    budget.spend(START)
    spent.save({"newsapi": budget.spent})
    again = Budget(Terms(per_day=1), Spent(tmp_path / "feeds.json").load()["newsapi"])
    assert again.free_at(START + 1) == budget.free_at(START + 1) > START + DAY_MS


@pytest.mark.parametrize("text", ["", "[1]", "{", json.dumps({"a": {"b": "c"}}), json.dumps({"a": 1})])
def test_a_file_that_cannot_be_read_costs_the_count_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "feeds.json"
    path.write_text(text)
    assert Spent(path).load() == {}


def test_a_place_that_cannot_be_written_stops_nothing(tmp_path: Path) -> None:
    Spent(tmp_path / "absent" / "feeds.json").save({"a": {1: 1}})
