"""One source, polled: within its quota, at its pace, every outcome a value."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import anyio.to_thread

from actors.adapters.feeds.answer import Found, Outcome, Refused
from actors.adapters.feeds.budget import Budget
from actors.adapters.feeds.clock import Clock
from actors.adapters.feeds.document import brief
from actors.adapters.feeds.fetch import Body, Fetcher
from actors.adapters.feeds.request import FileRequest, Request
from actors.adapters.feeds.sieve import Sieve
from actors.adapters.feeds.source import Source
from core.durations import MINUTE_MS
from core.errors import ChartwrightError
from core.reasons import Reason

_NONSENSE = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, OSError, ChartwrightError),
    RecursionError,
)
"""What a translator raises on contents that no model foresaw, brackets nested by the thousand among them."""

_PATIENCE_MS = 2 * MINUTE_MS
"""How long a poll of several requests waits for room in the quota of a minute."""


@dataclass(frozen=True, slots=True)
class Pauses:
    """How long a source is left alone."""

    jitter: float
    """Share of an interval added by chance."""
    retry_ms: int
    retry_most_ms: int


class SourcePoller:
    """Asks one source and sifts its answers.

    Args:
        source: Whom.
        sieve: Its memory.
        fetcher: Does the asking.
        budget: Its quota.
        clock: The time.
        chance: For the jitter.
        pauses: Between polls.
    """

    def __init__(
        self,
        source: Source,
        sieve: Sieve,
        *,
        fetcher: Fetcher,
        budget: Budget,
        clock: Clock,
        chance: random.Random,
        pauses: Pauses,
    ) -> None:
        self.name = source.name
        self.budget = budget
        self.due_ms = 0
        self.failures = 0
        self.refusal: Refused | None = None
        self._source = source
        self._sieve = sieve
        self._fetcher = fetcher
        self._clock = clock
        self._chance = chance
        self._pauses = pauses
        self._last_translated = False

    @property
    def works(self) -> bool:
        """Whether it was asked and the last answer could be used."""
        return self.due_ms > 0 and self.refusal is None

    async def history(self) -> Outcome | None:
        """What the source knows of before now, which counts as a poll; None where it has no history."""
        requests = self._source.requests(self._clock.now_ms(), history=True)
        if not requests:
            return None
        outcome = await self._outcome(requests, history=True)
        self._schedule(outcome, len(requests))
        return outcome

    async def poll(self) -> Outcome:
        """What is new; sets when to ask next."""
        requests = self._source.requests(self._clock.now_ms(), history=False)
        outcome = await self._outcome(requests, history=False)
        self._schedule(outcome, len(requests))
        return outcome

    def crashed(self, detail: str) -> None:
        """Count an error that nothing foresaw as a refusal, so that a bug is not asked again at once."""
        self._schedule(Refused(Reason.FEED_CRASHED, detail), 1)

    async def _outcome(self, requests: Sequence[Request | FileRequest], *, history: bool) -> Outcome:
        bodies: list[Body] = []
        refused: Refused | None = None
        for request in requests:
            body = await self._fetch(request)
            if isinstance(body, Body):
                bodies.append(body)
                continue
            refused = body
            if not self._source.partial:
                return refused
            bodies.append(Body(b"", is_new=False))
        if refused is not None and not any(body.content for body in bodies):
            return refused
        now = self._clock.now_ms()
        if self._last_translated and not history and not any(body.is_new for body in bodies):
            return self._sieve.idle(now)
        outcome = await self._translated(requests, bodies, now, history=history)
        self._last_translated = not isinstance(outcome, Refused)
        return outcome

    async def _translated(
        self, requests: Sequence[Request | FileRequest], bodies: Sequence[Body], now: int, *, history: bool
    ) -> Outcome:
        found: Sequence[Found] | Refused
        try:
            contents = [body.content for body in bodies]
            # parsers of feeds and calendars are slow, and nothing else should wait for them
            found = await anyio.to_thread.run_sync(self._source.translate, contents, now)
        except _NONSENSE as error:
            found = Refused(Reason.FEED_MALFORMED, brief(f"{type(error).__name__}: {error}"))
        if not isinstance(found, Refused):
            return self._sieve.sift(found, now, history=history)
        detail = found.detail
        for request in requests:
            detail = request.redacted(detail) if isinstance(request, Request) else detail
        return replace(found, detail=detail)

    async def _fetch(self, request: Request | FileRequest) -> Body | Refused:
        if isinstance(request, FileRequest):
            return await self._fetcher.fetch(request, self._clock.now_ms())
        now = self._clock.now_ms()
        free_ms = self.budget.free_at(now)
        if free_ms > now + _PATIENCE_MS:
            return self.budget.refused(now)
        if free_ms > now:
            await self._clock.sleep_until(free_ms)
        self.budget.spend(self._clock.now_ms())
        return await self._fetcher.fetch(request, self._clock.now_ms())

    def _schedule(self, outcome: Outcome, requests: int) -> None:
        now = self._clock.now_ms()
        pauses, interval_ms = self._pauses, self._source.terms.interval_ms
        self.refusal = outcome if isinstance(outcome, Refused) else None
        if isinstance(outcome, Refused):
            self.failures += 1
            grown_ms = pauses.retry_ms * 2 ** min(self.failures - 1, 20)
            asks_for_rest = outcome.reason in {Reason.FEED_QUOTA_SPENT, Reason.FEED_KEY_REFUSED}
            least_ms = min(interval_ms, pauses.retry_most_ms) if asks_for_rest else 0
            wait_ms = max(min(grown_ms, pauses.retry_most_ms), least_ms, outcome.retry_after_ms or 0)
        else:
            self.failures = 0
            wait_ms = interval_ms
        due_ms = now + round(wait_ms * (1 + pauses.jitter * self._chance.random()))
        self.due_ms = max(due_ms, self.budget.free_at(due_ms, requests))
