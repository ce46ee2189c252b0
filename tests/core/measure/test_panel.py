import math
from dataclasses import fields
from typing import get_type_hints

import pytest
from pydantic import TypeAdapter, ValidationError

from core.errors import InvariantBroken
from core.measure.bands import atr_bands
from core.measure.panel import Panel, PanelParams
from core.structure.breaks import NEVER

Row = tuple[int, float, float, float, float, float]
FIVE = 300_000
DAY = 86_400_000


def same(left: dict[str, float | int | str], right: dict[str, float | int | str]) -> bool:
    return repr(left) == repr(right)


def flat(count: int, *, first_ms: int = 0, price: float = 100.0, volume: float = 1.0) -> list[Row]:
    return [(first_ms + i * FIVE, price, price + 1.0, price - 1.0, price, volume) for i in range(count)]


def test_two_panels_fed_the_same_bars_agree_and_share_nothing(long_series: list[Row]) -> None:
    left, right = Panel(PanelParams(), FIVE), Panel(PanelParams(), FIVE)
    for row in long_series[:3_000]:
        left.update(*row)
    for row in long_series[:3_000]:
        reading = right.update(*row)
    assert same(left._reading.values(), reading.values())


def test_a_reading_never_depends_on_later_bars(long_series: list[Row]) -> None:
    whole = Panel(PanelParams(), FIVE)
    as_it_was = [whole.update(*row).values() for row in long_series[:2_000]]
    for count in (1, 14, 15, 20, 21, 499, 500, 1_111, 2_000):
        cut = Panel(PanelParams(), FIVE)
        for row in long_series[:count]:
            reading = cut.update(*row)
        assert same(reading.values(), as_it_was[count - 1])


def test_the_long_series_has_the_documented_breakouts_and_reentries(long_series: list[Row]) -> None:
    panel = Panel(PanelParams(), FIVE)
    crosses = crosses_warm = reentries = to_target = gaps = 0
    for row in long_series:
        r = panel.update(*row)
        up = r.close > r.donchian_high and r.prev_close <= r.prev_donchian_high
        down = r.close < r.donchian_low and r.prev_close >= r.prev_donchian_low
        crosses += up or down
        crosses_warm += r.bars > 500 and (up or down)
        lower, upper = atr_bands(r.vwap, r.atr, 1.0)
        long, short = r.low < lower < r.close, r.high > upper > r.close
        reentries += r.bars > 500 and (long or short)
        to_target += r.bars > 500 and ((long and r.close < r.vwap) or (short and r.close > r.vwap))
        gaps += r.bars_since_gap == 0
    assert (crosses, crosses_warm, gaps) == (20_379, 20_352, 3)
    assert (reentries, to_target) == (34_500, 31_749)


def test_the_channel_is_that_of_the_bars_before_this_one() -> None:
    panel = Panel(PanelParams(donchian_bars=2), FIVE)
    highs = [10.0, 12.0, 11.0, 20.0, 15.0]
    seen = []
    for i, high in enumerate(highs):
        reading = panel.update(i * FIVE, high, high, high - 1.0, high, 1.0)
        seen.append((reading.donchian_high, reading.prev_donchian_high))
    assert seen[2:] == [(12.0, pytest.approx(math.nan, nan_ok=True)), (12.0, 12.0), (20.0, 12.0)]


def test_the_true_range_reaches_from_the_close_before() -> None:
    panel = Panel(PanelParams(), FIVE)
    assert panel.update(0, 10.0, 12.0, 9.0, 10.0, 1.0).true_range == 3.0
    assert panel.update(FIVE, 20.0, 21.0, 19.0, 20.0, 1.0).true_range == 11.0
    assert panel.update(2 * FIVE, 5.0, 6.0, 4.0, 5.0, 1.0).true_range == 16.0


def test_a_gap_is_counted_from_its_first_bar_on() -> None:
    panel = Panel(PanelParams(), FIVE)
    ages = [panel.update(t, 1.0, 1.0, 1.0, 1.0, 1.0).bars_since_gap for t in (0, FIVE, 3 * FIVE, 4 * FIVE)]
    assert ages[0] > NEVER
    assert ages[1] > NEVER
    assert ages[2:] == [0, 1]


def test_an_incomplete_bar_is_counted_from_itself_on() -> None:
    panel = Panel(PanelParams(), FIVE)
    ages = [
        panel.update(i * FIVE, 1.0, 1.0, 1.0, 1.0, 1.0, flaw).bars_since_incomplete
        for i, flaw in enumerate((False, True, False))
    ]
    assert ages[0] > NEVER
    assert ages[1:] == [0, 1]


