"""Running highs, each with the bar that set it, counted from 1; feed negatives for lows."""

import numpy as np

from core.market.bars import Flags, Floats, Times
from core.measure.batch.compiled import compiled


@compiled
def highest_since(begins: Flags, inside: Flags, values: Floats) -> tuple[Floats, Times]:
    """The highest inside value since the last beginning, the earliest among equals; NaN and 0 before the first.

    Args:
        begins: Where to start anew.
        inside: Which bars count; those that begin do.
        values: Prices.
    """
    level = np.empty(len(values))
    set_at = np.empty(len(values), np.int64)
    highest, at = np.nan, 0
    for i in range(len(values)):
        if begins[i] or (inside[i] and values[i] > highest):
            highest, at = values[i], i + 1
        level[i], set_at[i] = highest, at
    return level, set_at


@compiled
def highest_of_last(window: int, values: Floats) -> tuple[Floats, Times]:
    """The highest of the last `window` values, the earliest among equals; of fewer while there are fewer."""
    level = np.empty(len(values))
    set_at = np.empty(len(values), np.int64)
    candidates = np.empty(len(values), np.int64)
    first = beyond = 0
    for i in range(len(values)):
        while beyond > first and values[candidates[beyond - 1]] < values[i]:
            beyond -= 1
        candidates[beyond] = i
        beyond += 1
        if candidates[first] <= i - window:
            first += 1
        level[i], set_at[i] = values[candidates[first]], candidates[first] + 1
    return level, set_at


@compiled
def last_swing(half_width: int, values: Floats) -> tuple[Floats, Times]:
    """The last confirmed swing high, see `core.structure.swing`; NaN and 0 before the first."""
    level = np.empty(len(values))
    set_at = np.empty(len(values), np.int64)
    highest, at = np.nan, 0
    for i in range(len(values)):
        middle = i - half_width
        is_swing = middle >= half_width
        for k in range(1, half_width + 1):
            if not is_swing:
                break
            is_swing = values[middle - k] < values[middle] >= values[middle + k]
        if is_swing:
            highest, at = values[middle], middle + 1
        level[i], set_at[i] = highest, at
    return level, set_at
