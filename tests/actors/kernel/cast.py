"""Small deciding actors that say what they are told to say, and a scribe that keeps what it hears."""

from collections.abc import Callable
from typing import Any, ClassVar

from actors.kernel.effects import NOTHING, CancelTimer, Effects, SetTimer
from core.message import Json
from core.messages import NewsPublished, TimerFired
from core.records import Cause, Record, StopMoved, cause_text

Says = Callable[[Any, int], Effects]


def news(title: str, ts: int = 0) -> NewsPublished:
    return NewsPublished(ts, "wire", title)


def text_of(message: object) -> str:
    """A headline's text, or what an actor said."""
    return message.title if isinstance(message, NewsPublished) else str(message)


def noted(instance: str) -> StopMoved:
    """A record small enough to write by hand."""
    return StopMoved(0, "", instance, 1.0, 2.0, (), {})


class Actor:
    """Answers with what a function says, and remembers what it heard."""

    inputs: ClassVar[tuple[type, ...]] = (NewsPublished,)

    def __init__(self, address: str, says: Says = lambda *_: NOTHING, *, curious: bool = True) -> None:
        self.address = address
        self.heard: list[tuple[object, int]] = []
        self._says = says
        self._curious = curious

    def wants(self, message: object) -> bool:
        return self._curious or isinstance(message, TimerFired)

    def receive(self, message: object, now: int) -> Effects:
        self.heard.append((message, now))
        return self._says(message, now)

    def save(self) -> Json:
        return len(self.heard)

    def restore(self, saved: Json) -> None:
        self.heard = [("restored", 0)] * int(str(saved))

    def view(self) -> dict[str, Json]:
        return {}


class Notes:
    """A scribe that keeps everything in one list."""

    def __init__(self) -> None:
        self.lines: list[tuple[Any, ...]] = []

    def admitted(self, number: int, now: int, message: object) -> None:
        self.lines.append(("input", number, now, message))

    def recorded(self, cause: Cause, record: Record) -> None:
        self.lines.append(("record", cause_text(cause), record.actor, record))

    def timer_set(self, cause: Cause, actor: str, now: int, effect: SetTimer) -> None:
        self.lines.append(("set", cause_text(cause), actor, now, effect.key, effect.due_ms))

    def timer_canceled(self, cause: Cause, actor: str, now: int, effect: CancelTimer) -> None:
        self.lines.append(("cancel", cause_text(cause), actor, now, effect.key))
