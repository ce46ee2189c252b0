"""Bybit's candle intervals, and where each begins."""

from datetime import UTC, datetime
from typing import Final

import numpy as np

from core.durations import DAY_MS, MINUTE_MS, WEEK_MS
from core.market.bars import Times

MINUTES: Final = ("1", "3", "5", "15", "30", "60", "120", "240", "360", "720")
INTERVALS: Final = (*MINUTES, "D", "W", "M")
_MONDAY_MS: Final = 4 * DAY_MS
"""1970 began on a Thursday."""


def length_ms(interval: str) -> int:
    """How long such a candle is; a month: its shortest."""
    return {"D": DAY_MS, "W": WEEK_MS, "M": 28 * DAY_MS}.get(interval) or int(interval) * MINUTE_MS


def starts(interval: str, times: Times) -> Times:
    """Where the candle that holds each time begins, UTC ms; shape as given."""
    if interval == "M":
        months = times.astype("datetime64[ms]").astype("datetime64[M]")
        return np.asarray(months.astype("datetime64[ms]").astype(np.int64))
    offset = _MONDAY_MS if interval == "W" else 0
    return times - (times - offset) % length_ms(interval)


def start(interval: str, ts: int) -> int:
    """Where the candle that holds a time begins, UTC ms."""
    return int(starts(interval, np.asarray([ts], dtype=np.int64))[0])


def end(interval: str, first_ms: int) -> int:
    """The first moment after the candle that begins at `first_ms`."""
    if interval != "M":
        return first_ms + length_ms(interval)
    begins = datetime.fromtimestamp(first_ms / 1000, UTC)
    following = begins.replace(year=begins.year + begins.month // 12, month=begins.month % 12 + 1)
    return int(following.timestamp() * 1000)
