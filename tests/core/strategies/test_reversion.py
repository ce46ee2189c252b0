"""The fade: a bar that left the band and closed back inside, its stops and its bands."""

from dataclasses import replace
from math import isnan, nan, nextafter

import pytest

from core.measure.reading import Reading
from core.strategies.reversion import ReversionParams, bands, reversion

PARAMS = ReversionParams()
LONG = Reading(close=99.0, low=97.0, high=99.5, vwap=100.0, atr=2.0, sigma=0.5, swing_low=96.0, swing_high=104.0)
SHORT = replace(LONG, close=101.0, low=100.5, high=103.0)


@pytest.mark.parametrize(("reading", "side"), [(LONG, 1), (SHORT, -1)])
def test_a_bar_that_left_the_band_and_closed_inside_is_signaled(reading: Reading, side: int) -> None:
    setup = reversion(reading, PARAMS)
    assert (setup.mode, setup.side, setup.signaled) == ("VWAP_REVERSION", side, True)
    assert (setup.distance_atr, setup.entry_price, setup.target) == (0.5, reading.close, 100.0)


@pytest.mark.parametrize(
    ("reading", "change", "signaled"),
    [
        (LONG, {"low": 98.0}, False),  # touching the band is not leaving it
        (LONG, {"low": nextafter(98.0, 0)}, True),
        (LONG, {"close": 98.0}, False),  # a close on the band is not inside
        (LONG, {"close": nextafter(98.0, 200)}, True),
        (LONG, {"close": 100.0}, False),  # the target is already there
        (LONG, {"close": nextafter(100.0, 0)}, True),
        (SHORT, {"high": 102.0}, False),
        (SHORT, {"high": nextafter(102.0, 200)}, True),
        (SHORT, {"close": 102.0}, False),
        (SHORT, {"close": nextafter(102.0, 0)}, True),
        (SHORT, {"close": 100.0}, False),
        (SHORT, {"close": nextafter(100.0, 200)}, True),
    ],
)
def test_the_band_and_the_vwap_are_the_limits(reading: Reading, change: dict[str, float], signaled: bool) -> None:  # noqa: FBT001  a table's column
    assert reversion(replace(reading, **change), PARAMS).signaled is signaled  # type: ignore[arg-type]  # floats alone


def test_each_method_makes_its_own_band() -> None:
    assert bands(LONG, ReversionParams(band_method="atr", k_atr=1.5)) == (97.0, 103.0)
    assert bands(LONG, ReversionParams(band_method="sigma", k_sigma=3.0)) == (98.5, 101.5)


def test_a_narrower_band_signals_what_the_wider_does_not() -> None:
    reading = replace(LONG, low=98.5, close=99.2)
    assert not reversion(reading, PARAMS).signaled
    assert reversion(reading, ReversionParams(band_method="sigma")).signaled


@pytest.mark.parametrize(
    ("reading", "method", "change", "distance"),
    [
        (LONG, "swing", {}, 99.0 - 96.0 + 0.6),
        (LONG, "swing", {"low": 95.0}, 99.0 - 95.0 + 0.6),  # this bar's own low is the recent swing
        (LONG, "band", {}, 99.0 - 97.0 + 0.6),
        (LONG, "band", {"low": 98.5}, 99.0 - 98.0 + 0.6),
        (SHORT, "swing", {}, 104.0 - 101.0 + 0.6),
        (SHORT, "swing", {"high": 105.0}, 105.0 - 101.0 + 0.6),
        (SHORT, "band", {}, 103.0 - 101.0 + 0.6),
        (SHORT, "band", {"high": 101.5}, 102.0 - 101.0 + 0.6),
    ],
)
def test_the_stop_lies_beyond_the_swing_or_the_band(
    reading: Reading, method: str, change: dict[str, float], distance: float
) -> None:
    params = ReversionParams(stop_method=method)  # type: ignore[arg-type]  # one of its words
    setup = reversion(replace(reading, **change), params)  # type: ignore[arg-type]  # floats alone
    assert setup.stop_distance == pytest.approx(distance)


def test_no_vwap_is_no_signal() -> None:
    setup = reversion(replace(LONG, vwap=nan), PARAMS)
    assert (setup.side, setup.signaled) == (0, False)
    assert isnan(setup.distance_atr)
