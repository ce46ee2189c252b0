"""Marks that lie within the room move the chart nowhere; taken together they leave what they leave one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.risk import RiskOfficer
from core.messages import SystemStarted
from core.risk.params import RiskParams
from core.trading.booking import EquityMarked, FillBooked
from core.trading.instrument import Instrument

DAY = 86_400_000
LOSSES = st.floats(0, 120, allow_nan=False)


def officer(loss: float) -> RiskOfficer:
    risk = RiskOfficer(RiskParams(start_balance=1000.0), Instrument(), listeners=("strategist",), gate="gate")
    risk.receive(SystemStarted(resumed=False), DAY)
    risk.receive(FillBooked("OTHER", 0.0, loss, 0.0, 1, 1, 3.0), DAY)
    return risk


@given(LOSSES, st.floats(-200, 200, allow_nan=False))
def test_a_mark_within_the_room_changes_no_state(loss: float, mark: float) -> None:
    risk = officer(loss)
    lowest, highest = risk.room("BTCUSDT")
    before = risk.state
    risk.receive(EquityMarked("BTCUSDT", mark), DAY)
    assert risk.state == before or not lowest < mark < highest


@given(LOSSES, st.lists(st.floats(0, 1), min_size=1))
def test_marks_taken_together_are_marks_taken_one_by_one(loss: float, shares: list[float]) -> None:
    together, apart = officer(loss), officer(loss)
    lowest, highest = (min(max(end, -500.0), 500.0) for end in together.room("BTCUSDT"))
    marks = [lowest + share * (highest - lowest) for share in shares]
    together.coast("BTCUSDT", marks)
    for mark in marks:
        apart.account.mark(mark + 3.0)
    assert together.account == apart.account or together.account.unrealized == pytest.approx(apart.account.unrealized)


def test_there_is_no_room_left_at_a_limit() -> None:
    lowest, _ = officer(0.0).room("BTCUSDT")
    params = RiskParams()
    assert lowest == pytest.approx(-1000.0 * params.reduce_at * params.daily_loss_pct / 100.0 - 3.0, abs=1e-3)
