import random

import pytest

from core.liquidity.visible import Lowest, Visible


@pytest.mark.parametrize("window", [1, 2, 7, 50])
def test_the_lowest_is_that_of_the_last_window_values(window: int) -> None:
    rng = random.Random(window)
    values = [float(rng.randint(0, 20)) for _ in range(500)]
    lowest = Lowest(window)
    for bar, value in enumerate(values, start=1):
        seen = values[max(0, bar - window) : bar]
        assert lowest.update(value, bar) == (min(seen), max(0, bar - window) + seen.index(min(seen)) + 1)


def test_the_visible_range_forgets_a_bar_exactly_when_it_leaves_the_window() -> None:
    visible = Visible(3, weight=0.7)
    highs = []
    for bar, high in enumerate([9.0, 5.0, 6.0, 4.0], start=1):
        visible.update(high, 1.0, bar)
        highs.append(visible.span.high)
    assert highs == [9.0, 9.0, 9.0, 6.0]
