"""One input and its sources, in order of preference: the first that works is used.

While a better source works the ones after it are left alone. When it is refused the next is asked at once, and the
better one again when its pause is over.
"""

from collections.abc import Sequence

from actors.adapters.feeds.answer import Fresh, Outcome, Refused, Unchanged
from actors.adapters.feeds.clock import Clock
from actors.adapters.feeds.poller import SourcePoller
from actors.adapters.feeds.sampler import Sampler
from actors.adapters.feeds.splice import Splice
from core.messages import FeedAnswered, FeedFailed, MacroPublished


class Relay:
    """Polls an input's sources, and says what came of it.

    Args:
        feed: `dxy`, `btc_dominance`, `news`, `calendar` or `derivatives`.
        pollers: Its sources, the preferred one first; at least one.
        clock: The time.
    """

    def __init__(self, feed: str, pollers: Sequence[SourcePoller], clock: Clock) -> None:
        self.feed = feed
        self.pollers = tuple(pollers)
        self._clock = clock
        self._splice = Splice()
        self._sampler = Sampler()
        self._asking: SourcePoller | None = None
        self._has_crashed = False
        self._is_filled = False

    @property
    def due_ms(self) -> int:
        """When to ask next, UTC ms; at once where a crash is still to be told."""
        return 0 if self._has_crashed else min(poller.due_ms for poller in self._asked())

    async def ask(self) -> list[object]:
        """Fill back at first, then poll; the outcome as inputs."""
        found = await (self.poll() if self._is_filled else self.history())
        self._asking = None
        return found

    def crashed(self, error: Exception) -> None:
        """What asking raised; told by the next poll, with its kind alone, because its words may hold anything."""
        if self._asking is not None:
            self._asking.crashed(f"{type(error).__name__}: see the log")
            self._asking, self._has_crashed = None, True

    async def history(self) -> list[object]:
        """What the first source that has a history knows, as inputs; nothing where none has. Each is asked once."""
        for poller in self.pollers:
            if poller.due_ms:
                continue
            self._asking = poller
            outcome = await poller.history()
            if isinstance(outcome, Fresh):
                self._is_filled = True
                return self._told(poller.name, outcome)
        self._is_filled = True
        return []

    async def poll(self) -> list[object]:
        """Ask whoever is due, and tell the outcome as inputs."""
        was_refused, self._has_crashed = self._has_crashed, False
        for poller in self.pollers:
            if poller.due_ms > self._clock.now_ms():
                if poller.works:
                    break
                continue
            self._asking = poller
            outcome = await poller.poll()
            if not isinstance(outcome, Refused):
                return self._told(poller.name, outcome)
            was_refused = True
        if not was_refused or any(poller.works for poller in self.pollers):
            return []
        return [self._failed()]

    def _asked(self) -> list[SourcePoller]:
        """The sources up to the first that works."""
        first = next((at for at, poller in enumerate(self.pollers) if poller.works), len(self.pollers) - 1)
        return list(self.pollers[: first + 1])

    def _told(self, source: str, outcome: Outcome) -> list[object]:
        published: list[object] = []
        aside = dict(outcome.set_aside) if isinstance(outcome, Fresh | Unchanged) else {}
        if isinstance(outcome, Fresh):
            macro = [each for each in outcome.published if isinstance(each, MacroPublished)]
            published = [*self._sampler.thin(self._splice.join(source, macro))] if macro else [*outcome.published]
        return [FeedAnswered(self._clock.now_ms(), self.feed, source, len(published), aside), *published]

    def _failed(self) -> FeedFailed:
        """Every source's refusal, the preferred one's first."""
        refused = [(poller.name, poller.refusal) for poller in self.pollers if poller.refusal is not None]
        (source, first), *others = refused
        also = "".join(f"; {name}: {each.reason.name}, {each.detail}" for name, each in others)
        return FeedFailed(
            ts=self._clock.now_ms(),
            feed=self.feed,
            source=source,
            reason=first.reason.name,
            detail=first.detail + also,
            measured=first.measured,
            threshold=first.threshold,
        )
