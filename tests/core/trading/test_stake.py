"""What we believe to hold: each execution once, and the newest word of the venue."""

from decimal import Decimal

import pytest

from core.trading.stake import SEEN, Stake, signed
from tests.actors.live.stand import execution, held


def test_an_execution_is_new_once_and_still_known_after_a_restart() -> None:
    stake = Stake()
    first = execution("e1", "a", "1", "100", ts=7)
    assert stake.is_new(first)
    assert not Stake.restore(stake.save()).is_new(first)
    assert (stake.fees, stake.executions, stake.last_ms) == (Decimal("0.5"), 1, 7)


@pytest.mark.parametrize(("kind", "fees", "funding"), [("funding", "0", "0.5"), ("other", "0", "0")])
def test_only_executions_of_quantity_cost_fees(kind: str, fees: str, funding: str) -> None:
    stake = Stake()
    assert stake.is_new(execution("e1", "", "1", "100", kind=kind))
    assert (stake.fees, stake.funding, stake.executions) == (Decimal(fees), Decimal(funding), 0)


def test_only_so_many_executions_are_remembered() -> None:
    stake = Stake()
    for number in range(SEEN + 1):
        stake.is_new(execution(f"e{number}", "a", "1", "100"))
    assert len(stake.seen) == SEEN
    assert "e0" not in stake.seen


def test_an_older_word_is_not_heard_and_an_equal_one_is() -> None:
    stake = Stake()
    assert [stake.hear(held("1", None, seq)) for seq in (2, 1, 2, 3)] == [True, False, True, True]


def test_both_agree_until_the_venue_says_otherwise() -> None:
    stake = Stake(net=Decimal(-2))
    assert stake.agrees
    stake.hear(held("2", None, side=-1))
    assert stake.agrees
    stake.hear(held("2", None, 2))
    assert not stake.agrees
    assert signed(-1, Decimal(2)) == -2
