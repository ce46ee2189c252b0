"""One order on a real venue, as the venue keeper follows it from its sending to its end."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from core.message import Json, as_dict
from core.reasons import Reason
from core.trading.instrument import Instrument
from core.trading.live import LiveParams
from core.trading.orders import OrderRequest
from core.trading.wire import as_json, request_from

Phase = Literal["sent", "working", "unknown", "waiting"]
"""sent: no word of it yet. working: the venue has it. unknown: it may have it. waiting: refused, to be sent again."""

_DECIMALS = ("filled", "reported")
_WILL_CROSS = "EC_PostOnlyWillTakeLiquidity"
"""Bybit's word for a post-only order that would have taken."""


@dataclass(slots=True)
class Tracked:
    """What is known of it."""

    request: OrderRequest
    stop: str | None
    """On an entry: the absolute stop sent along, decimal text."""
    phase: Phase
    since_ms: int
    """Since when it is in this phase, UTC ms."""
    filled: Decimal = Decimal(0)
    """By the executions seen."""
    reported: Decimal = Decimal(0)
    """By the venue's own count."""
    paid: float = 0.0
    """Price times quantity of the executions."""
    is_told: bool = False
    """Whether its chart knows that the venue has it."""
    is_lost: bool = False
    """Whether the gate was told that its outcome is not known."""
    cancel: str = ""
    """The reason of a cancel asked for; empty: none."""
    is_held_back: bool = False
    """Whether the end of a rejected close waited a while, lest the next one follow at once."""
    is_canceling: bool = False
    """Whether the cancel was sent and not answered yet."""
    ended: str = ""
    """Its final status, while executions are still missing; else empty."""
    detail: str = ""
    tries: int = 0
    """Questions asked, or repetitions sent, in this phase."""
    absents: int = 0
    """Questions that found nothing, while the position stood still."""
    seq: int = 0
    """The position's at the last of them."""

    def enter(self, phase: Phase, now: int) -> None:
        """Begin a phase."""
        self.phase, self.since_ms, self.tries, self.absents = phase, now, 0, 0

    def fill(self, quantity: Decimal, price: Decimal) -> bool:
        """Take an execution; returns whether it was the last that can come."""
        self.filled += quantity
        self.paid += float(quantity) * float(price)
        return self.filled >= self.request.quantity

    def miss(self, seq: int, now: int) -> None:
        """Take note of a question that found nothing; where the position has moved since the last, it is the first."""
        if self.absents and seq != self.seq:
            self.absents, self.since_ms = 0, now
        self.absents, self.seq = self.absents + 1, seq

    def is_absent(self, params: LiveParams, now: int) -> bool:
        """Whether the venue found nothing often and long enough for it to count as not placed."""
        is_looked_for = self.absents >= params.absent_looks and now - self.since_ms >= params.absent_ms
        return is_looked_for and not self.filled

    @property
    def average(self) -> float:
        """Average price of what was filled."""
        return self.paid / float(self.filled)

    @property
    def is_settled(self) -> bool:
        """Whether every execution that the venue counts has been seen."""
        return self.filled >= self.reported

    @property
    def is_close(self) -> bool:
        """Whether it closes at the market, whatever it takes."""
        return self.request.reduce_only and self.request.price is None

    @property
    def why_ended(self) -> Reason:
        """Why the venue ended it."""
        if self.cancel:
            return Reason[self.cancel]
        if self.detail == _WILL_CROSS:
            return Reason.POST_ONLY_WOULD_CROSS
        return Reason.POSITION_CLOSED if self.request.reduce_only else Reason.ORDER_CANCELED_BY_VENUE

    @property
    def why_absent(self) -> Reason:
        """Why it is given up after the venue turned out not to have it; no other entry follows such a one."""
        if self.cancel and self.cancel != Reason.CHASE_CROSSED.name:
            return Reason[self.cancel]
        return Reason.POSITION_CLOSED if self.request.reduce_only else Reason.ENTRY_UNKNOWN_ABANDONED

    def save(self) -> Json:
        """Everything as JSON."""
        values = {name: value for name, value in as_dict(self).items() if name != "request"}
        decimals = {name: str(getattr(self, name)) for name in _DECIMALS}
        return values | decimals | {"request": as_json(self.request)}

    @classmethod
    def restore(cls, saved: Json) -> "Tracked":
        """The order as `save` left it."""
        values = dict(cast("dict[str, Json]", saved))
        decimals = {name: Decimal(cast("str", values.pop(name))) for name in _DECIMALS}
        return cls(request=request_from(values.pop("request")), **values, **decimals)  # type: ignore[arg-type]  # save wrote them


def first_stop(request: OrderRequest, instrument: Instrument, held: Decimal | None = None) -> str | None:
    """The stop that goes with an entry, as decimal text; None for a close.

    Args:
        request: The order; its stop is measured from its limit, or from the price it was decided at.
        instrument: Steps of prices.
        held: The stop that its position has already, which it must not loosen.
    """
    if request.stop_distance is None or request.reference_price is None:
        return None
    base = float(request.price) if request.price is not None else request.reference_price
    stop = instrument.price_away(base - request.side * request.stop_distance, request.side)
    return format(stop if held is None or (stop - held) * request.side > 0 else held, "f")
