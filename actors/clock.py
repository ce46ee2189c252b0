"""The wall clock, in one place: decisions never see it."""

import time


def wall_clock_ms() -> int:
    """Now, UTC ms; for `recorded_at` alone."""
    return time.time_ns() // 1_000_000
