import pytest

from core.liquidity.levels import NO_LEVEL, Levels, strength
from core.liquidity.span import Span


def span(name: str, high: float, low: float, *, weight: float = 1.0) -> Span:
    made = Span(name, weight=weight)
    made.begin(high, low, 1)
    return made


@pytest.mark.parametrize(
    ("age", "taken", "left"),
    [(0, 0, 0.8), (288, 0, 0.4), (576, 0, 0.8 / 3), (0, 1, 0.4), (0, 2, 0.8 / 3), (288, 1, 0.2)],
)
def test_a_level_loses_worth_by_age_and_by_every_visit(age: int, taken: int, left: float) -> None:
    assert strength(0.8, age=age, taken=taken, half_life=288) == pytest.approx(left)


@pytest.mark.parametrize(("high", "kind"), [(104.9, "near_high"), (105.0, "far_high"), (110.0, "")])
def test_the_nearest_level_above_is_strictly_above_the_high(high: float, kind: str) -> None:
    levels = Levels((span("far", 110.0, 80.0), span("near", 105.0, 95.0)), half_life=288)
    assert levels.above(high, 2).kind == kind


@pytest.mark.parametrize(("low", "kind"), [(95.1, "near_low"), (95.0, "far_low"), (80.0, "")])
def test_the_nearest_level_below_is_strictly_below_the_low(low: float, kind: str) -> None:
    levels = Levels((span("far", 110.0, 80.0), span("near", 105.0, 95.0)), half_life=288)
    assert levels.below(low, 2).kind == kind


def test_of_equal_prices_the_earlier_kind_is_named() -> None:
    levels = Levels((span("strong", 110.0, 90.0), span("weak", 110.0, 90.0)), half_life=288)
    assert (levels.above(100.0, 2).kind, levels.below(100.0, 2).kind) == ("strong_high", "strong_low")


def test_unknown_levels_are_never_near() -> None:
    assert Levels((Span("empty", weight=1.0),), half_life=288).above(100.0, 1) == NO_LEVEL


def test_a_bar_wears_the_levels_it_reaches_but_not_the_one_it_sets() -> None:
    old, fresh = span("old", 100.0, 90.0), Span("fresh", weight=1.0)
    levels = Levels((old, fresh), half_life=288)
    fresh.begin(100.0, 90.0, 2)
    levels.above(100.0, 2)
    levels.below(90.0, 2)
    assert (old.high_taken, old.low_taken, fresh.high_taken, fresh.low_taken) == (1, 1, 0, 0)
    levels.above(99.9, 3)
    assert (old.high_taken, fresh.high_taken) == (1, 0)
