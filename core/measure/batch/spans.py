"""Columns of `core.liquidity.span.Span`, for every kind of span the panel follows."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from core.durations import DAY_MS, HOUR_MS
from core.market.bars import Bars, Flags, Floats, Times
from core.measure.batch.ages import latest
from core.measure.batch.extremes import highest_of_last, highest_since, last_swing


class Spans(NamedTuple):
    """A span's high and low as of each bar, and the bars that set them, counted from 1; NaN and 0 before the first."""

    high: Floats
    high_at: Times
    low: Floats
    low_at: Times


def day_opens(bars: Bars) -> Times:
    """00:00 UTC of each bar's day, ms."""
    return bars.open_ms - bars.open_ms % DAY_MS


def prior_days(bars: Bars, begins: Flags) -> Spans:
    """The last earlier day that had bars; `begins` marks each day's first bar."""
    today = _both_sides(partial(highest_since, begins, np.ones(len(bars), np.bool_)), bars)
    last_bar = latest(begins) - 1
    known = last_bar >= 0
    high, low = (np.where(known, level[last_bar], np.nan) for level in (today.high, today.low))
    high_at, low_at = (np.where(known, set_at[last_bar], 0) for set_at in (today.high_at, today.low_at))
    return Spans(high, high_at, low, low_at)


def session(bars: Bars, hours: tuple[int, int]) -> tuple[Flags, Spans]:
    """Which bars belong to a session of these opening and closing hours, and its newest instance's span."""
    opens, closes = hours
    since_opening = (bars.open_ms - opens * HOUR_MS % DAY_MS) % DAY_MS
    running = since_opening < ((closes - opens) % 24 or 24) * HOUR_MS
    opened_ms = bars.open_ms - since_opening
    begins = running.copy()
    begins[1:] &= ~running[:-1] | np.diff(opened_ms).astype(np.bool_)
    return running, _both_sides(partial(highest_since, begins, running), bars)


def visible(bars: Bars, window: int) -> Spans:
    """The range of the last `window` bars."""
    return _both_sides(partial(highest_of_last, window), bars)


def swings(bars: Bars, half_width: int) -> Spans:
    """The last confirmed swing high and low."""
    return _both_sides(partial(last_swing, half_width), bars)


def _both_sides(highest: Callable[[Floats], tuple[Floats, Times]], bars: Bars) -> Spans:
    low, low_at = highest(-bars.low)
    return Spans(*highest(bars.high), -low, low_at)
