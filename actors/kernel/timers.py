"""Timers on the market clock: set and canceled by effects, fired as inputs in an order independent of history."""

import heapq

from core.message import Json

Timer = tuple[int, str, str]
"""(due ms, actor, key)."""


class Timers:
    """All timers of a run; one per (actor, key)."""

    def __init__(self) -> None:
        self._due: dict[tuple[str, str], int] = {}
        self._heap: list[Timer] = []

    def set(self, actor: str, key: str, due_ms: int) -> None:
        """Set or replace a timer."""
        self._due[actor, key] = due_ms
        heapq.heappush(self._heap, (due_ms, actor, key))

    def cancel(self, actor: str, key: str) -> None:
        """Forget a timer, if it is set."""
        self._due.pop((actor, key), None)

    def pop_due(self, now: int) -> Timer | None:
        """The earliest timer due at or before `now`, taken off; None where none is."""
        while self._heap and self._heap[0][0] <= now:
            due_ms, actor, key = heapq.heappop(self._heap)
            if self._due.get((actor, key)) == due_ms:
                del self._due[actor, key]
                return due_ms, actor, key
        return None

    def next_due(self) -> int | None:
        """When the earliest timer is due, UTC ms."""
        while self._heap and self._due.get(self._heap[0][1:]) != self._heap[0][0]:
            heapq.heappop(self._heap)
        return self._heap[0][0] if self._heap else None

    def hold(self, actor: str) -> list[Timer]:
        """Take an actor's timers off; `restore` sets them again."""
        held = [(due_ms, owner, key) for (owner, key), due_ms in sorted(self._due.items()) if owner == actor]
        for _, owner, key in held:
            self.cancel(owner, key)
        return held

    def save(self) -> Json:
        """Every timer with its absolute due time."""
        return [[due_ms, actor, key] for (actor, key), due_ms in sorted(self._due.items())]

    def restore(self, saved: list[Timer]) -> None:
        """Re-arm what `save` gave."""
        for due_ms, actor, key in saved:
            self.set(actor, key, due_ms)
