"""The live feeds: polls every input's sources, and posts what becomes known as inputs of the deciding actors.

Each input is a supervised child of its own: one whose sources hang delays no other, and one that crashes is told as
failed and begins anew with what it knew, its quotas among it. What an answer brought is posted as a whole.
"""

import math
from collections.abc import Awaitable, Callable, Sequence
from functools import partial

import structlog

from actors.adapters.feeds.clock import Clock
from actors.adapters.feeds.relay import Relay
from actors.adapters.feeds.spent import Spent
from actors.kernel.supervisor import Child, Supervisor
from core.messages import FeedAnswered, FeedFailed

log = structlog.get_logger()


class LiveFeeds:
    """An I/O actor: waits, asks, posts, and decides nothing.

    Args:
        relays: The inputs and their sources; at least one.
        post: Hands inputs to admission, in order, and returns when more may follow.
        clock: The time.
        spent: Where the quotas' counts are kept over a restart; None: nowhere.
    """

    def __init__(
        self,
        relays: Sequence[Relay],
        post: Callable[[Sequence[object]], Awaitable[None]],
        *,
        clock: Clock,
        spent: Spent | None = None,
    ) -> None:
        self._relays = tuple(relays)
        self._post = post
        self._clock = clock
        self._spent = spent
        self._failing: dict[str, str] = {}

    async def run(self) -> None:
        """Fill back what the sources know, then poll until canceled; no failure of theirs ends it."""
        children = (
            Child(f"feed/{each.feed}", partial(self._ask, each), on_failure=each.crashed) for each in self._relays
        )
        await Supervisor(tuple(children), intensity=math.inf).run()

    async def _ask(self, relay: Relay) -> None:
        while True:
            await self._clock.sleep_until(relay.due_ms)
            await self._tell(await relay.ask())

    async def _tell(self, inputs: Sequence[object]) -> None:
        if self._spent is not None:
            self._spent.save({poller.name: poller.budget.spent for relay in self._relays for poller in relay.pollers})
        for each in inputs:
            self._log(each)
        if inputs:
            await self._post(inputs)

    def _log(self, message: object) -> None:
        """A line where a feed's trouble begins, changes or ends."""
        if isinstance(message, FeedFailed) and self._failing.get(message.feed) != message.reason:
            self._failing[message.feed] = message.reason
            told = {"feed": message.feed, "source": message.source, "reason": message.reason, "detail": message.detail}
            log.warning("feed failed", **told)
        if isinstance(message, FeedAnswered) and self._failing.pop(message.feed, None) is not None:
            log.info("feed works again", feed=message.feed, source=message.source)
