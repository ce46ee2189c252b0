"""Closed trades, told from the journal of a replay."""

from typing import Any

import pytest

from tests.web.replayed import Replayed
from web.history import closed_trades

EVERYTHING: dict[str, Any] = {"after": 0, "limit": 200, "newest": False}


def test_the_trades_account_for_every_cent_of_the_balance(replayed: Replayed) -> None:
    trades = closed_trades(replayed.journal, **EVERYTHING)
    account = replayed.views[-1]["account"]
    assert len(trades) == sum(account["by_exit"].values()) > 3
    assert sum(float(str(trade["profit"])) > 0 for trade in trades) == account["wins"]
    final = replayed.board.view()["account"]
    assert isinstance(final, dict)
    earned = sum(float(str(trade["profit"])) for trade in trades)
    assert earned == pytest.approx(float(str(final["balance"])) - float(str(final["start_equity"])), abs=1e-6)


def test_a_trade_is_what_its_fills_made_it(replayed: Replayed) -> None:
    for trade in closed_trades(replayed.journal, **EVERYTHING):
        entered, left = float(str(trade["entry_price"])), float(str(trade["exit_price"]))
        gained = int(str(trade["side"])) * (left - entered) * float(str(trade["quantity"]))
        if trade["exit"] == "EXIT_STOP" and trade["mode"] == "VWAP_REVERSION":
            assert gained < 0
            paid = float(str(trade["fees"])) + float(str(trade["funding"]))
            assert trade["profit"] == pytest.approx(gained - paid)
        assert int(str(trade["opened_ms"])) <= int(str(trade["closed_ms"]))
        assert trade["symbol"] == "BTCUSDT"
        assert trade["entry_reasons"]


def test_pages_of_trades_are_all_of_them_once(replayed: Replayed) -> None:
    whole = closed_trades(replayed.journal, **EVERYTHING)
    paged: list[dict[str, Any]] = []
    while page := closed_trades(
        replayed.journal, after=int(str(paged[-1]["seq"])) if paged else 0, limit=2, newest=False
    ):
        assert len(page) <= 2
        paged += page
    assert paged == whole


@pytest.mark.parametrize("limit", [1, 3, 200])
def test_the_newest_trades_are_the_last_ones_oldest_first(replayed: Replayed, limit: int) -> None:
    whole = closed_trades(replayed.journal, **EVERYTHING)
    assert closed_trades(replayed.journal, after=0, limit=limit, newest=True) == whole[-limit:]


def test_the_newest_after_a_row_stop_at_it(replayed: Replayed) -> None:
    whole = closed_trades(replayed.journal, **EVERYTHING)
    after = int(str(whole[1]["seq"]))
    assert closed_trades(replayed.journal, after=after, limit=200, newest=True) == whole[2:]
