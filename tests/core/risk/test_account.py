"""The account's book: money, days, weeks, drawdown."""

import json

import pytest

from core.durations import DAY_MS, WEEK_MS
from core.risk.account import Account
from core.trading.booking import FillBooked, TradeClosed

MONDAY = 1_704_067_200_000  # 2024-01-01 00:00 UTC


def fill(realized: float = 0.0, fee: float = 0.0, funding: float = 0.0, fills: int = 1, opens: int = 0) -> FillBooked:
    return FillBooked("BTCUSDT", realized, fee, funding, fills, opens, 0.0)


def test_money_is_what_was_won_less_fees_and_funding() -> None:
    account = Account.opened_with(1000.0)
    account.book(fill(fee=1.0, opens=1))
    account.book(fill(realized=50.0, fee=2.0))
    account.book(fill(funding=4.0, fills=0))
    account.book(fill(funding=-3.0, fills=0))  # funding can be received
    assert account.balance == 1046.0
    assert (account.fees, account.funding, account.fills, account.opened) == (3.0, 1.0, 2, 1)


def test_equity_counts_what_is_open() -> None:
    account = Account.opened_with(1000.0)
    account.mark(-30.0)
    assert (account.balance, account.equity) == (1000.0, 970.0)


def test_the_drawdown_is_measured_from_the_highest_equity() -> None:
    account = Account.opened_with(1000.0)
    for unrealized in (250.0, 0.0, 125.0):
        account.mark(unrealized)
    assert (account.peak_equity, account.drawdown_pct, account.max_drawdown_pct) == (1250.0, 10.0, 20.0)


def test_booking_alone_moves_no_peak_so_that_one_symbol_cannot_hide_anothers_loss() -> None:
    account = Account.opened_with(1000.0)
    account.book(fill(realized=100.0))
    assert account.peak_equity == 1000.0
    account.mark(-100.0)
    assert (account.peak_equity, account.max_drawdown_pct) == (1000.0, 0.0)


def test_trades_are_counted_by_outcome_mode_and_exit() -> None:
    account = Account.opened_with(1000.0)
    for profit, exit_ in ((10.0, "EXIT_TARGET"), (-4.0, "EXIT_STOP"), (0.0, "EXIT_STOP")):
        account.close(TradeClosed("BTCUSDT", "TREND_BREAKOUT", exit_, profit, profit / 4))
    assert (account.closed, account.wins, account.gross_profit, account.gross_loss) == (3, 1, 10.0, 4.0)
    assert account.sum_r == 1.5
    assert account.by_mode == {"TREND_BREAKOUT": 3}
    assert account.by_exit == {"EXIT_TARGET": 1, "EXIT_STOP": 2}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (MONDAY + DAY_MS - 1, (False, False)),
        (MONDAY + DAY_MS, (True, False)),
        (MONDAY + WEEK_MS - 1, (True, False)),
        (MONDAY + WEEK_MS, (True, True)),
        (MONDAY - 1, (True, True)),
    ],
)
def test_days_turn_at_midnight_and_weeks_on_monday(now: int, expected: tuple[bool, bool]) -> None:
    account = Account.opened_with(1000.0)
    account.roll(MONDAY)
    assert account.roll(now) == expected


def test_a_new_day_measures_its_loss_from_its_own_opening() -> None:
    account = Account.opened_with(1000.0)
    account.roll(MONDAY)
    account.mark(-100.0)
    assert (account.day_loss_pct, account.week_loss_pct) == (10.0, 10.0)
    account.roll(MONDAY + DAY_MS)
    assert (account.day_loss_pct, account.week_loss_pct) == (0.0, 10.0)
    account.mark(-190.0)
    assert account.day_loss_pct == pytest.approx(10.0)
    account.mark(-55.0)
    assert account.day_loss_pct == pytest.approx(-5.0)  # a gain


def test_the_book_comes_back_as_it_was() -> None:
    account = Account.opened_with(1000.0)
    account.roll(MONDAY)
    account.book(fill(realized=1 / 3, fee=0.1, opens=1))
    account.close(TradeClosed("BTCUSDT", "VWAP_REVERSION", "EXIT_TARGET", 0.2, 0.1))
    account.mark(2 / 3)
    assert Account.restore(json.loads(json.dumps(account.save()))) == account


def test_a_book_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="a saved account is a JSON object, not list"):
        Account.restore([])