@pytest.mark.parametrize("open_ms", [FIVE, 0])
def test_a_bar_that_is_not_later_is_refused_and_changes_nothing(open_ms: int) -> None:
    panel = Panel(PanelParams(), FIVE)
    panel.update(FIVE, 1.0, 1.0, 1.0, 1.0, 1.0)
    before = panel._reading.values()
    with pytest.raises(InvariantBroken, match=f"bar {open_ms} came after bar {FIVE}"):
        panel.update(open_ms, 2.0, 2.0, 2.0, 2.0, 1.0)
    assert same(panel._reading.values(), before)


def test_the_vwap_and_the_prior_day_roll_at_midnight_utc() -> None:
    panel = Panel(PanelParams(), FIVE)
    for row in flat(288):
        reading = panel.update(*row)
    assert (reading.vwap, reading.day_open_ms) == (100.0, 0)
    assert math.isnan(reading.prior_day_high)
    reading = panel.update(DAY, 200.0, 200.0, 200.0, 200.0, 1.0)
    assert (reading.vwap, reading.day_open_ms) == (200.0, DAY)
    assert (reading.prior_day_high, reading.prior_day_low) == (101.0, 99.0)


def test_a_day_without_volume_leaves_vwap_and_sigma_unmeasured() -> None:
    panel = Panel(PanelParams(vwap_window_bars=2), FIVE)
    for row in flat(10, volume=0.0):
        reading = panel.update(*row)
    assert math.isnan(reading.vwap)
    assert math.isnan(reading.sigma)
    assert reading.true_range == 2.0


@pytest.mark.parametrize(
    ("hour", "session"),
    [(0, "asia"), (6, "asia"), (7, "london"), (11, "london"), (12, "new_york"), (20, "new_york"), (21, ""), (23, "")],
)
def test_of_overlapping_sessions_the_later_opened_is_named(hour: int, session: str) -> None:
    panel = Panel(PanelParams(), 3_600_000)
    for i in range(hour + 1):
        reading = panel.update(i * 3_600_000, 1.0, 1.0, 1.0, 1.0, 1.0)
    assert reading.session == session


def test_a_breakout_to_new_highs_has_open_air_above_and_a_level_below() -> None:
    panel = Panel(PanelParams(), FIVE)
    for row in flat(50):
        panel.update(*row)
    reading = panel.update(50 * FIVE, 101.0, 110.0, 100.5, 109.0, 1.0)
    assert math.isnan(reading.target_above)
    assert (reading.target_above_kind, reading.target_above_strength) == ("", 0.0)
    assert (reading.target_below, reading.target_below_kind) == (99.0, "asia_low")


def test_every_target_lies_beyond_the_bar_and_has_a_strength_within_one(long_series: list[Row]) -> None:
    panel = Panel(PanelParams(), FIVE)
    found = set()
    for row in long_series[:20_000]:
        r = panel.update(*row)
        assert not r.target_above <= r.high
        assert not r.target_below >= r.low
        assert 0.0 <= r.target_above_strength <= 1.0
        assert 0.0 <= r.target_below_strength <= 1.0
        found |= {r.target_above_kind, r.target_below_kind}
    assert {"prior_day_high", "swing_low", "visible_low", "asia_high", "london_low", "new_york_high", ""} <= found


def test_memory_stays_bounded_over_many_bars() -> None:
    panel = Panel(PanelParams(), FIVE)
    for row in flat(3_000):
        panel.update(*row)
    assert len(panel._change._closes) <= 72 * 12
    assert len(panel._visible._highest._candidates) <= 288
    assert len(panel._deviation._values) == 288


def test_every_parameter_is_bounded_and_says_why() -> None:
    hints = get_type_hints(PanelParams, include_extras=True)
    for field in fields(PanelParams):
        (info,) = hints[field.name].__metadata__
        assert info.description
        assert len(info.metadata) == 2


@pytest.mark.parametrize(("bars", "allowed"), [(2, True), (1, False), (1_000, True), (1_001, False)])
def test_periods_outside_their_bounds_are_refused(bars: int, *, allowed: bool) -> None:
    adapter = TypeAdapter(PanelParams)
    if allowed:
        assert adapter.validate_python({"donchian_bars": bars}).donchian_bars == bars
    else:
        with pytest.raises(ValidationError):
            adapter.validate_python({"donchian_bars": bars})
