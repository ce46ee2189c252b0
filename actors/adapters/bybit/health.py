"""The health of the request channel, as events of its connection chart: what answers is live, a ban is waited out."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Final

import anyio

from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.params import BybitParams
from actors.adapters.bybit.rest import BybitRest
from core.errors import VenueError
from core.messages import StreamChanged

STREAM: Final = "rest"

Post = Callable[[Sequence[object]], Awaitable[None]]


class RestHealth:
    """Measures the venue's clock again and again, which shows whether it answers at all.

    Args:
        params: Patience.
        rest: Asks.
        clock: Is set by the answers.
        post: Hands inputs to admission.
    """

    def __init__(self, params: BybitParams, rest: BybitRest, clock: VenueClock, post: Post) -> None:
        self._params = params
        self._rest = rest
        self._clock = clock
        self._post = post
        self._doubt = anyio.Event()

    def doubt(self) -> None:
        """A request went unanswered: look at once."""
        self._doubt.set()

    async def run(self) -> None:
        """Look for ever."""
        await self._tell("connect")
        while True:
            if await self._answers():
                await self._tell("open")
                await self._tell("sync", f"the venue's clock is {self._clock.offset_ms:+.0f} ms from this machine's")
                await self._away(await self._while_live())
            else:
                await self._away("no answer")
            await self._tell("retry")

    async def _while_live(self) -> str:
        """Until it stops answering or its clock jumps; why, in words."""
        while True:
            self._doubt = anyio.Event()
            with anyio.move_on_after(self._params.clock_every_ms / 1_000):
                await self._doubt.wait()
            if self._rest.banned_ms or not await self._answers():
                return "no answer"
            if self._clock.has_jumped:
                return f"its clock is {self._clock.skew_ms:.0f} ms from what it was taken for"

    async def _away(self, why: str) -> None:
        """It cannot be relied on: a ban is waited for in full, anything else for a moment."""
        if banned_ms := self._rest.banned_ms:
            await self._tell("ban", f"for {banned_ms / 1_000:.0f} s")
            await anyio.sleep(banned_ms / 1_000)
            await self._tell("lift_ban")
        else:
            await self._tell("drop", why)
        await anyio.sleep(self._params.first_backoff_ms / 1_000)

    async def _answers(self) -> bool:
        try:
            return await self._rest.measure_clock()
        except VenueError:
            return False

    async def _tell(self, event: str, detail: str = "") -> None:
        await self._post((StreamChanged(STREAM, event, detail),))
