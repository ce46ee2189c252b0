"""The nearest level above each bar and what it is worth, by `core.liquidity.levels`; feed negatives for below."""

import numpy as np

from core.market.bars import Floats, Times
from core.measure.batch.compiled import compiled


@compiled
def nearest_level(
    reached: Floats, levels: Floats, set_at: Times, weights: Floats, half_life: int
) -> tuple[Floats, Floats, Times]:
    """Price, strength and row (counted from 1; 0 none) of the nearest level beyond what each bar reached.

    Args:
        reached: The bars' highs.
        levels: A row per kind of level, strongest first; shape (K, T).
        set_at: The bars that set them, likewise. A level is fresh whenever this changes.
        weights: What a fresh level is worth; shape (K,).
        half_life: Bars.
    """
    kinds, bars = levels.shape
    price, strength = np.full(bars, np.nan), np.zeros(bars)
    row = np.zeros(bars, np.int64)
    known, taken = np.zeros(kinds, np.int64), np.zeros(kinds, np.int64)
    for i in range(bars):
        best = -1
        for k in range(kinds):
            if set_at[k, i] != known[k]:
                known[k], taken[k] = set_at[k, i], 0
            if levels[k, i] > reached[i]:
                if best < 0 or levels[k, i] < levels[best, i]:
                    best = k
            elif known[k] != i + 1:
                taken[k] += 1
        if best >= 0:
            price[i], row[i] = levels[best, i], best + 1
            strength[i] = weights[best] * half_life / (half_life + i + 1 - known[best]) / (1 + taken[best])
    return price, strength, row
