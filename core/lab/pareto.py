"""Which choices are not beaten outright: the Pareto front of several figures."""

import numpy as np

from core.market.bars import Floats, Times


def front(figures: Floats) -> Times:
    """Rows that no other row is at least as good as in every figure and better than in one.

    Args:
        figures: More is better; infinities are figures, NaN is none; shape (N, figures), N >= 1.

    Returns:
        Positions, the best by the first figure first; equal rows are all on the front or none is.
    """
    order = np.lexsort(-figures.T[::-1])
    kept: list[int] = []
    best = np.empty((0, figures.shape[1]))
    for place in order.tolist():
        row = figures[place]
        # whoever beats a row comes before it in this order, or is beaten by someone there who beats it too
        if not ((best >= row).all(axis=1) & (best > row).any(axis=1)).any():
            kept.append(place)
            best = np.vstack((best, row))
    return np.array(kept, dtype=np.int64)
