"""A source's quota, counted by us so that it is never exceeded.

Every window slides: what holds in any 24 hours holds in the provider's day too, wherever on the clock that begins. A
minute counts as spent at its end.
"""

from collections.abc import Mapping

from actors.adapters.feeds.answer import Refused
from actors.adapters.feeds.terms import Terms
from actors.adapters.files.times import spell
from core.durations import DAY_MS, MINUTE_MS
from core.reasons import Reason


class Budget:
    """Credits spent at one source.

    Args:
        terms: Its quotas.
        spent: Credits by minute, UTC ms, of earlier runs.
    """

    def __init__(self, terms: Terms, spent: Mapping[int, int] | None = None) -> None:
        quotas = ((MINUTE_MS, terms.per_minute), (DAY_MS, terms.per_day), (31 * DAY_MS, terms.per_month))
        self._windows = [(length_ms, quota) for length_ms, quota in quotas if quota]
        self._credits = terms.credits
        self._spent: dict[int, int] = dict(sorted((spent or {}).items()))

    @property
    def spent(self) -> Mapping[int, int]:
        """Credits by minute, UTC ms, as far back as the longest window reaches."""
        return self._spent

    def spend(self, now: int) -> None:
        """Count one request, before it is sent: it may reach the source and its answer be lost."""
        if not self._windows:
            return
        minute = now - now % MINUTE_MS
        self._spent[minute] = self._spent.get(minute, 0) + self._credits
        longest_ms = max(length_ms for length_ms, _ in self._windows)
        for old in [each for each in self._spent if each + MINUTE_MS + longest_ms <= now]:
            del self._spent[old]

    def free_at(self, now: int, requests: int = 1) -> int:
        """The first moment at which so many requests fit into every window, UTC ms; a lone window's worth at most."""
        return max((self._room_at(now, requests, *window) for window in self._windows), default=now)

    def refused(self, now: int) -> Refused:
        """The words for a request that does not fit."""
        _, length_ms, quota = max((self._room_at(now, 1, *window), *window) for window in self._windows)
        used, until = self._used(now, length_ms), self.free_at(now)
        told = f"our own count is {used} of {quota} credits; the next request fits at {spell(until)}"
        return Refused(Reason.FEED_QUOTA_SPENT, told, used, quota, retry_after_ms=until - now)

    def _room_at(self, now: int, requests: int, length_ms: int, quota: int) -> int:
        wanted = min(requests * self._credits, quota)
        over = self._used(now, length_ms) + wanted - quota
        at = now
        for minute, count in sorted(self._spent.items()):
            if over <= 0:
                break
            if minute + MINUTE_MS + length_ms > now:
                over -= count
                at = minute + MINUTE_MS + length_ms
        return at

    def _used(self, now: int, length_ms: int) -> int:
        return sum(count for minute, count in self._spent.items() if minute + MINUTE_MS + length_ms > now)
