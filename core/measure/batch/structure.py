"""Breaks and sweeps of swings, over whole columns: `core.structure.breaks` and `core.structure.sweep`."""

import numpy as np

from core.market.bars import Bars, Flags, Floats, Times
from core.measure.batch.ages import held
from core.measure.batch.compiled import compiled
from core.measure.batch.spans import Spans


@compiled
def break_sides(close: Floats, high: Floats, high_at: Times, low: Floats, low_at: Times) -> Times:
    """+1 where a close breaks the last swing high, -1 the last swing low, once per swing; else 0."""
    sides = np.zeros(len(close), np.int64)
    broken_high_at = broken_low_at = 0
    for i in range(len(close)):
        if close[i] > high[i] and high_at[i] != broken_high_at:
            broken_high_at = high_at[i]
            sides[i] = 1
        elif close[i] < low[i] and low_at[i] != broken_low_at:
            broken_low_at = low_at[i]
            sides[i] = -1
    return sides


@compiled
def reclaims(within: int, extreme: Floats, close: Floats, level: Floats) -> Flags:
    """Where a pierced swing low is reclaimed in time; feed negatives for highs."""
    reclaimed = np.zeros(len(close), np.bool_)
    watched, pierced = 0.0, 0
    for i in range(len(close)):
        if level[i] != watched:
            watched, pierced = level[i], 0
        if extreme[i] < level[i] or pierced:
            pierced += 1
        if pierced and close[i] > level[i]:
            reclaimed[i] = pierced <= within
            pierced = 0
    return reclaimed


def changes_character(sides: Times, last_break: Times) -> Flags:
    """Which breaks go against the one before; `last_break` is the index of the latest as of each bar."""
    before = np.concatenate(([0], held(sides, last_break)))[:-1]
    against: Flags = (sides != 0) & (sides == -before)
    return against


def sweep_sides(bars: Bars, swings: Spans, *, within: int) -> Times:
    """+1 where a swing low was swept and reclaimed, -1 a swing high, by the bar's direction if both; else 0."""
    low = reclaims(within, bars.low, bars.close, swings.low)
    high = reclaims(within, -bars.high, -bars.close, -swings.high)
    upwards = low & (~high | (bars.close > bars.open))
    return np.where(upwards, 1, -(low | high).astype(np.int64))
