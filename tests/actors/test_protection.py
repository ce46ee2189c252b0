"""The protective stop in a position's eyes: confirmed once, lost, and only ever nearer."""

from typing import cast

import pytest

from actors import protection
from core.errors import InvariantBroken
from core.reasons import Reason
from core.records import StopMoved
from core.trading.holding import Holding
from core.trading.orders import StopAmended, StopLost
from machines.instance import Instance
from tests.actors.held import EXACT, INSTANCE, fill, led, opened, pending
from tests.actors.stage import moves

SIDES = pytest.mark.parametrize("side", [1, -1])


def held(side: int = 1, trail_atr: float | None = 2.0) -> tuple[Holding, Instance]:
    """2 coins at 100, their stop confirmed 4 away, and led like this."""
    keeper = opened(side, management=led(trail_atr=trail_atr))
    return cast("Holding", keeper._held), cast("Instance", keeper._chart)


def unconfirmed() -> tuple[Holding, Instance]:
    """A position that was filled while the venue has not shown its stop yet."""
    keeper = pending()
    keeper.receive(fill("entry", 1, "2", 100.0), 1)
    return cast("Holding", keeper._held), cast("Instance", keeper._chart)


def level(holding: Holding) -> float:
    """Where the trailing stop belongs with an ATR of 1."""
    return cast("float", holding.trailed(1.0))


def test_the_first_word_of_the_venue_confirms_the_stop_at_its_price() -> None:
    holding, chart = unconfirmed()
    effects = protection.amended(StopAmended(INSTANCE, 96.5), holding, chart, 2)
    assert moves(effects)[0][0] == "confirm_stop"
    assert moves(effects)[0][2] == ("PROTECTION_CONFIRMED",)
    assert holding.stop == 96.5
    assert chart.is_in("confirmed")


def test_the_same_price_again_says_nothing() -> None:
    holding, chart = held()
    assert not protection.amended(StopAmended(INSTANCE, 96.0), holding, chart, 2)


@SIDES
def test_a_nearer_stop_is_recorded_with_both_prices_and_its_reason(side: int) -> None:
    holding, chart = held(side)
    nearer = 100.0 - side * 3
    (moved,) = protection.amended(StopAmended(INSTANCE, nearer, Reason.STOP_ANCHORED), holding, chart, 7)
    assert isinstance(moved, StopMoved)
    assert (moved.ts, moved.instance) == (7, INSTANCE)
    assert (moved.source, moved.target, moved.reasons) == (100.0 - side * 4, nearer, (Reason.STOP_ANCHORED,))
    assert holding.stop == nearer


@SIDES
def test_a_stop_that_moved_away_breaks_the_run_and_is_not_believed(side: int) -> None:
    holding, chart = held(side)
    with pytest.raises(InvariantBroken, match=r"against the position.*\(I2\)"):
        protection.amended(StopAmended(INSTANCE, 100.0 - side * 4.1), holding, chart, 2)
    assert holding.stop == 100.0 - side * 4


def test_a_lost_stop_leaves_the_confirmed_state_for_the_reason_given() -> None:
    holding, chart = held()
    effects = protection.lost(StopLost(INSTANCE, Reason.PROTECTION_LOST), holding, chart, 2)
    assert [(event, reasons) for event, _, reasons in moves(effects)] == [("lose_stop", ("PROTECTION_LOST",))]
    assert not chart.is_in("confirmed")


def test_a_stop_that_is_lost_already_is_not_lost_again() -> None:
    holding, chart = held()
    protection.lost(StopLost(INSTANCE, Reason.PROTECTION_LOST), holding, chart, 2)
    assert not protection.lost(StopLost(INSTANCE, Reason.PROTECTION_LOST), holding, chart, 3)


@SIDES
def test_the_trailing_stop_is_asked_for_on_the_tick_that_is_farther_from_the_price(side: int) -> None:
    holding, _ = held(side)
    holding.best = 100.0 + side * 3.03
    assert protection.nearer(level(holding), holding, EXACT) == (101.0 if side > 0 else 99.0)


def test_less_than_a_tick_nearer_is_not_asked_for() -> None:
    holding, _ = held()
    holding.best = 98.05  # the trail is at 96.05, and its tick is where the stop is
    assert protection.nearer(level(holding), holding, EXACT) is None


@SIDES
def test_a_trail_farther_away_than_the_stop_is_not_asked_for(side: int) -> None:
    holding, _ = held(side)
    assert holding.trailed(10.0) is None


def test_a_position_without_a_trail_asks_for_nothing() -> None:
    holding, _ = held(trail_atr=None)
    holding.best = 150.0
    assert holding.trailed(1.0) is None
