"""The sandbox's clock: real time, or market time that runs faster than it."""

import time
from typing import Final

_NEVER_FASTER: Final = 100_000.0


def wall_ms() -> int:
    """UTC ms of this machine's clock."""
    return time.time_ns() // 1_000_000


class MarketClock:
    """Market time over real time, without steps when the machine's clock is set.

    Args:
        start_ms: Market time at the start; None: it is real time.
        speed: Market time over real time.
    """

    def __init__(self, start_ms: int | None = None, speed: float = 1.0) -> None:
        self.is_real = start_ms is None and speed == 1
        self.speed = min(speed, _NEVER_FASTER)
        self._start_ms = wall_ms() if start_ms is None else start_ms
        self._began = time.monotonic_ns()

    def now_ms(self) -> int:
        """Market time, UTC ms; never goes back."""
        return self._start_ms + int((time.monotonic_ns() - self._began) / 1e6 * self.speed)
