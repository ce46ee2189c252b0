"""The clock that polling lives by: the wall's, or a test's."""

from typing import Protocol

import anyio

from actors.clock import wall_clock_ms

_GLANCE_MS = 60_000
"""A sleeper looks at the clock this often: the wall clock can be set, and a machine can be suspended."""


class Clock(Protocol):
    """Tells the time, and lets time pass."""

    def now_ms(self) -> int:
        """Now, UTC ms."""

    async def sleep_until(self, due_ms: int) -> None:
        """Return at a moment, UTC ms; at once where it is past."""


class WallClock:
    """The machine's own."""

    def now_ms(self) -> int:
        """Now, UTC ms."""
        return wall_clock_ms()

    async def sleep_until(self, due_ms: int) -> None:
        """Return at a moment, UTC ms."""
        while (left_ms := due_ms - wall_clock_ms()) > 0:  # noqa: ASYNC110  a clock raises no event
            await anyio.sleep(min(left_ms, _GLANCE_MS) / 1000)
