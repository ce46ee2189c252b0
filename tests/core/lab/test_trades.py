"""Profit factor and expectancy."""

from math import inf, isnan

import numpy as np
import pytest

from core.lab.trades import expectancy_r, profit_factor


@pytest.mark.parametrize(("profits", "expected"), [([3.0, -1.0, 1.0, -1.0], 2.0), ([-1.0, 0.0], 0.0), ([1.0], inf)])
def test_profit_factor_is_won_over_lost(profits: list[float], expected: float) -> None:
    assert profit_factor(np.array(profits)) == expected


@pytest.mark.parametrize("profits", [[], [0.0]])
def test_without_money_moved_there_is_no_profit_factor(profits: list[float]) -> None:
    assert isnan(profit_factor(np.array(profits)))


def test_expectancy_is_the_mean_trade() -> None:
    assert expectancy_r(np.array([2.0, -1.0, -1.0, 1.0])) == 0.25
    assert isnan(expectancy_r(np.array([])))
