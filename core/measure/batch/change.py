"""How far the price has come over a stretch of time, for whole columns: `core.measure.change`, bit for bit."""

import numpy as np
import numpy.typing as npt

from core.market.bars import Floats, Times

_EVERY = slice(None)


def price_change(open_ms: Times, close: Floats, span_ms: int, at: slice | npt.NDArray[np.intp] = _EVERY) -> Floats:
    """Percent change of the close against the last close known `span_ms` ago; NaN where history does not reach back.

    Args:
        open_ms: Each bar's open, UTC ms, rising; shape (T,).
        close: Shape (T,).
        span_ms: How long ago.
        at: The bars asked for; all of them where it is left out.
    """
    reached = np.searchsorted(open_ms, open_ms[at] - span_ms, side="right") - 1
    return (close[at] / np.concatenate((close, [np.nan]))[reached] - 1.0) * 100.0
