"""The order keeper: owns one chart per order of its symbol, and passes fills on to the position they belong to."""

from typing import ClassVar, cast

from actors.kernel.effects import NOTHING, Effect, Effects, Tell
from core.message import Facts, Json
from core.notices import OrderLeft, OrderLost
from core.reasons import Reason
from core.trading.orders import (
    CancelOrder,
    LegEnded,
    LegFilled,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderRefused,
    OrderRequest,
    PlaceOrder,
    StopFilled,
)
from core.trading.wire import as_json, request_from
from machines.instance import Instance
from machines.order import OrderChart

_LOST = (Reason.OUTCOME_UNKNOWN,)


class OrderKeeper:
    """Keeps every order of one symbol until it is final.

    Args:
        symbol: Whose orders.
    """

    inputs: ClassVar[tuple[type, ...]] = ()

    def __init__(self, symbol: str) -> None:
        self.address = f"{symbol}/order"
        self._symbol = symbol
        self._position = f"{symbol}/position"
        self._number = 0
        self._live: dict[str, tuple[Instance, OrderRequest]] = {}

    def wants(self, message: object) -> bool:
        """Nothing from outside."""
        return False

    def receive(self, message: object, now: int) -> Effects:
        """Move the order's chart and pass the news on."""
        match message:
            case OrderFilled():
                return self._fill(message, now)
            case OrderAccepted(client_order_id):
                chart, _ = self._live[client_order_id]
                found = (Reason.UNKNOWN_RESOLVED,) if chart.is_in("unknown") else ()
                return chart.fire("accept", now, reasons=(Reason.ORDER_ACCEPTED, *found))
            case PlaceOrder(request):
                return self._place(request, now)
            case StopFilled():
                # Through here, so that it cannot overtake the fill of the entry it protects.
                return [Tell(self._position, message)]
            case CancelOrder(_, client_order_id, reason):
                return self._cancel(message, client_order_id, reason, now)
            case OrderCanceled(client_order_id, reason):
                return self._end("cancel", client_order_id, reason, now, {})
            case OrderRefused(client_order_id, reason, detail, value, threshold):
                facts: Facts = {"detail": detail, "value": value, "threshold": threshold}
                return self._end("reject", client_order_id, reason, now, facts)
            case OrderLost(_, client_order_id):
                chart, _ = self._live[client_order_id]
                # An order that is sent once more under its own id may be lost twice.
                return NOTHING if chart.is_in("unknown") else chart.fire("lose_track", now, reasons=_LOST)
            case _:
                return NOTHING

    @property
    def has_entry(self) -> bool:
        """Whether an opening order is not final yet."""
        return any(not request.reduce_only for _, request in self._live.values())

    def save(self) -> Json:
        """Every live order with its chart."""
        return {
            "number": self._number,
            "live": [[chart.instance, chart.save(), as_json(request)] for chart, request in self._live.values()],
        }

    def restore(self, saved: Json) -> None:
        """Take them back."""
        values = cast("dict[str, Json]", saved)
        self._number = cast("int", values["number"])
        self._live = {}
        for instance, state, fields in cast("list[tuple[str, Json, dict[str, Json]]]", values["live"]):
            chart = Instance.restore(OrderChart, state, instance=instance, actor=self.address)
            request = request_from(fields)
            self._live[request.client_order_id] = (chart, request)

    def view(self) -> dict[str, Json]:
        """Live orders."""
        return {
            "orders": [
                {
                    "instance": chart.instance,
                    "state": chart.configuration[0],
                    "role": request.role,
                    "side": request.side,
                    "quantity": float(request.quantity),
                    "price": None if request.price is None else float(request.price),
                }
                for chart, request in self._live.values()
            ]
        }

    def _place(self, request: OrderRequest, now: int) -> Effects:
        self._number += 1
        chart = Instance(OrderChart, instance=f"{self._symbol}/order/{self._number}", actor=self.address)
        self._live[request.client_order_id] = (chart, request)
        created = chart.create(now, reasons=(Reason.ORDER_SUBMITTED,), facts=_facts(request))
        return [created, Tell("gate", PlaceOrder(request))]

    def _fill(self, fill: OrderFilled, now: int) -> Effects:
        chart, request = self._live[fill.client_order_id]
        reason = Reason.ORDER_FILLED if fill.complete else Reason.ORDER_PARTIALLY_FILLED
        facts: Facts = {
            "quantity": float(fill.quantity),
            "price": fill.price,
            "fee": fill.fee,
            "maker": fill.maker,
        }
        effects: list[Effect] = list(chart.fire("fill", now, reasons=(reason,), facts=facts, complete=fill.complete))
        effects.append(Tell(self._position, LegFilled(request.role, fill)))
        return [*effects, *self._left(fill.client_order_id)]

    def _cancel(self, message: CancelOrder, client_order_id: str, reason: Reason, now: int) -> Effects:
        if client_order_id not in self._live:
            return NOTHING
        chart, _ = self._live[client_order_id]
        if chart.is_in("pending_cancel"):
            return NOTHING
        if chart.is_in("pending_new") or chart.is_in("unknown"):
            # The chart waits for an answer; what comes first, venue's yes or cancel, is taken.
            return [Tell("gate", message)]
        return [*chart.fire("request_cancel", now, reasons=(reason,)), Tell("gate", message)]

    def _end(self, event: str, client_order_id: str, reason: Reason, now: int, facts: Facts) -> Effects:
        chart, request = self._live[client_order_id]
        effects: list[Effect] = list(chart.fire(event, now, reasons=(reason,), facts=facts))
        effects.append(Tell(self._position, LegEnded(request.role, client_order_id, reason)))
        return [*effects, *self._left(client_order_id)]

    def _left(self, client_order_id: str) -> list[Effect]:
        """Forget an order that is final, and clear the way for the next opening one."""
        chart, request = self._live[client_order_id]
        if not chart.is_final:
            return []
        del self._live[client_order_id]
        return [] if request.reduce_only else [Tell("gate", OrderLeft(self._symbol, client_order_id))]


def _facts(request: OrderRequest) -> Facts:
    return {
        "client_order_id": request.client_order_id,
        "role": request.role,
        "side": request.side,
        "quantity": float(request.quantity),
        "price": None if request.price is None else float(request.price),
        "stop_distance": request.stop_distance,
        "reduce_only": request.reduce_only,
    }
