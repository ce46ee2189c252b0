"""The connection keeper: owns one chart per stream and tells who depends on it."""

from typing import ClassVar, cast

from actors.kernel.effects import NOTHING, Effect, Effects, Tell
from core.message import Json
from core.messages import StreamChanged, SystemStarted
from core.notices import ConnectionChanged
from core.reasons import Reason
from machines.connection import ConnectionChart
from machines.instance import Instance

_REASONS = {
    "connect": Reason.STREAM_CONNECTING,
    "open": Reason.STREAM_OPENED,
    "authenticate": Reason.STREAM_AUTHENTICATED,
    "sync": Reason.STREAM_SYNCED,
    "go_stale": Reason.STREAM_STALE,
    "refresh": Reason.STREAM_RESUMED,
    "drop": Reason.STREAM_LOST,
    "retry": Reason.STREAM_RETRY,
    "ban": Reason.STREAM_BANNED,
    "lift_ban": Reason.STREAM_BAN_LIFTED,
    "refuse": Reason.STREAM_REFUSED,
    "disconnect": Reason.STREAM_CLOSED,
}


class ConnectionKeeper:
    """Follows the life of one stream.

    Args:
        stream: Which stream, such as `market`.
        private: Whether it must authenticate.
        listeners: Addresses told of every change of state.
    """

    inputs: ClassVar[tuple[type, ...]] = (SystemStarted, StreamChanged)

    def __init__(self, stream: str, *, private: bool, listeners: tuple[str, ...]) -> None:
        self.address = f"connection/{stream}"
        self._stream = stream
        self._private = private
        self._listeners = listeners
        self._number = 0
        self._chart = self._new()

    def wants(self, message: object) -> bool:
        """Its own stream's news, and every start."""
        return not isinstance(message, StreamChanged) or message.stream == self._stream

    def receive(self, message: object, now: int) -> Effects:
        """Move the chart."""
        match message:
            case StreamChanged(_, event, detail):
                guarded = {"private": self._private} if event == "open" else {}
                facts: dict[str, Json] = {"detail": detail} if detail else {}
                effects: list[Effect] = list(
                    self._chart.fire(event, now, reasons=(_REASONS[event],), facts=facts, **guarded)
                )
                changed = ConnectionChanged(self._stream, self._chart.configuration[0])
                return [*effects, *(Tell(listener, changed) for listener in self._listeners)]
            case SystemStarted():
                self._number += 1
                self._chart = self._new()
                return [self._chart.create(now, reasons=(Reason.SESSION_STARTED,))]
            case _:
                return NOTHING

    def save(self) -> Json:
        """Only the numbering: a connection never survives the process."""
        return {"number": self._number}

    def restore(self, saved: Json) -> None:
        """Keep the numbering."""
        self._number = cast("dict[str, int]", saved)["number"]

    def view(self) -> dict[str, Json]:
        """State by stream."""
        return {"state": self._chart.configuration[0], "instance": self._chart.instance}

    def _new(self) -> Instance:
        return Instance(ConnectionChart, instance=f"{self._stream}/connection/{self._number}", actor=self.address)
