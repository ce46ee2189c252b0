"""The order desk of a real venue: sends orders, follows each to its end, and finds out what became of the silent ones.

An acknowledgment is not a state: an order lives by what the venue reports of it. An outcome that is not known is
resolved by asking for the client order id, never by guessing; an entry is never sent twice, a close may be, because
reduce-only makes its double harmless.
"""

from typing import cast

from actors.kernel.effects import NOTHING, CancelTimer, Effect, Effects, SetTimer, Tell
from core.message import Facts, Json
from core.notices import OrderLost
from core.reasons import Reason
from core.trading.instrument import Instrument
from core.trading.live import LiveParams
from core.trading.orders import (
    CancelOrder,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderRefused,
    OrderRequest,
)
from core.trading.reports import Command, CommandAnswered, ExecutionReported, OrderMissing, OrderReported
from core.trading.tracked import Tracked

REMEMBERED = 500
"""Ended orders whose late reports are recognised."""
_WILL_CROSS = "EC_PostOnlyWillTakeLiquidity"


class Desk:
    """The live orders of one symbol.

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
        self._keeper = f"{symbol}/order"
        self.orders: dict[str, Tracked] = {}
        self.ended: dict[str, None] = {}

    # --- what we ask for

    def place(self, request: OrderRequest, now: int) -> list[Effect]:
        """Send an order, once."""
        order = Tracked(request, self._stop_of(request), "sent", now)
        self.orders[request.client_order_id] = order
        return self._send(order, Reason.ORDER_SUBMITTED, now)

    def cancel(self, wanted: CancelOrder, now: int) -> Effects:
        """Take an order back, as soon as the venue is known to have it."""
        order = self.orders.get(wanted.client_order_id)
        if order is None or order.cancel:
            return NOTHING
        order.cancel = wanted.reason.name
        if order.phase == "waiting":  # the venue does not have it
            return self._end(order, OrderCanceled(wanted.client_order_id, wanted.reason))
        return self._send_cancel(order, now)

    # --- what becomes of it

    def answered(self, answer: CommandAnswered, now: int) -> Effects:
        """Take the answer to `place` or `cancel`."""
        order = self.orders.get(answer.key)
        if order is None:
            return NOTHING
        if answer.verb == "cancel":
            return self._cancel_answered(order, answer, now)
        if order.phase != "sent":  # a stream was quicker
            return NOTHING
        if answer.outcome in ("accepted", "done"):
            order.enter("working", now)
            return [*self._wake(order, now + self._params.report_ms), *self._send_cancel(order, now)]
        if answer.outcome == "unknown":
            return self._lose(order, now)
        return self._refused(order, answer, now)

    def reported(self, report: OrderReported, now: int) -> Effects:
        """Take the venue's word on how an order stands."""
        order = self.orders.get(report.client_order_id)
        if order is None:
            return NOTHING
        order.reported = max(order.reported, report.filled)
        order.detail = report.detail or order.detail
        if report.status in ("filled", "canceled", "rejected"):
            order.ended = report.status
            return self._settle(order, now)
        effects = self._working(order, now)
        return [*effects, *self._send_cancel(order, now)]

    def executed(self, execution: ExecutionReported, now: int) -> Effects:
        """Take an execution of an order of ours, seen for the first time."""
        order = self.orders[execution.client_order_id]
        is_last = order.fill(execution.quantity, execution.price)
        order.is_told = True  # the chart takes a fill for an acknowledgment
        if order.phase != "working":
            order.enter("working", now)
        fee = float(execution.fee)
        fill = OrderFilled(
            execution.client_order_id,
            execution.quantity,
            float(execution.price),
            fee,
            execution.maker,
            complete=is_last,
            stop_price=None,
        )
        if is_last:
            return self._end(order, fill)
        return [Tell(self._keeper, fill), *(self._settle(order, now) if order.ended else NOTHING)]

    def missing(self, report: OrderMissing, now: int) -> Effects:
        """Take the venue's word that it has no such order; believed only after a while, and many times over."""
        order = self.orders.get(report.client_order_id)
        if order is None or order.phase == "waiting":
            return NOTHING
        order.absents += 1
        params = self._params
        if now - order.since_ms < params.absent_ms or order.absents < params.absent_looks or order.filled:
            return NOTHING  # the timer that asks again is set
        if order.request.reduce_only and not order.cancel:
            order.enter("sent", now)
            return self._send(order, Reason.CLOSE_NOT_PLACED, now)
        reason = Reason[order.cancel] if order.cancel else Reason.ENTRY_UNKNOWN_ABANDONED
        return self._end(order, OrderCanceled(report.client_order_id, reason))

    def due(self, client_order_id: str, now: int) -> Effects:
        """Do what an order's timer is for."""
        order = self.orders.get(client_order_id)
        if order is None:
            return NOTHING
        if order.phase == "waiting":
            tries = order.tries
            order.enter("sent", now)
            order.tries = tries + 1
            return self._send(order, Reason.ORDER_SUBMITTED, now)
        if order.phase == "sent":  # not even an answer: the request's own time-out should have come long ago
            return self._lose(order, now)
        return self._look(order, now)

    # --- starting anew

    def resume(self, now: int) -> list[Effect]:
        """After a restart: what was sent and not answered may or may not have arrived."""
        effects: list[Effect] = []
        for order in self.orders.values():
            order.is_canceling = False
            if order.phase == "sent":
                effects += self._lose(order, now)
            else:
                effects += self._wake(order, now + self._params.retry_ms)
        return effects

    def find(self, client_order_id: str, reason: Reason, now: int) -> Effect:
        """Ask the venue for an order by its id."""
        return Command(now, self._actor, "find_order", client_order_id, {"symbol": self._symbol}, (reason,))

    def save(self) -> Json:
        """Every live order, and the ids of the last ended ones."""
        return {"orders": [order.save() for order in self.orders.values()], "ended": list(self.ended)}

    def restore(self, saved: Json) -> None:
        """Take them back."""
        values = cast("dict[str, list[Json]]", saved)
        orders = [Tracked.restore(each) for each in values["orders"]]
        self.orders = {order.request.client_order_id: order for order in orders}
        self.ended = dict.fromkeys(cast("list[str]", values["ended"]))

    # --- inside

    def _stop_of(self, request: OrderRequest) -> str | None:
        """The stop that goes with an entry, measured from the price it was decided at."""
        if request.stop_distance is None or request.reference_price is None:
            return None
        base = float(request.price) if request.price is not None else request.reference_price
        return format(self._instrument.price_away(base - request.side * request.stop_distance, request.side), "f")

    def _send(self, order: Tracked, reason: Reason, now: int) -> list[Effect]:
        request = order.request
        fields: Facts = {
            "symbol": request.symbol,
            "side": request.side,
            "quantity": format(request.quantity, "f"),
            "price": None if request.price is None else format(request.price, "f"),
            "post_only": request.post_only,
            "reduce_only": request.reduce_only,
            "stop": order.stop,
        }
        command = Command(now, self._actor, "place", request.client_order_id, fields, (reason,))
        # The request itself times out much earlier; this is for an answer that is lost within the process.
        return [command, *self._wake(order, now + self._params.absent_ms)]

    def _send_cancel(self, order: Tracked, now: int) -> list[Effect]:
        if not order.cancel or order.is_canceling or order.phase != "working":
            return []
        order.is_canceling = True
        reason = Reason[order.cancel]
        client_order_id = order.request.client_order_id
        command = Command(now, self._actor, "cancel", client_order_id, {"symbol": self._symbol}, (reason,))
        return [command, *self._wake(order, now + self._params.absent_ms)]

    def _cancel_answered(self, order: Tracked, answer: CommandAnswered, now: int) -> Effects:
        """Whatever the answer, the order's own report decides; where that stays away, it is asked for."""
        order.is_canceling = False
        order.tries = 0
        is_under_way = answer.outcome == "accepted"
        return self._wake(order, now + (self._params.report_ms if is_under_way else self._params.retry_ms))

    def _refused(self, order: Tracked, answer: CommandAnswered, now: int) -> Effects:
        request = order.request
        is_close = request.reduce_only and request.price is None
        if is_close and not order.cancel:
            # What is open must be closed: a definite no means that nothing happened, so the same order may go again.
            tries = order.tries
            order.enter("waiting", now)
            order.tries = tries
            return self._wake(order, now + self._pause(order, self._params.retry_ms))
        refused = OrderRefused(
            request.client_order_id, Reason[answer.reason], answer.detail, float(answer.code) or None, None
        )
        return self._end(order, refused)

    def _lose(self, order: Tracked, now: int) -> list[Effect]:
        order.enter("unknown", now)
        order.is_told = False
        request = order.request
        lost = OrderLost(self._symbol, request.client_order_id)
        told: list[Effect] = [Tell(self._keeper, lost)]
        if not request.reduce_only:
            told.append(Tell("gate", lost))
        return [*told, *self._wake(order, now + self._params.look_ms)]

    def _working(self, order: Tracked, now: int) -> Effects:
        if order.phase != "working":
            order.enter("working", now)
        if order.is_told:
            return [CancelTimer(f"order:{order.request.client_order_id}")] if not order.cancel else NOTHING
        order.is_told = True
        accepted = Tell(self._keeper, OrderAccepted(order.request.client_order_id))
        return [accepted, CancelTimer(f"order:{order.request.client_order_id}")]

    def _look(self, order: Tracked, now: int) -> Effects:
        """Ask for an order, and set the timer that asks again."""
        order.tries += 1
        reason = Reason.SETTLING if order.ended else Reason.OUTCOME_UNKNOWN
        question = self.find(order.request.client_order_id, reason, now)
        return [question, *self._wake(order, now + self._pause(order, self._params.look_ms))]

    def _settle(self, order: Tracked, now: int) -> Effects:
        """End an order that the venue has ended, once all its executions are here."""
        if not order.is_settled:
            return self._wake(order, now + self._params.look_ms)
        request = order.request
        if order.ended == "rejected" and not order.filled and not order.is_told:
            refused = OrderRefused(request.client_order_id, Reason.ORDER_REFUSED_BY_VENUE, order.detail, None, None)
            return self._end(order, refused)
        return self._end(order, OrderCanceled(request.client_order_id, self._why_ended(order)))

    def _why_ended(self, order: Tracked) -> Reason:
        if order.cancel:
            return Reason[order.cancel]
        if order.detail == _WILL_CROSS:
            return Reason.POST_ONLY_WOULD_CROSS
        return Reason.POSITION_CLOSED if order.request.reduce_only else Reason.ORDER_CANCELED_BY_VENUE

    def _end(self, order: Tracked, last: object) -> list[Effect]:
        client_order_id = order.request.client_order_id
        del self.orders[client_order_id]
        self.ended[client_order_id] = None
        while len(self.ended) > REMEMBERED:
            del self.ended[next(iter(self.ended))]
        return [Tell(self._keeper, last), CancelTimer(f"order:{client_order_id}")]

    def _wake(self, order: Tracked, due_ms: int) -> list[Effect]:
        return [SetTimer(f"order:{order.request.client_order_id}", due_ms)]

    def _pause(self, order: Tracked, first_ms: int) -> int:
        return int(min(first_ms * 2 ** min(order.tries, 10), self._params.look_most_ms))
