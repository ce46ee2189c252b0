"""What a deciding actor may want: everything it does to the world is one of these values."""

from collections.abc import Sequence
from typing import Final

from core.message import message
from core.records import Evaluation, StopMoved, Transition
from core.trading.reports import Command


@message
class Tell:
    """Hand a message to another deciding actor in the next wave."""

    to: str
    message: object


@message
class SetTimer:
    """Be told `TimerFired(key)` when the market clock reaches `due_ms`; the same key is replaced."""

    key: str
    due_ms: int


@message
class CancelTimer:
    """Forget the timer, if it is still set."""

    key: str


Effect = Tell | SetTimer | CancelTimer | Transition | StopMoved | Evaluation | Command
Effects = Sequence[Effect]
NOTHING: Final[Effects] = ()
