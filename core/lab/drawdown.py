"""How deep an equity curve fell under its peak, and for how long it stayed there."""

from dataclasses import dataclass

import numpy as np

from core.market.bars import Floats


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The deepest fall of an equity curve, and the longest; positions are indices of the curve."""

    max_pct: float
    """Percent under the peak before it; 0 if it never fell."""
    peak: int
    """Where the deepest fall began."""
    trough: int
    """Its lowest mark."""
    recovered: int | None
    """The first mark back at that peak; None if it never came."""
    longest: int
    """Periods from a peak until it was seen again, or until the curve ends, at most."""


def drawdown_pct(equity: Floats) -> Floats:
    """Percent under the highest mark so far, along the last axis; positive start assumed, same shape."""
    peak = np.maximum.accumulate(equity, axis=-1)
    return 100.0 * (peak - equity) / peak


def drawdown(equity: Floats) -> Drawdown:
    """The deepest and the longest fall of marks of shape (T,), T >= 1, the first above zero."""
    below = drawdown_pct(equity)
    trough = int(below.argmax())
    peaks = np.flatnonzero(below == 0.0)
    peak = int(peaks[np.searchsorted(peaks, trough, side="right") - 1])
    back = np.flatnonzero(equity[trough:] >= equity[peak])
    between = np.diff(peaks)
    return Drawdown(
        max_pct=float(below[trough]),
        peak=peak,
        trough=trough,
        recovered=trough + int(back[0]) if len(back) else None,
        longest=max(int(between[between > 1].max(initial=0)), len(equity) - 1 - int(peaks[-1])),
    )
