import math

from core.structure.swing import Swings


def highs_confirmed(highs: list[float], half_width: int) -> list[float]:
    swings = Swings(half_width, weight=0.5)
    seen = []
    for bar, high in enumerate(highs, start=1):
        swings.update(high, high - 1.0, bar)
        seen.append(swings.span.high)
    return seen


def test_a_swing_high_is_known_only_after_the_bars_that_confirm_it() -> None:
    seen = highs_confirmed([1.0, 2.0, 5.0, 4.0, 3.0], 2)
    assert all(math.isnan(value) for value in seen[:4])
    assert seen[4] == 5.0


def test_a_higher_bar_before_or_after_denies_the_swing() -> None:
    assert math.isnan(highs_confirmed([6.0, 2.0, 5.0, 4.0, 3.0], 2)[-1])
    assert math.isnan(highs_confirmed([1.0, 2.0, 5.0, 4.0, 6.0], 2)[-1])


def test_of_a_plateau_the_first_bar_is_the_swing() -> None:
    swings = Swings(1, weight=0.5)
    for bar, high in enumerate([1.0, 5.0, 5.0, 1.0], start=1):
        swings.update(high, 0.0, bar)
    assert (swings.span.high, swings.span.high_at) == (5.0, 2)


def test_swing_lows_mirror_swing_highs() -> None:
    up, down = Swings(1, weight=0.5), Swings(1, weight=0.5)
    for bar, value in enumerate([1.0, 3.0, 2.0, 0.5, 2.5, 4.0, 1.0], start=1):
        up.update(value, value, bar)
        down.update(-value, -value, bar)
        assert repr(up.span.high) == repr(-down.span.low)
    assert (up.span.high, up.span.low) == (4.0, 0.5)
