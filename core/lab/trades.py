"""What closed trades came to, one by one: profit factor and expectancy."""

from math import inf, nan

from core.market.bars import Floats


def profit_factor(profits: Floats) -> float:
    """Money won over money lost; infinite if nothing was lost, NaN without a won or lost trade."""
    won, lost = float(profits[profits > 0].sum()), float(-profits[profits < 0].sum())
    if lost > 0:
        return won / lost
    return inf if won > 0 else nan


def expectancy_r(r_multiples: Floats) -> float:
    """The mean result of a trade in R, its risk at the first stop; NaN without trades."""
    return float(r_multiples.mean()) if len(r_multiples) else nan
