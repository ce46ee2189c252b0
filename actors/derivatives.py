"""The derivatives keeper: what a symbol's perpetual tells of the crowd, where a run has such an input at all."""

from typing import ClassVar, cast

from actors.feed import FeedKeeper
from actors.kernel.effects import NOTHING, CancelTimer, Effect, Effects, SetTimer, Tell
from core.flow.derivatives import SIDES, DerivativesParams
from core.flow.derivatives_book import DerivativesBook
from core.message import Facts, Json
from core.messages import DerivativesPublished, FeedAnswered, FeedFailed, SystemStarted, TimerFired
from core.notices import CrowdingChanged
from core.reasons import Reason


class DerivativesKeeper(FeedKeeper):
    """Keeps funding, open interest, takers' balance and basis; with the guard on, it tells which side is crowded.

    Args:
        symbol: Whose perpetual.
        params: Look-backs, staleness, and when a side is crowded.
        listener: Address told of a crowded side, with the guard on.
    """

    inputs: ClassVar[tuple[type, ...]] = (DerivativesPublished, FeedAnswered, FeedFailed, SystemStarted)

    def __init__(self, symbol: str, params: DerivativesParams, *, listener: str) -> None:
        super().__init__("derivatives", listener=listener)
        self._symbol = symbol
        self._is_guard = params.crowding_guard
        self._book = DerivativesBook(params)
        self._told_ms = 0
        self._side = 0

    def wants(self, message: object) -> bool:
        """Its own symbol's values."""
        return message.symbol == self._symbol if isinstance(message, DerivativesPublished) else super().wants(message)

    def receive(self, message: object, now: int) -> Effects:
        """Take values, or notice that some are too old."""
        match message:
            case DerivativesPublished():
                return self._look(now) if self._book.add(message) else NOTHING
            case TimerFired():
                return self._look(now)
            case FeedAnswered() | FeedFailed():
                return self._heard(message, now)
            case SystemStarted(resumed=False):
                created = self._chart.create(now, reasons=(Reason.SESSION_STARTED,))
                return [created, *(self._look(now) if self._book.known_at else ())]
            case SystemStarted() if self._side:
                return [self._told(restored=True)]
            case _:
                return NOTHING

    def remember(self, value: DerivativesPublished) -> None:
        """Take values from before the run began."""
        self._book.add(value)

    def save(self) -> Json:
        """Chart, values, and the side that was told."""
        return {
            "chart": self._chart.save(),
            "book": self._book.save(),
            "told_ms": self._told_ms,
            "side": self._side,
            **self._heard_of(),
        }

    def restore(self, saved: Json) -> None:
        """Take them back."""
        values = cast("dict[str, Json]", saved)
        self._chart = self._restored(values["chart"])
        self._book.restore(values["book"])
        self._told_ms = cast("int", values["told_ms"])
        self._side = cast("int", values["side"])
        self._hear_again(values)

    def view(self) -> dict[str, Json]:
        """State, newest time, and what the perpetual tells."""
        read = self._book.read(self._told_ms)
        return {
            "state": self._chart.configuration[0],
            "instance": self._chart.instance,
            "known_at": self._book.known_at,
            **self._heard_of(),
            **read.facts(),
            "text": read.told(),
            "guarded": self._is_guard,
        }

    def _look(self, now: int) -> list[Effect]:
        self._told_ms = now
        due_ms = self._book.expires_at(now)
        facts: Facts = {"known_at": self._book.known_at}
        effects: list[Effect] = []
        if due_ms is not None and not self._chart.is_in("fresh"):
            effects += self._fire("update", now, Reason.FEED_UPDATED, facts)
        elif due_ms is None and self._chart.is_in("fresh"):
            effects += self._expired(now, Reason.FEED_STALE, facts)
        effects.append(CancelTimer("expire") if due_ms is None else SetTimer("expire", due_ms))
        side = SIDES[self._book.read(now).crowding] if self._is_guard else 0
        if side != self._side:
            self._side = side
            effects.append(self._told())
        return effects

    def _told(self, *, restored: bool = False) -> Tell:
        facts = self._book.read(self._told_ms).facts()
        return Tell(self._listener, CrowdingChanged(self._side, facts, restored=restored))
