"""The watch over a position's protective stop: wanted, asked for, confirmed by the venue's own word, repaired.

The stop goes in with the entry order, so it stands from the first fill. It counts as confirmed only when the position
stream shows it. It is drawn nearer, never farther, to its distance from the real entry price. Gone, it is set again;
not to be had within the limit, the position is flattened.
"""

from decimal import Decimal
from typing import cast

from actors.kernel.effects import NOTHING, CancelTimer, Effect, Effects, SetTimer, Tell
from core.message import Json
from core.notices import Flatten
from core.reasons import Reason
from core.trading.instrument import Instrument
from core.trading.live import LiveParams
from core.trading.orders import StopAmended, StopLost
from core.trading.reports import Command, CommandAnswered, OrderReported

_DEADLINE, _RETRY, _FILL = "stop/deadline", "stop/retry", "stop/fill"


class StopWatch:
    """The stop of one symbol's position.

    Args:
        symbol: Whose.
        instrument: Steps of its prices.
        params: Patience.
        actor: Address of the venue keeper, for commands.
    """

    def __init__(self, symbol: str, instrument: Instrument, params: LiveParams, *, actor: str) -> None:
        self._symbol = symbol
        self._instrument = instrument
        self._params = params
        self._actor = actor
        self._keeper = f"{symbol}/position"
        self._position = ""
        self._side = 0
        self._wanted: Decimal | None = None
        self._reason = Reason.PROTECTION_REQUESTED
        self._held: Decimal | None = None
        """What the venue says."""
        self._told: Decimal | None = None
        """The nearest one that the position was told of; None: it believes to have none."""
        self._is_asked = False
        """Whether a request is under way."""
        self._sent = 0
        self._tries = 0

    @property
    def position(self) -> str:
        """The position it watches; empty: none."""
        return self._position

    def of(self, position: str) -> Decimal | None:
        """Where the stop of a position is wanted; None where it watches none, or another position's."""
        return self._wanted if position == self._position else None

    @property
    def is_confirmed(self) -> bool:
        """Whether the venue holds a stop for it."""
        return self._held is not None

    def begin(self, position: str, side: int, stop: str | None, now: int) -> list[Effect]:
        """A position has its first fill."""
        self._position, self._side = position, side
        self._wanted = None if stop is None else Decimal(stop)
        self._held, self._told = None, None
        self._is_asked, self._tries, self._reason = False, 0, Reason.PROTECTION_REQUESTED
        return [SetTimer(_DEADLINE, now + self._params.stop_confirm_ms), SetTimer(_RETRY, now + self._params.retry_ms)]

    def end(self) -> list[Effect]:
        """Nothing is left to protect."""
        if not self._position:
            return []
        self._position, self._side, self._is_asked = "", 0, False
        self._wanted, self._held, self._told = None, None, None
        return [CancelTimer(_DEADLINE), CancelTimer(_RETRY), CancelTimer(_FILL)]

    def anchor(self, level: float, now: int) -> list[Effect]:
        """The entry is complete: draw the stop nearer to where its real price wants it."""
        return self.want(self._instrument.price_away(level, self._side), Reason.STOP_ANCHORED, now)

    def want(self, price: Decimal, reason: Reason, now: int) -> list[Effect]:
        """Have the stop here from now on, unless that is farther than it was."""
        if not self._position or (self._wanted is not None and (price - self._wanted) * self._side <= 0):
            return []
        self._wanted, self._reason, self._tries = price, reason, 0
        return self._ask(reason, now)

    def seen(self, stop: Decimal | None, now: int) -> list[Effect]:
        """The venue's word on the stop of the open position."""
        if not self._position or stop == self._held:
            return []
        before, self._held = self._held, stop
        if stop is None:
            self._told = None
            lost: list[Effect] = (
                [Tell(self._keeper, StopLost(self._position, Reason.PROTECTION_LOST))] if before else []
            )
            deadline = SetTimer(_DEADLINE, now + self._params.stop_confirm_ms)
            return [*lost, deadline, *self._ask(Reason.STOP_REPAIRED, now)]
        if self._wanted is None or (stop - self._wanted) * self._side > 0:
            self._wanted, self._reason = stop, Reason.STOP_TIGHTENED_OUTSIDE
        confirmed = [CancelTimer(_DEADLINE), *self._amended(stop)]
        if stop == self._wanted:
            return [*confirmed, CancelTimer(_RETRY)]
        # Farther than wanted: someone moved it, or our own request has not arrived yet.
        return [*confirmed, *([] if self._is_asked else [SetTimer(_RETRY, now + self._params.retry_ms)])]

    def answered(self, answer: CommandAnswered, now: int) -> Effects:
        """Take the answer to a request for a stop."""
        if not self._position or not answer.key.startswith(f"{self._position}#"):
            return NOTHING
        self._is_asked = False
        if answer.outcome == "refused" and answer.reason == Reason.VENUE_STOP_BEYOND_PRICE.name:
            return self._flatten(Reason.STOP_BEYOND_PRICE)
        self._tries += 1
        pause = min(self._params.retry_ms * 2 ** min(self._tries, 6), self._params.look_most_ms)
        return [SetTimer(_RETRY, now + pause)] if self._held != self._wanted else NOTHING

    def reported(self, report: OrderReported, now: int) -> Effects:
        """The stop's own order, which the venue made: once triggered it must fill."""
        if not self._position:
            return NOTHING
        if report.status in ("filled", "canceled", "rejected"):
            return NOTHING  # a fill is told by its execution, the rest by the position
        return [SetTimer(_FILL, now + self._params.stop_fill_ms)] if report.status != "untriggered" else NOTHING

    def due(self, key: str, now: int) -> Effects:
        """Do what a timer is for."""
        if not self._position:
            return NOTHING
        if key == _FILL:
            return self._flatten(Reason.STOP_UNFILLED)
        if key == _DEADLINE:
            return NOTHING if self.is_confirmed else self._flatten(Reason.STOP_UNCONFIRMED)
        if self._held == self._wanted or self._is_asked:
            return NOTHING
        return self._ask(self._reason if self._held is not None else Reason.STOP_REPAIRED, now)

    def resume(self, now: int) -> list[Effect]:
        """After a restart: an answer that was awaited will not come."""
        self._is_asked = False
        return [SetTimer(_RETRY, now + self._params.retry_ms)] if self._position else []

    def save(self) -> Json:
        """Everything as JSON."""
        return {
            "position": self._position,
            "side": self._side,
            "wanted": None if self._wanted is None else str(self._wanted),
            "held": None if self._held is None else str(self._held),
            "told": None if self._told is None else str(self._told),
            "reason": self._reason.name,
            "is_asked": self._is_asked,
            "sent": self._sent,
            "tries": self._tries,
        }

    def restore(self, saved: Json) -> None:
        """Take it back."""
        values = cast("dict[str, Json]", saved)
        wanted, held, told = (cast("str | None", values[name]) for name in ("wanted", "held", "told"))
        self._position, self._side = cast("str", values["position"]), cast("int", values["side"])
        self._wanted = None if wanted is None else Decimal(wanted)
        self._held = None if held is None else Decimal(held)
        self._told = None if told is None else Decimal(told)
        self._reason = Reason[cast("str", values["reason"])]
        self._is_asked = cast("bool", values["is_asked"])
        self._sent, self._tries = cast("int", values["sent"]), cast("int", values["tries"])

    def view(self) -> dict[str, Json]:
        """What is wanted and what is held."""
        return {
            "wanted": None if self._wanted is None else float(self._wanted),
            "held": None if self._held is None else float(self._held),
        }

    def _ask(self, reason: Reason, now: int) -> list[Effect]:
        if self._wanted is None or self._is_asked:
            return []
        self._is_asked = True
        self._sent += 1
        key = f"{self._position}#{self._sent}"
        fields: dict[str, Json] = {"symbol": self._symbol, "stop": format(self._wanted, "f")}
        again = SetTimer(_RETRY, now + self._params.absent_ms)
        return [Command(now, self._actor, "set_stop", key, fields, (reason,)), again]

    def _amended(self, stop: Decimal) -> list[Effect]:
        """Tell the position, but never of a stop farther than the nearest it knows: that one is repaired."""
        if self._told is not None and (stop - self._told) * self._side < 0:
            return []
        self._told = stop
        return [Tell(self._keeper, StopAmended(self._position, float(stop), self._reason))]

    def _flatten(self, reason: Reason) -> list[Effect]:
        return [Tell(self._keeper, Flatten(reason))]
