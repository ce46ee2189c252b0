"""The deciding actor: a plain object that is told things and answers with effects.

It never awaits, sleeps, reads a clock, logs or touches a file or socket; so the same object runs in a backtest, a
replay and live, and gives the same answers.
"""

from typing import ClassVar, Protocol

from actors.kernel.effects import Effects
from core.message import Json


class Decider(Protocol):
    """What the runtimes ask of a deciding actor."""

    address: str
    """Unique; `role` or `SYMBOL/role`."""
    inputs: ClassVar[tuple[type, ...]]
    """The inputs it wants from outside; messages of other actors always reach it."""

    def wants(self, message: object) -> bool:
        """Whether this input could change anything now; a no must be provably a no-op."""

    def receive(self, message: object, now: int) -> Effects:
        """Decide. `now` is event time, UTC ms."""

    def save(self) -> Json:
        """The whole state that is not a fold of bars."""

    def restore(self, saved: Json) -> None:
        """Take the state `save` gave."""

    def view(self) -> dict[str, Json]:
        """What the page may show of it."""
