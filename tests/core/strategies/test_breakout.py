"""The breakout: a close across the channel, its stop, and how far it is from one."""

from dataclasses import replace
from math import isnan, nan, nextafter

import pytest

from core.measure.reading import Reading
from core.strategies.breakout import BreakoutParams, breakout

PARAMS = BreakoutParams()
LONG = Reading(
    close=101.0,
    prev_close=99.0,
    donchian_high=100.0,
    prev_donchian_high=100.0,
    donchian_low=90.0,
    prev_donchian_low=90.0,
    atr=2.0,
)
SHORT = replace(LONG, close=89.0, prev_close=91.0)


@pytest.mark.parametrize(("reading", "side"), [(LONG, 1), (SHORT, -1)])
def test_a_close_across_the_channel_is_signaled(reading: Reading, side: int) -> None:
    setup = breakout(reading, PARAMS)
    assert (setup.mode, setup.side, setup.signaled) == ("TREND_BREAKOUT", side, True)
    assert setup.distance_atr == 0.5
    assert (setup.entry_price, setup.stop_distance) == (reading.close, 3.0)
    assert isnan(setup.target)


@pytest.mark.parametrize(
    ("reading", "change"),
    [
        (LONG, {"close": 100.0}),  # on the channel is not across it
        (LONG, {"prev_close": nextafter(100.0, 200)}),  # it was across already
        (SHORT, {"close": 90.0}),
        (SHORT, {"prev_close": nextafter(90.0, 0)}),
    ],
)
def test_a_close_on_the_channel_or_after_the_cross_is_not(reading: Reading, change: dict[str, float]) -> None:
    assert not breakout(replace(reading, **change), PARAMS).signaled  # type: ignore[arg-type]  # floats alone


@pytest.mark.parametrize(
    ("reading", "change"),
    [
        (LONG, {"close": nextafter(100.0, 200)}),
        (LONG, {"prev_close": 100.0}),  # from the channel itself counts as a cross
        (SHORT, {"close": nextafter(90.0, 0)}),
        (SHORT, {"prev_close": 90.0}),
    ],
)
def test_one_step_beyond_the_channel_is(reading: Reading, change: dict[str, float]) -> None:
    assert breakout(replace(reading, **change), PARAMS).signaled  # type: ignore[arg-type]  # floats alone


def test_the_distance_is_negative_and_the_side_the_nearer_while_inside() -> None:
    setup = breakout(replace(LONG, close=96.0), PARAMS)
    assert (setup.side, setup.signaled, setup.distance_atr) == (1, False, -2.0)
    setup = breakout(replace(LONG, close=93.0), PARAMS)
    assert (setup.side, setup.signaled, setup.distance_atr) == (-1, False, -1.5)


@pytest.mark.parametrize("hole", ["donchian_high", "donchian_low", "atr"])
def test_nothing_measured_is_nothing_signaled(hole: str) -> None:
    setup = breakout(replace(LONG, **{hole: nan}), PARAMS)  # type: ignore[arg-type]  # floats alone
    if hole == "atr":
        assert isnan(setup.distance_atr)
        assert isnan(setup.stop_distance)
    else:
        assert (setup.side, setup.signaled) == (0, False)


@pytest.mark.parametrize(("reading", "distance"), [(LONG, 101.0 - 90.0 + 0.2), (SHORT, 100.0 - 89.0 + 0.2)])
def test_the_other_stop_lies_beyond_the_opposite_channel(reading: Reading, distance: float) -> None:
    setup = breakout(reading, BreakoutParams(stop_method="donchian", stop_buffer_atr=0.1))
    assert setup.stop_distance == pytest.approx(distance)
