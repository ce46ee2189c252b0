"""Resting orders that were asked to move, until the venue's own report says where each rests.

A report at the price asked for, or an execution there, settles it. A definite no is settled by the next report,
wherever the order rests. Anything else may still happen: that an order stays where it was is believed only after as
long a while, and as many reports, as that an order was never placed.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from actors.kernel.effects import Effect, Tell
from actors.live.asking import Asking
from core.message import Json, as_dict, revised
from core.notices import OrderLost
from core.reasons import Reason
from core.trading.live import LiveParams
from core.trading.orders import OrderReplaced, ReplaceRefused
from core.trading.reports import CommandAnswered, OrderReported, Outcome
from core.trading.tracked import Tracked


@dataclass(slots=True)
class Amend:
    """One order's move."""

    price: Decimal
    """Where to."""
    stop: str | None
    """The stop that was sent along; None: none was."""
    since_ms: int
    outcome: Outcome | None = None
    """None: no answer yet."""
    reason: str = Reason.OUTCOME_UNKNOWN.name
    detail: str = ""
    stays: int = 0
    """Reports since then that found the order elsewhere."""


class Amends:
    """The moves under way of one symbol's orders.

    Args:
        symbol: Whose.
        params: Patience.
        asking: Makes the commands.
    """

    def __init__(self, symbol: str, params: LiveParams, asking: Asking) -> None:
        self._symbol = symbol
        self._keeper = f"{symbol}/order"
        self._params = params
        self._asking = asking
        self._open: dict[str, Amend] = {}

    def ask(self, order: Tracked, price: Decimal, stop: str | None, now: int) -> list[Effect]:
        """Have an order moved, and the stop it carries; None: that stays."""
        self._open[order.request.client_order_id] = Amend(price, stop, now)
        return self._asking.amend(order, format(price, "f"), stop, now)

    def answered(self, order: Tracked, answer: CommandAnswered, now: int) -> list[Effect]:
        """Take the answer: an acknowledged move is waited for, of any other the order itself is asked."""
        amend = self._open.get(answer.key)
        if amend is None:  # a stream was quicker
            return []
        amend.outcome, amend.reason, amend.detail = answer.outcome, answer.reason, answer.detail
        if answer.outcome in ("accepted", "done"):
            return self._asking.wake(order, now + self._params.report_ms)
        lost = self._lost(order) if answer.outcome == "unknown" else []
        return [*lost, *self._asking.look(order, now)]

    def reported(self, order: Tracked, report: OrderReported, now: int) -> list[Effect]:
        """Settle a move by where the order rests, or go on asking."""
        amend = self._open.get(report.client_order_id)
        if amend is None:
            return []
        if report.price == amend.price:
            return self._done(order, amend)
        amend.stays += 1
        is_late = amend.stays >= self._params.absent_looks and now - amend.since_ms >= self._params.absent_ms
        if not is_late and amend.outcome not in ("refused", "unreachable", "fatal"):
            return self._asking.wake(order, now + self._asking.pause(order, self._params.look_ms))
        del self._open[report.client_order_id]
        refused = ReplaceRefused(report.client_order_id, report.price, Reason[amend.reason], amend.detail)
        return [Tell(self._keeper, refused)]

    def executed(self, order: Tracked, price: Decimal) -> list[Effect]:
        """An execution at the price asked for proves the move."""
        amend = self._open.get(order.request.client_order_id)
        return [] if amend is None or amend.price != price else self._done(order, amend)

    def looked(self, order: Tracked) -> list[Effect]:
        """The order is being asked for; a move whose answer is still out is not known."""
        amend = self._open.get(order.request.client_order_id)
        if amend is None or amend.outcome is not None:
            return []
        amend.outcome = "unknown"
        return self._lost(order)

    def forget(self, client_order_id: str) -> None:
        """The order is final."""
        self._open.pop(client_order_id, None)

    def save(self) -> dict[str, Json]:
        """Every move under way, by client order id."""
        return {each: as_dict(amend) | {"price": str(amend.price)} for each, amend in self._open.items()}

    def restore(self, saved: Json) -> None:
        """Take them back."""
        rows = cast("dict[str, dict[str, Json]]", saved)
        self._open = {
            each: Amend(**row | {"price": Decimal(cast("str", row["price"]))})  # type: ignore[arg-type]  # save wrote them
            for each, row in rows.items()
        }

    def _done(self, order: Tracked, amend: Amend) -> list[Effect]:
        client_order_id = order.request.client_order_id
        del self._open[client_order_id]
        order.request = revised(order.request, price=amend.price)
        order.stop = amend.stop or order.stop
        return [Tell(self._keeper, OrderReplaced(client_order_id, amend.price))]

    def _lost(self, order: Tracked) -> list[Effect]:
        order.is_lost = True
        lost = OrderLost(self._symbol, order.request.client_order_id)
        return [Tell(each, lost) for each in (self._keeper, "gate")]
