"""One input's run to quiescence, in waves.

Wave k+1 is all that wave k said. Within a wave every actor takes its share ordered by (sender's rank, emission index),
so what comes out does not depend on which actor's task ran first. A cascade only routes: a runtime hands the shares to
the actors, in whatever way and order it likes, and brings the answers back in rank order.
"""

from collections.abc import Sequence
from typing import Final

from actors.kernel.effects import Effect, Effects, Tell
from core.errors import InvariantBroken
from core.records import Cause

MAX_WAVES: Final = 64
"""A cascade this deep is two actors answering each other for ever."""

Ranks = dict[str, int]
"""Each actor's rank by address."""
Entry = tuple[Cause, str, Effect]
"""(cause, actor's address, a record or timer effect)."""


class Cascade:
    """The waves of one admitted input.

    Args:
        number: The input's number; part of every cause.
        now: Event time, UTC ms.
        ranks: Each actor's rank by address.
        first: The ranks that the input goes to.
        message: The input.
    """

    __slots__ = ("_next", "_ranks", "boxes", "entries", "message", "now", "number", "touched", "wave")

    def __init__(self, number: int, now: int, *, ranks: Ranks, first: Sequence[int], message: object) -> None:
        self.number = number
        self.now = now
        self.message = message
        self.wave = 0
        self._ranks = ranks
        self.boxes: dict[int, list[object]] = {}
        for rank in first:
            self.boxes[rank] = [message]
        self._next: dict[int, list[object]] = {}
        self.entries: list[Entry] = []
        self.touched: set[int] = set(first)

    def absorb(self, rank: int, address: str, answers: Sequence[Effects]) -> None:
        """Take what one actor said to its share, one answer per message; call in rank order."""
        for index, effects in enumerate(answers):
            for effect in effects:
                if type(effect) is Tell:
                    rank_told = self._ranks.get(effect.to)
                    if rank_told is None:
                        raise unknown(effect.to, self._ranks)
                    self._next.setdefault(rank_told, []).append(effect.message)
                else:
                    self.entries.append(((self.number, self.wave, rank, index), address, effect))

    def advance(self) -> None:
        """Make what was said the next wave."""
        self.boxes, self._next = self._next, {}
        self.touched.update(self.boxes)
        self.wave += 1
        if self.wave > MAX_WAVES:
            raise restless(self.number, self.message)


def restless(number: int, message: object) -> InvariantBroken:
    """The error of a cascade that goes on for ever."""
    return InvariantBroken(f"input {number} ({message!r}) did not come to rest in {MAX_WAVES} waves")


def unknown(address: str, ranks: Ranks) -> InvariantBroken:
    """The error of a message to nobody."""
    return InvariantBroken(f"nobody has the address {address!r}; there are {', '.join(ranks)}")
