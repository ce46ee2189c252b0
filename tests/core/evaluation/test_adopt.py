"""How a found position is led: its stop, the level from which it trails, and no partial."""

from dataclasses import replace
from decimal import Decimal
from math import nan

import pytest

from core.evaluation.adopt import adopt
from core.measure.reading import Reading
from core.regime.permissions import PERMISSIONS
from core.strategies.breakout import BreakoutParams
from core.trading.adoption import PositionFound

PARAMS = BreakoutParams(stop_atr=1.5, trail_atr=2.0, partial_at_r=2.0, time_stop_bars=7)


def found(side: int = 1, stop: str | None = None) -> PositionFound:
    held = None if stop is None else Decimal(stop)
    return PositionFound("BTCUSDT", side, Decimal(2), Decimal(90), held, 100.0, 1.0)


@pytest.mark.parametrize(("atr", "distance"), [(4.0, 6.0), (nan, 1.0), (0.0, 1.0)])
def test_the_stop_is_a_breakouts_or_the_fallback_while_nothing_is_measured(atr: float, distance: float) -> None:
    assert adopt(found(), Reading(atr=atr), None, PARAMS).stop_distance == distance


@pytest.mark.parametrize(
    ("side", "stop", "r", "target"),
    [
        (1, None, 6.0, 112.0),
        (-1, None, 6.0, 88.0),
        (1, "97", 3.0, 106.0),
        (-1, "103", 3.0, 94.0),
        (1, "101", 6.0, 112.0),
    ],
)
def test_one_r_is_to_the_stop_that_stands_if_it_is_on_the_right_side(
    side: int, stop: str | None, r: float, target: float
) -> None:
    adoption = adopt(found(side, stop), Reading(atr=4.0), None, PARAMS)
    assert (adoption.r, adoption.target) == (r, target)


def test_it_is_led_as_the_regime_leads_a_breakout_but_takes_no_partial() -> None:
    narrow = replace(next(row for row in PERMISSIONS if row.regime == "RISK_ON"), trail_atr=1.0)
    led = adopt(found(), Reading(atr=4.0), narrow, PARAMS).management
    plain = adopt(found(), Reading(atr=4.0), None, PARAMS).management
    assert (led.partial_fraction, led.time_stop_bars) == (0.0, 7)
    assert (led.trail_atr, plain.trail_atr) == (1.0, 2.0)
