"""The strategist tells the regime how far the price has come, when an hour begins."""

from typing import Any

import pytest

from actors.kernel.effects import Effects
from actors.strategist import Strategist
from core.messages import BarOpened, SystemStarted
from tests.actors.stage import SYMBOL, reborn, told
from tests.actors.test_strategist import FIVE, bar, strategist

HOURS = 72 * 12
"""Bars of five minutes in 72 hours."""


def fallen(**regime: Any) -> Strategist:
    """72 hours of bars at 100, and a last close 4 % lower, which ends an hour."""
    actor = strategist(**regime)
    for index in range(HOURS - 1):
        actor.fold(bar(index, 100.0))
    actor.fold(bar(HOURS - 1 + 12, 96.0))
    return actor


OPENING = BarOpened(SYMBOL, (HOURS + 12) * FIVE, 96.0)


def moved(effects: Effects) -> list[tuple[float, bool]]:
    """What the regime is told of the price: the change, and whether it is only told again."""
    return [(round(each.trend.change_pct, 6), each.restored) for each in told(effects, "regime")]


def test_the_regime_is_told_how_far_the_price_has_come_when_an_hour_begins() -> None:
    actor = fallen()
    assert actor.wants(OPENING)
    assert moved(actor.receive(OPENING, OPENING.ts)) == [(-4.0, False)]
    assert actor.price is not None
    assert actor.price.value == pytest.approx(-0.8)
    assert actor.receive(OPENING, OPENING.ts) == ()  # no news


@pytest.mark.parametrize(
    "opening", [BarOpened(SYMBOL, OPENING.ts - FIVE, 96.0), BarOpened("ETHUSDT", OPENING.ts, 96.0)]
)
def test_an_open_within_the_hour_or_of_another_symbol_is_not_wanted(opening: BarOpened) -> None:
    assert not fallen().wants(opening)


@pytest.mark.parametrize("regime", [{"pinned": "RISK_ON"}, {"dominance_by_price": False}])
def test_a_regime_that_does_not_listen_to_price_is_told_nothing(regime: dict[str, Any]) -> None:
    actor = fallen(**regime)
    assert not actor.wants(OPENING)
    assert actor.receive(SystemStarted(resumed=False), OPENING.ts) == ()


def test_a_start_tells_what_history_knows_and_a_restart_what_was_told_before() -> None:
    actor = fallen()
    assert moved(actor.receive(SystemStarted(resumed=False), OPENING.ts)) == [(-4.0, False)]
    again = reborn(actor, fallen())
    assert moved(again.receive(SystemStarted(resumed=True), OPENING.ts)) == [(-4.0, True)]
    assert again.receive(OPENING, OPENING.ts) == ()
    fresh = strategist()
    assert fresh.receive(SystemStarted(resumed=False), 0) == ()
    assert reborn(fresh, strategist()).receive(SystemStarted(resumed=True), 0) == ()
