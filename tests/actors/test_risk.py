"""The risk officer: sizes, books, watches the limits and lifts them when their time is over."""

from dataclasses import replace

import pytest

from actors.kernel.effects import SetTimer
from actors.risk import RiskOfficer
from core.durations import DAY_MS
from core.messages import SystemStarted, TimerFired
from core.notices import RiskChanged
from core.risk.params import RiskParams
from core.trading.booking import EquityMarked, FillBooked, PositionChanged, TradeClosed
from core.trading.instrument import Instrument
from core.verdict import Approved
from tests.actors.stage import SYMBOL, events, moves, only, reborn, signal, told

SUNDAY = 1_704_585_600_000  # 2024-01-07 00:00 UTC
PARAMS = RiskParams(start_balance=1000.0, daily_loss_pct=4.0, weekly_loss_pct=8.0, max_positions=2)
MIDNIGHT = TimerFired("risk", "midnight")


def officer(**changes: float) -> RiskOfficer:
    return RiskOfficer(replace(PARAMS, **changes), Instrument(), listeners=("strategist",), gate="gate")  # type: ignore[arg-type]  # floats


def started(**changes: float) -> RiskOfficer:
    risk = officer(**changes)
    effects = risk.receive(SystemStarted(resumed=False), SUNDAY + 5)
    assert events(effects) == ["init"]
    assert only(effects, SetTimer) == [SetTimer("midnight", SUNDAY + DAY_MS)]
    assert told(effects, "gate") == [RiskChanged("normal", 1000.0, 0)]
    return risk


def marked(risk: RiskOfficer, unrealized: float, symbol: str = SYMBOL) -> list[str]:
    return events(risk.receive(EquityMarked(symbol, unrealized), SUNDAY + 6))


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        (19.99, "normal"),
        (20.0, "reduced"),  # half the daily limit
        (39.99, "reduced"),
        (40.0, "halted_for_day"),
        (79.99, "halted_for_day"),
        (80.0, "halted_for_week"),
    ],
)
def test_a_limit_that_is_reached_holds(loss: float, expected: str) -> None:
    risk = started()
    marked(risk, -loss)
    assert risk.state == expected


def test_a_limit_is_recorded_with_its_value_and_told() -> None:
    risk = started()
    effects = risk.receive(EquityMarked(SYMBOL, -40.0), SUNDAY + 6)
    assert moves(effects) == [("halt_day", "halted_for_day", ("DAILY_LOSS_LIMIT",))]
    assert effects[0].facts == {"day_loss_pct": 4.0, "limit_pct": 4.0}  # type: ignore[union-attr]  # a transition
    assert told(effects, "gate") == [RiskChanged("halted_for_day", 1000.0, 0)]


def test_a_reduced_account_recovers_below_half_the_limit() -> None:
    risk = started()
    assert marked(risk, -20.0) == ["reduce"]
    assert marked(risk, -20.0) == []
    assert marked(risk, -19.99) == ["recover"]


def test_a_halt_does_not_end_because_the_loss_did() -> None:
    risk = started()
    marked(risk, -40.0)
    assert marked(risk, 0.0) == []
    assert risk.state == "halted_for_day"
    assert marked(risk, -80.0) == ["halt_week"]
    assert marked(risk, 0.0) == []


def test_midnight_lifts_the_days_halt_and_monday_the_weeks() -> None:
    saturday = SUNDAY - DAY_MS
    risk = officer()
    risk.receive(SystemStarted(resumed=False), saturday)
    marked(risk, -40.0)
    effects = risk.receive(MIDNIGHT, SUNDAY)
    assert moves(effects) == [("new_day", "normal", ("NEW_DAY",))]
    assert only(effects, SetTimer) == [SetTimer("midnight", SUNDAY + DAY_MS)]
    marked(risk, -80.0)
    assert risk.state == "halted_for_week"
    assert moves(risk.receive(MIDNIGHT, SUNDAY + DAY_MS)) == [("new_week", "normal", ("NEW_WEEK",))]


def test_a_weeks_halt_outlives_its_days() -> None:
    saturday = SUNDAY - DAY_MS
    risk = officer()
    risk.receive(SystemStarted(resumed=False), saturday)
    marked(risk, -80.0)
    assert events(risk.receive(MIDNIGHT, SUNDAY)) == []
    assert risk.state == "halted_for_week"


def test_a_quiet_midnight_moves_nothing() -> None:
    assert events(started().receive(MIDNIGHT, SUNDAY + DAY_MS)) == []


def test_a_signal_is_sized_and_sent_to_its_position() -> None:
    effects = started().receive(signal(), SUNDAY + 6)
    (approved,) = told(effects, f"{SYMBOL}/position")
    assert isinstance(approved, Approved)
    assert float(approved.item.quantity) == 2.5
    assert approved.item.risk_amount == 10.0


def test_a_reduced_account_trades_half() -> None:
    risk = started()
    marked(risk, -20.0)
    (approved,) = told(risk.receive(signal(), SUNDAY + 6), f"{SYMBOL}/position")
    assert float(approved.item.quantity) == 1.25


@pytest.mark.parametrize("loss", [40.0, 80.0])
def test_a_halted_account_approves_nothing(loss: float) -> None:
    risk = started()
    marked(risk, -loss)
    assert risk.receive(signal(), SUNDAY + 6) == ()


def test_no_more_positions_than_allowed_are_approved() -> None:
    risk = started()
    for number, symbol in enumerate(("A", "B")):
        assert risk.receive(signal(), SUNDAY + 6) != ()
        effects = risk.receive(PositionChanged(symbol, "pending", f"{symbol}/position/1", 1), SUNDAY + 6)
        assert told(effects, "strategist") == [RiskChanged("normal", 1000.0, number + 1)]
    assert risk.receive(signal(), SUNDAY + 6) == ()
    risk.receive(PositionChanged("A", "flat", "A/position/1", 0), SUNDAY + 6)
    assert risk.receive(signal(), SUNDAY + 6) != ()


def test_what_cannot_be_sized_is_not_sent() -> None:
    assert started().receive(signal(size_multiplier=0.0), SUNDAY + 6) == ()


def test_fills_are_booked_and_open_positions_of_all_symbols_valued() -> None:
    risk = started()
    marked(risk, 30.0, "A")
    effects = risk.receive(FillBooked("B", 0.0, 2.0, 0.0, 1, 1, -5.0), SUNDAY + 6)
    assert told(effects, "strategist") == [RiskChanged("normal", 998.0, 0)]
    assert risk.account.equity == 1023.0
    assert risk.account.peak_equity == 1030.0
    risk.receive(TradeClosed("B", "TREND_BREAKOUT", "EXIT_STOP", -3.0, -0.3), SUNDAY + 6)
    assert risk.view()["account"]["closed"] == 1  # type: ignore[index,call-overload]  # a JSON object


def test_the_officer_comes_back_after_a_restart() -> None:
    old = started()
    marked(old, -40.0)
    old.receive(PositionChanged("A", "open", "A/position/1", 1), SUNDAY + 6)
    again = reborn(old, officer())
    assert again.receive(SystemStarted(resumed=True), SUNDAY + 7) == ()
    assert again.save() == old.save()
    assert again.view() == old.view()
    assert events(again.receive(MIDNIGHT, SUNDAY + DAY_MS)) == ["new_week"]
