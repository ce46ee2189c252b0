"""When things last happened."""

import numpy as np

from core.market.bars import Flags, Floats, Times
from core.structure.breaks import NEVER


def latest(happened: Flags) -> Times:
    """Of each bar, the index of the last at which it happened, itself included; -1 before the first."""
    return np.maximum.accumulate(np.where(happened, np.arange(len(happened)), -1))


def age(last: Times) -> Times:
    """Bars since it last happened, given `latest`; beyond `NEVER` before the first time."""
    bar = np.arange(len(last))
    return np.where(last < 0, NEVER + 1 + bar, bar - last)


def held(values: Times, last: Times) -> Times:
    """The value of the bar at which it last happened, given `latest`; 0 before the first time."""
    return np.where(last < 0, 0, values[last])


def lagged(values: Floats, bars: int) -> Floats:
    """The values as they stood `bars` earlier; NaN where there was no such bar."""
    return np.concatenate((np.full(min(bars, len(values)), np.nan), values[:-bars]))
