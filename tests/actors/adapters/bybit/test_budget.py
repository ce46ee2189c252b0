"""No second holds more writes than allowed, and protection always finds room."""

import pytest

from actors.adapters.bybit.budget import Budget
from core.durations import MINUTE_MS

NOW = 1_700_000_000_000


def spent(budget: Budget, count: int, now: int = NOW) -> None:
    for _ in range(count):
        budget.spend(now)


def test_entries_leave_the_protective_share_alone() -> None:
    budget = Budget(10, 0.4)
    spent(budget, 6)
    assert budget.wait_ms("place", NOW, is_protective=False) > 1_000
    assert budget.wait_ms("set_stop", NOW, is_protective=True) == 0
    spent(budget, 4)
    assert budget.wait_ms("set_stop", NOW, is_protective=True) == 1_020


@pytest.mark.parametrize("share", [0.0, 0.4, 0.9])
def test_a_second_never_holds_more_than_the_limit(share: float) -> None:
    budget, now, sent = Budget(10, share), NOW, []
    for number in range(100):
        is_protective = number % 3 == 0
        now += budget.wait_ms("place", now, is_protective=is_protective)
        assert budget.wait_ms("place", now, is_protective=is_protective) == 0
        budget.spend(now)
        sent.append(now)
    assert max(sum(at <= other < at + 1_000 for other in sent) for at in sent) <= 10


def test_an_account_with_a_lower_limit_is_respected_once_it_told() -> None:
    budget = Budget(10, 0.0)
    budget.learn("place", {"X-Bapi-Limit": "2", "X-Bapi-Limit-Status": "1"}, NOW)
    spent(budget, 2)
    assert budget.wait_ms("place", NOW, is_protective=True) > 0


def test_a_spent_verb_waits_for_its_reset_and_the_others_do_not() -> None:
    budget = Budget(10, 0.4)
    headers = {"X-Bapi-Limit": "10", "X-Bapi-Limit-Status": "0", "X-Bapi-Limit-Reset-Timestamp": str(NOW + 300)}
    budget.learn("place", headers, NOW)
    assert budget.wait_ms("place", NOW, is_protective=True) == 300
    assert budget.wait_ms("set_stop", NOW, is_protective=True) == 0
    assert budget.shut("place", NOW) == 300
    assert budget.shut("cancel", NOW) == 1_000


def test_a_reset_by_another_clock_never_blocks_for_long() -> None:
    budget = Budget(10, 0.4)
    headers = {"X-Bapi-Limit-Status": "0", "X-Bapi-Limit-Reset-Timestamp": str(NOW + 3_600_000)}
    budget.learn("place", headers, NOW)
    assert budget.wait_ms("place", NOW, is_protective=True) == 2_000


def test_a_clock_that_is_set_back_frees_what_was_counted() -> None:
    budget = Budget(1, 0.0)
    spent(budget, 1)
    assert budget.wait_ms("place", NOW - 3_600_000, is_protective=True) == 0


def test_a_clock_that_is_set_back_prolongs_neither_a_wait_nor_a_ban() -> None:
    budget, before = Budget(10, 0.4), NOW - 3_600_000
    budget.shut("set_stop", NOW)
    budget.ban(NOW)
    assert budget.wait_ms("set_stop", before, is_protective=True) == 0
    assert budget.shut("set_stop", before) == 1_000
    assert budget.banned_ms(before) == 0
    budget.ban(before)
    assert budget.banned_ms(before) == 10 * MINUTE_MS


def test_a_ban_lasts_ten_minutes() -> None:
    budget = Budget(10, 0.4)
    budget.ban(NOW)
    assert budget.banned_ms(NOW) == 10 * MINUTE_MS
    assert budget.banned_ms(NOW + 10 * MINUTE_MS - 1) == 1
    assert not budget.banned_ms(NOW + 10 * MINUTE_MS)
