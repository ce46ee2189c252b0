"""What every sieve is: the memory of one source, and the judge of its answers."""

from collections.abc import Sequence
from typing import Protocol

from actors.adapters.feeds.answer import Found, Outcome


class Sieve(Protocol):
    """Turns what a translator found into what can be used."""

    def sift(self, found: Sequence[Found], now: int, *, history: bool) -> Outcome:
        """What is new in an answer and can be believed; with `history` the answer may be old."""

    def idle(self, now: int) -> Outcome:
        """What it means that the source has nothing new."""
