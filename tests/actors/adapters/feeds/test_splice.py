"""Splicing: a change of source is not a change of the market."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.adapters.feeds.splice import Splice
from core.durations import HOUR_MS
from core.messages import MacroPublished
from tests.actors.adapters.feeds.served import START

FOUR_H = 4 * HOUR_MS


def bar(step: int, value: float, timeframe: str = "4h") -> MacroPublished:
    return MacroPublished(START + step * FOUR_H, "btc_dominance", timeframe, value)


def values(joined: list[MacroPublished]) -> list[float]:
    return [round(each.value, 9) for each in joined]


def test_a_source_that_takes_over_continues_at_the_level_that_was() -> None:
    splice = Splice()
    assert values(splice.join("a", [bar(0, 50.0), bar(1, 51.0)])) == [50.0, 51.0]
    assert values(splice.join("b", [bar(0, 54.2), bar(1, 55.0), bar(2, 55.5)])) == [51.5]
    assert values(splice.join("b", [bar(3, 56.0)])) == [52.0]
    assert values(splice.join("a", [bar(3, 51.9), bar(4, 52.5)])) == [52.5]


def test_without_a_common_moment_the_first_value_continues_the_last() -> None:
    splice = Splice()
    splice.join("a", [bar(0, 50.0)])
    assert values(splice.join("b", [bar(1, 55.0)])) == [50.0]
    assert values(splice.join("b", [bar(2, 55.5)])) == [50.5]


def test_a_later_takeover_keeps_the_shift_unless_it_can_be_measured_anew() -> None:
    splice = Splice()
    splice.join("a", [bar(0, 50.0)])
    splice.join("b", [bar(0, 55.0), bar(1, 55.0)])
    splice.join("a", [bar(2, 50.0)])
    assert values(splice.join("b", [bar(3, 56.0)])) == [51.0]
    splice.join("a", [bar(4, 50.0)])
    assert values(splice.join("b", [bar(4, 57.0), bar(5, 57.0)])) == [50.0]


def test_each_timeframe_goes_on_where_it_was() -> None:
    splice = Splice()
    splice.join("a", [bar(0, 50.0), bar(0, 49.0, "1d")])
    joined = splice.join("b", [bar(0, 55.0, "1d"), bar(0, 52.0), bar(1, 53.0)])
    assert [(each.timeframe, each.value) for each in joined] == [("4h", 51.0 if joined[0].value == 51.0 else 47.0)]


@pytest.mark.parametrize("level", [-9.0, 0.0, 3.5])
@given(steps=st.lists(st.floats(-1, 1), min_size=4, max_size=30), switch=st.integers(1, 3))
def test_two_sources_that_agree_about_changes_make_one_series(level: float, steps: list[float], switch: int) -> None:
    truth = [50.0]
    for step in steps:
        truth.append(truth[-1] + step)
    splice, seen = Splice(), []
    for at in range(len(truth)):
        own = at // (2 * switch) % 2 == 0
        window = range(max(0, at - 2), at + 1)
        seen += splice.join("a" if own else "b", [bar(n, truth[n] + (0 if own else level)) for n in window])
    assert [each.ts for each in seen] == [bar(n, 0).ts for n in range(len(truth))]
    assert [each.value for each in seen] == pytest.approx(truth)
