from pathlib import Path

import pytest

from actors.adapters.files.candles import read_candles
from core.liquidity.days import Days
from core.liquidity.history import LevelHistory, LevelRecord
from core.liquidity.levels import Levels
from core.liquidity.sessions import Session
from core.liquidity.span import Span
from core.liquidity.visible import Visible
from core.structure.swing import Swings

MINUTE = 60_000
Hlc = tuple[float, float, float]


def followed(*bars: Hlc) -> LevelHistory:
    """A high at 110 and a low at 90, set by bar 1, and the bars after it."""
    span = Span("prior_day", weight=1.0)
    span.begin(110.0, 90.0, 1)
    history = LevelHistory([span], within=3, half_life=288)
    history.update(0, 110.0, 90.0, 100.0, 1)
    for bar, (high, low, close) in enumerate(bars, start=2):
        history.update((bar - 1) * MINUTE, high, low, close, bar)
    return history


def low_of(history: LevelHistory) -> LevelRecord:
    return next(level for level in history.levels() if level.kind == "prior_day_low")


IN: Hlc = (105.0, 95.0, 100.0)
AT: Hlc = (105.0, 90.0, 95.0)
BELOW: Hlc = (95.0, 85.0, 86.0)
BACK: Hlc = (100.0, 86.0, 95.0)


@pytest.mark.parametrize(
    ("bars", "state", "touches", "sweeps"),
    [
        ([IN], "untouched", 0, 0),
        ([AT], "touched", 1, 0),
        ([AT, IN, AT], "touched", 2, 0),
        ([BELOW], "swept", 1, 0),
        ([(105.0, 89.0, 95.0)], "returned", 1, 1),
        ([BELOW, BELOW, BACK], "returned", 3, 1),
        ([BELOW, BELOW, BELOW], "broken", 3, 0),
        ([BELOW, BELOW, BELOW, BACK], "broken", 4, 0),
        ([BELOW, BELOW, BELOW, BACK, (105.0, 89.0, 95.0)], "returned", 5, 1),
        ([BELOW, BACK, BELOW], "swept", 3, 1),
        ([BELOW, BACK, IN, AT], "returned", 3, 1),
    ],
)
def test_a_level_remembers_what_happened_to_it(bars: list[Hlc], state: str, touches: int, sweeps: int) -> None:
    found = low_of(followed(*bars))
    assert (found.state, found.touches, found.sweeps) == (state, touches, sweeps)


def test_highs_mirror_lows() -> None:
    high, low = followed((112.0, 105.0, 108.0)).levels()
    assert (high.kind, high.state, high.last_return_ms) == ("prior_day_high", "returned", MINUTE)
    assert (low.kind, low.state, low.last_touch_ms) == ("prior_day_low", "untouched", None)


def test_touches_and_returns_are_dated() -> None:
    found = low_of(followed(IN, BELOW, BACK, IN))
    assert (found.known_ms, found.last_touch_ms, found.last_return_ms) == (0, 3 * MINUTE, 3 * MINUTE)


def test_a_level_is_worth_less_by_age_and_touch() -> None:
    assert low_of(followed()).strength == 1.0
    assert low_of(followed(AT)).strength == pytest.approx(288 / 289 / 2)


def test_a_level_that_is_replaced_while_pierced_is_followed_until_price_returns() -> None:
    span = Span("asia", weight=0.8)
    history = LevelHistory([span], within=3, half_life=288)
    for bar, (high, low, close) in enumerate([(110.0, 90.0, 100.0), (112.0, 100.0, 111.0), (111.0, 100.0, 105.0)], 1):
        span.begin(high, low, bar) if bar == 1 else span.widen(high, low, bar)
        history.update(bar * MINUTE, high, low, close, bar)
    assert [(level.price, level.state) for level in history.past] == [(110.0, "returned")]
    assert [level.price for level in history.levels()] == [112.0, 90.0]


def test_levels_nobody_touched_leave_no_trace() -> None:
    span = Span("visible", weight=0.7)
    span.begin(110.0, 90.0, 1)
    history = LevelHistory([span], within=3, half_life=288)
    history.update(0, 110.0, 90.0, 100.0, 1)
    span.set_high(108.0, 2)
    history.update(MINUTE, 108.0, 95.0, 100.0, 2)
    assert list(history.past) == []


def test_before_any_level_there_is_no_history() -> None:
    history = LevelHistory([Span("swing", weight=0.5)], within=3, half_life=288)
    history.update(0, 110.0, 90.0, 100.0, 1)
    assert history.levels() == []


def test_on_real_bars_touches_are_the_wear_of_the_levels(shared_data: Path) -> None:
    bars = read_candles(shared_data / "candles" / "BTCUSDT_binance_spot_5m_2021-05_crash.csv", symbol="BTCUSDT").bars
    days, visible, swings = Days(weight=1.0), Visible(288, weight=0.7), Swings(3, weight=0.5)
    sessions = [Session("asia", (0, 8), weight=0.8), Session("london", (7, 16), weight=0.8)]
    spans = (days.prior, *(session.span for session in sessions), visible.span, swings.span)
    levels, history = Levels(spans, half_life=288), LevelHistory(spans, within=3, half_life=288)
    states = set()
    columns = (bars.open_ms, bars.high, bars.low, bars.close)
    for bar, (open_ms, high, low, close) in enumerate(zip(*(c.tolist() for c in columns), strict=True), start=1):
        if bar > 3_000:
            break
        days.update(open_ms, high, low, bar)
        for session in sessions:
            session.update(open_ms, high, low, bar)
        visible.update(high, low, bar)
        swings.update(high, low, bar)
        above, below = levels.above(high, bar), levels.below(low, bar)
        history.update(open_ms, high, low, close, bar)
        found = {level.kind: level for level in history.levels()}
        for span in spans:
            if span.high_kind in found:
                assert found[span.high_kind].touches == span.high_taken
                assert found[span.low_kind].touches == span.low_taken
        for nearest in (above, below):
            assert not nearest.kind or found[nearest.kind].strength == nearest.strength
        states |= {level.state for level in (*found.values(), *history.past)}
    assert states == {"untouched", "touched", "swept", "returned", "broken"}
    assert len(history.past) == 100
