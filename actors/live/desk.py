"""The order desk of a real venue: sends orders, follows each to its end, and finds out what became of the silent ones.

An acknowledgment is not a state: an order lives by what the venue reports of it. An outcome that is not known is
resolved by asking for the client order id, never by guessing; an entry is never sent twice, a close may be, because
reduce-only makes its double harmless.
"""

from collections.abc import Callable
from decimal import Decimal
from typing import cast

from actors.kernel.effects import NOTHING, CancelTimer, Effect, Effects, Tell
from actors.live.amends import Amends
from actors.live.asking import Asking
from core.message import Json, revised
from core.notices import OrderFound, OrderLost
from core.reasons import Reason
from core.trading.instrument import Instrument
from core.trading.live import LiveParams
from core.trading.orders import (
    AmendOrder,
    CancelOrder,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderRefused,
    OrderRequest,
)
from core.trading.reports import CommandAnswered, ExecutionReported, OrderMissing, OrderReported
from core.trading.tracked import Tracked, first_stop

REMEMBERED = 500
"""Ended orders whose late reports are recognised."""


class Desk:
    """The live orders of one symbol.

    Args:
        symbol: Whose.
        instrument: Steps of its prices.
        params: Patience.
        actor: Address of the venue keeper, for commands.
        is_held: Whether a position, by its instance, has quantity.
        stop_of: Where the stop of a position is wanted; None: it has none yet.
    """

    def __init__(
        self,
        symbol: str,
        instrument: Instrument,
        params: LiveParams,
        *,
        actor: str,
        is_held: Callable[[str], bool],
        stop_of: Callable[[str], Decimal | None],
    ) -> None:
        self._symbol = symbol
        self.instrument = instrument
        self._params = params
        self._is_held = is_held
        self._stop_of = stop_of
        self._keeper = f"{symbol}/order"
        self.asking = Asking(symbol, params, actor=actor)
        self._amends = Amends(symbol, params, self.asking)
        self.orders: dict[str, Tracked] = {}
        self.ended: dict[str, None] = {}

    # --- what we ask for

    def place(self, request: OrderRequest, now: int) -> list[Effect]:
        """Send an order, once; an entry only where nothing is in flight that could close what it opens."""
        closing = next((each for each, order in self.orders.items() if order.request.reduce_only), None)
        if closing is not None and not request.reduce_only:
            told = f"{closing} is not final yet"
            return [Tell(self._keeper, OrderRefused(request.client_order_id, Reason.CLOSE_IN_FLIGHT, told, None, None))]
        order = Tracked(request, self._first_stop(request), "sent", now)
        self.orders[request.client_order_id] = order
        return self.asking.place(order, Reason.ORDER_SUBMITTED, now)

    def cancel(self, wanted: CancelOrder, now: int) -> Effects:
        """Take an order back, as soon as the venue is known to have it."""
        order = self.orders.get(wanted.client_order_id)
        if order is None or order.cancel:
            return NOTHING
        order.cancel = wanted.reason.name
        if order.phase == "waiting":  # the venue does not have it
            return self._end(order, OrderCanceled(wanted.client_order_id, wanted.reason))
        return self.asking.cancel(order, now)

    def amend(self, wanted: AmendOrder, now: int) -> Effects:
        """Move a resting order to another price, with the stop it carries."""
        order = self.orders.get(wanted.client_order_id)
        if order is None or order.cancel or order.ended:  # its end is under way
            return NOTHING
        # Once a part is filled, the position has its own.
        stop = None if order.filled else self._first_stop(revised(order.request, price=wanted.price))
        return self._amends.ask(order, wanted.price, stop, now)

    # --- what becomes of it

    def answered(self, answer: CommandAnswered, now: int) -> Effects:
        """Take the answer to `place`, `amend` or `cancel`."""
        order = self.orders.get(answer.key)
        if order is None:
            return NOTHING
        if answer.verb == "amend":
            return self._amends.answered(order, answer, now)
        if answer.verb == "cancel":
            return self._cancel_answered(order, answer, now)
        if order.phase != "sent":  # a stream was quicker
            return NOTHING
        if answer.outcome in ("accepted", "done"):
            order.enter("working", now)
            found = self._found(order)
            return [*found, *self.asking.wake(order, now + self._params.report_ms), *self.asking.cancel(order, now)]
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
        if order.ended:  # an older report may come late: the search for its executions goes on
            return self._settle(order, now)
        working = [*self._working(order, now), *self.asking.cancel(order, now)]
        return [*working, *self._amends.reported(order, report, now)]

    def proven(self, execution: ExecutionReported) -> list[Effect]:
        """What an execution says of where its order rests; to be asked before it is taken."""
        return self._amends.executed(self.orders[execution.client_order_id], execution.price)

    def executed(self, execution: ExecutionReported, now: int) -> Effects:
        """Take an execution of an order of ours, seen for the first time."""
        order = self.orders[execution.client_order_id]
        is_last = order.fill(execution.quantity, execution.price)
        order.is_told = True  # the chart takes a fill for an acknowledgment
        found = self._found(order)
        if order.phase != "working":
            order.enter("working", now)
        price, fee = float(execution.price), float(execution.fee)
        fill = OrderFilled(
            execution.client_order_id,
            execution.quantity,
            price,
            fee,
            execution.maker,
            complete=is_last,
            stop_price=None,
        )
        if is_last:
            return [*found, *self._end(order, fill)]
        return [*found, Tell(self._keeper, fill), *(self._settle(order, now) if order.ended else NOTHING)]

    def missing(self, report: OrderMissing, now: int, *, seq: int) -> Effects:
        """Take the venue's word that it has no such order; believed only after a while without moves (`seq`)."""
        order = self.orders.get(report.client_order_id)
        if order is None or order.phase == "waiting":
            return NOTHING
        order.miss(seq, now)
        if not order.is_absent(self._params, now):
            return NOTHING  # the timer that asks again is set
        if order.request.reduce_only and not order.cancel and self._is_held(order.request.position):
            order.enter("sent", now)
            return self.asking.place(order, Reason.CLOSE_NOT_PLACED, now)
        effects = self._end(order, OrderCanceled(report.client_order_id, order.why_absent))
        del self.ended[report.client_order_id]  # listed after all, it is an orphan and taken back
        return effects

    def due(self, client_order_id: str, now: int) -> Effects:
        """Do what an order's timer is for."""
        order = self.orders.get(client_order_id)
        if order is None:
            return NOTHING
        if order.phase == "waiting":
            if not self._is_held(order.request.position):
                return self._end(order, OrderCanceled(client_order_id, Reason.POSITION_CLOSED))
            tries = order.tries
            order.enter("sent", now)
            order.tries = tries + 1
            return self.asking.place(order, Reason.ORDER_SUBMITTED, now)
        if order.phase == "sent":  # not even an answer: the request's own time-out should have come long ago
            return self._lose(order, now)
        return [*self._amends.looked(order), *self.asking.look(order, now)]

    def release(self) -> list[Effect]:
        """A position is over: what waited to close it need not be sent any more."""
        waiting = [order.request for order in self.orders.values() if order.phase == "waiting"]
        ids = [request.client_order_id for request in waiting if not self._is_held(request.position)]
        ends = [self._end(self.orders[each], OrderCanceled(each, Reason.POSITION_CLOSED)) for each in ids]
        return [effect for end in ends for effect in end]

    # --- starting anew

    def resume(self, now: int) -> list[Effect]:
        """After a restart: what was sent and not answered may or may not have arrived."""
        effects: list[Effect] = []
        for order in self.orders.values():
            order.is_canceling = False
            if order.phase == "sent":
                effects += self._lose(order, now)
            else:
                effects += self.asking.wake(order, now + self._params.retry_ms)
        return effects

    def save(self) -> Json:
        """Every live order, and the ids of the last ended ones."""
        saved: dict[str, Json] = {
            "orders": [order.save() for order in self.orders.values()],
            "ended": list(self.ended),
        }
        amends = self._amends.save()
        return saved | {"amends": amends} if amends else saved

    def restore(self, saved: Json) -> None:
        """Take them back."""
        values = cast("dict[str, Json]", saved)
        orders = [Tracked.restore(each) for each in cast("list[Json]", values["orders"])]
        self.orders = {order.request.client_order_id: order for order in orders}
        self.ended = dict.fromkeys(cast("list[str]", values["ended"]))
        self._amends.restore(values.get("amends", {}))

    # --- inside

    def _first_stop(self, request: OrderRequest) -> str | None:
        return first_stop(request, self.instrument, self._stop_of(request.position))

    def _cancel_answered(self, order: Tracked, answer: CommandAnswered, now: int) -> Effects:
        """Whatever the answer, the order's own report decides; where that stays away, it is asked for."""
        order.is_canceling = False
        order.tries = 0
        pause_ms = self._params.report_ms if answer.outcome == "accepted" else self._params.retry_ms
        return self.asking.wake(order, now + pause_ms)

    def _refused(self, order: Tracked, answer: CommandAnswered, now: int) -> Effects:
        request = order.request
        if order.is_close and not order.cancel:
            # What is open must be closed: a definite no means that nothing happened, so the same order may go again.
            tries = order.tries
            order.enter("waiting", now)
            order.tries = tries
            return self.asking.wake(order, now + self.asking.pause(order, self._params.retry_ms))
        client_order_id, reason = request.client_order_id, Reason[answer.reason]
        if order.is_told:  # it rested once, and was sent again
            return self._end(order, OrderCanceled(client_order_id, reason))
        refused = OrderRefused(client_order_id, reason, answer.detail, float(answer.code) or None, None)
        return self._end(order, refused)

    def _lose(self, order: Tracked, now: int) -> list[Effect]:
        order.enter("unknown", now)
        order.is_lost = True
        lost = OrderLost(self._symbol, order.request.client_order_id)
        # A close that rested once and is sent again stays what it is to its chart.
        to = ("gate",) if order.is_told else (self._keeper, "gate")
        return [*(Tell(each, lost) for each in to), *self.asking.wake(order, now + self._params.look_ms)]

    def _working(self, order: Tracked, now: int) -> Effects:
        if order.phase != "working":
            order.enter("working", now)
        client_order_id = order.request.client_order_id
        effects: list[Effect] = self._found(order)
        if not order.is_told:
            order.is_told = True
            effects.append(Tell(self._keeper, OrderAccepted(client_order_id)))
        return effects if order.cancel else [*effects, CancelTimer(f"order:{client_order_id}")]

    def _settle(self, order: Tracked, now: int) -> Effects:
        """End an order that the venue has ended, once all its executions are here."""
        if not order.is_settled:
            return self.asking.wake(order, now + self.asking.pause(order, self._params.look_ms))
        request = order.request
        if order.ended == "rejected" and order.is_close and not order.is_held_back:
            order.is_held_back = True
            return self.asking.wake(order, now + self._params.retry_ms)
        if order.ended == "rejected" and not order.filled and not order.is_told:
            refused = OrderRefused(request.client_order_id, Reason.ORDER_REFUSED_BY_VENUE, order.detail, None, None)
            return self._end(order, refused)
        return self._end(order, OrderCanceled(request.client_order_id, order.why_ended))

    def _end(self, order: Tracked, last: object) -> list[Effect]:
        client_order_id = order.request.client_order_id
        del self.orders[client_order_id]
        self._amends.forget(client_order_id)
        self.ended[client_order_id] = None
        while len(self.ended) > REMEMBERED:
            del self.ended[next(iter(self.ended))]
        return [*self._found(order), Tell(self._keeper, last), CancelTimer(f"order:{client_order_id}")]

    def _found(self, order: Tracked) -> list[Effect]:
        """Tell the gate that the outcome is known again."""
        if not order.is_lost:
            return []
        order.is_lost = False
        return [Tell("gate", OrderFound(self._symbol, order.request.client_order_id))]
