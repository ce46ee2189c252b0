"""The venue's clock, as well as we can know it: estimated from what it answered, between what we sent and heard.

An answer was true at some moment between its request and its arrival; half of the way is taken, and of the latest
samples only the half with the shortest way counts (Cristian, 1989). It never goes back once it was told the time.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from statistics import fmean
from typing import Final, NamedTuple

from actors.clock import wall_clock_ms

_KEPT: Final = 8
_JUMP_MS: Final = 500
"""ms beyond half the way: a sample this far off means that a clock was set, and the older ones are void."""


def monotonic_ms() -> float:
    """This machine's ms since some moment; nobody can set it."""
    return time.monotonic_ns() / 1e6


class _Sample(NamedTuple):
    way_ms: float
    offset_ms: float
    """Venue time less elapsed time at the market's speed."""


class VenueClock:
    """Tells the venue's time.

    Args:
        speed: Market time over real time; 1 but on a sandbox that runs faster.
        elapsed_ms: Real time that passes, in ms.
        wall_ms: This machine's UTC ms; told until the venue's first answer.
    """

    def __init__(
        self,
        speed: float = 1.0,
        elapsed_ms: Callable[[], float] = monotonic_ms,
        wall_ms: Callable[[], int] = wall_clock_ms,
    ) -> None:
        self._speed = speed
        self._elapsed_ms = elapsed_ms
        self._wall_ms = wall_ms
        self._samples: deque[_Sample] = deque(maxlen=_KEPT)
        self._offset_ms = wall_ms() - elapsed_ms() * speed
        self._told_ms = 0
        self._lock = threading.Lock()  # requests are signed in worker threads
        self.skew_ms = 0.0
        """How far the newest sample was from what this clock said at that moment, beyond what its way explains."""

    @property
    def is_set(self) -> bool:
        """Whether the venue has told the time yet."""
        return bool(self._samples)

    @property
    def has_jumped(self) -> bool:
        """Whether the newest sample tells another time than all before it; a second one shows which is right."""
        return self.skew_ms > _JUMP_MS * self._speed

    @property
    def offset_ms(self) -> float:
        """Venue time less this machine's clock; means little where the market runs faster."""
        return self._offset_ms + self._elapsed_ms() * self._speed - self._wall_ms()

    def now_ms(self) -> int:
        """The venue's time, UTC ms; never less than it said before."""
        with self._lock:
            if not self._samples:
                return self._wall_ms()
            self._told_ms = max(self._told_ms, int(self._offset_ms + self._elapsed_ms() * self._speed))
            return self._told_ms

    def mark(self) -> float:
        """The moment of sending, for `sample`."""
        return self._elapsed_ms()

    def sample(self, sent_ms: float, venue_ms: int) -> None:
        """Take what the venue answered just now.

        Args:
            sent_ms: What `mark` said when it was asked.
            venue_ms: The time it told, UTC ms.
        """
        heard_ms = self._elapsed_ms()
        way_ms = heard_ms - sent_ms
        found = _Sample(way_ms, venue_ms - (sent_ms + way_ms / 2) * self._speed)
        with self._lock:
            off_ms = abs(found.offset_ms - self._offset_ms)
            explained_ms = way_ms / 2 * self._speed
            self.skew_ms = max(0.0, off_ms - explained_ms)
            if self.has_jumped:
                self._samples.clear()
            self._samples.append(found)
            best = sorted(self._samples)[: (len(self._samples) + 1) // 2]
            self._offset_ms = fmean(each.offset_ms for each in best)
