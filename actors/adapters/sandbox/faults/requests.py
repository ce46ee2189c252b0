"""Faults of requests: instead of the exchange, just before it, and on the way back."""

from dataclasses import dataclass, replace
from typing import Any, Final

from actors.adapters.sandbox.exchange import matching
from actors.adapters.sandbox.exchange.exchange import Answer
from actors.adapters.sandbox.exchange.fields import Body, flag, text_of
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.order import Order
from actors.adapters.sandbox.exchange.refusal import Code
from actors.adapters.sandbox.faults.faults import Faults

LOST: Final = 30.0
"""Seconds until a lost answer becomes a gateway's timeout."""
_BAN_S: Final = 5.0
_CREATE, _CANCEL = "/v5/order/create", "/v5/order/cancel"
_SKEW = "invalid request, please check your server timestamp or recv_window param."


@dataclass(frozen=True, slots=True)
class Delivery:
    """How an answer travels."""

    answer: Answer
    delay_s: float = 0.0
    copies: int = 1
    status: int = 200
    """Of HTTP; other than 200, the body is not JSON."""


class RequestFaults:
    """What may happen to a request.

    Args:
        faults: The dice.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._banned_until = -1.0
        self._before: dict[tuple[str, str], dict[str, Any]] = {}

    def is_banned(self) -> bool:
        """Whether everything is answered with HTTP 403; asked for each request."""
        return not self._faults.is_healed and self._faults.elapsed_s < self._banned_until

    def instead(self, path: str, body: Body) -> Delivery | None:
        """An answer in place of the exchange's; None: let it through."""
        strikes = self._faults.strikes
        if strikes("ban", path):
            self._banned_until = self._faults.elapsed_s + _BAN_S
            return Delivery(Answer(), status=403)
        for name, code, text in (
            ("timeout_lost", Code.TIMEOUT, "Server Timeout"),
            ("server_error", Code.SERVER_ERROR, "Server error."),
            ("clock_skew", Code.CLOCK, _SKEW),
            ("rate_burst", Code.TOO_MANY, "Too many visits. Exceeded the API Rate Limit."),
        ):
            if strikes(name, path):
                return Delivery(Answer(code, text))
        if path == _CREATE and flag(body, "reduceOnly") and strikes("reduce_only", path):
            return Delivery(Answer(Code.REDUCE_ONLY, "Reduce-only rule not satisfied"))
        unchanged = {
            "/v5/position/set-leverage": Answer(Code.LEVERAGE_NOT_MODIFIED, "leverage not modified"),
            "/v5/position/trading-stop": Answer(Code.NOT_MODIFIED, "not modified"),
        }.get(path)
        return Delivery(unchanged) if unchanged and strikes("not_modified", path) else None

    def before(self, floor: Floor, path: str, body: Body) -> None:
        """What happens on the exchange just before a request is carried out."""
        if path != _CANCEL:
            return
        order = floor.orders.find(text_of(body, "orderId"), text_of(body, "orderLinkId"))
        if order is not None and order.is_resting and self._faults.strikes("cancel_race", order.order_id):
            matching.fill(floor, order, order.price, order.leaves, is_maker=True)

    def after(self, floor: Floor, path: str, answer: Answer) -> None:
        """What happens just after."""
        order = floor.orders.find(str(answer.result.get("orderId", "")), "") if path == _CREATE else None
        if (
            order is None
            or not _can_halve(floor, order)
            or not self._faults.strikes("partial_canceled", order.order_id)
        ):
            return
        half = floor.markets[order.symbol].listing.whole_lots(order.leaves / 2)
        matching.fill(floor, order, order.price, half, is_maker=True)
        if order.is_open:
            matching.cancel(floor, order, "CancelByUser", reject_reason="EC_PerCancelRequest")

    def back(self, path: str, answer: Answer, *, by_socket: bool = False) -> Delivery:
        """How the answer to a request that changed something returns; over HTTP no answer can come twice."""
        strikes = self._faults.strikes
        if strikes("ack_lost", path):
            return Delivery(answer, delay_s=LOST, status=504)
        if strikes("bad_gateway", path):
            return Delivery(answer, status=502)
        if strikes("timeout_applied", path):
            return Delivery(Answer(Code.TIMEOUT, "Server Timeout"))
        if path == _CREATE and answer.code == Code.OK and strikes("duplicate_link", path):
            return Delivery(Answer(Code.DUPLICATE_LINK_ID, "OrderLinkedID is duplicate"))
        if strikes("ack_late", path):
            return Delivery(answer, delay_s=3.0)
        if strikes("fill_first", path):
            return Delivery(answer, delay_s=0.25)
        return Delivery(answer, copies=2 if by_socket and strikes("ack_twice", path) else 1)

    def lagging(self, path: str, question: str, answer: Answer) -> Answer:
        """The answer to a question, or the one it had before."""
        old = self._before.get((path, question))
        self._before[path, question] = answer.result
        if old is not None and self._faults.strikes("rest_lag", path):
            self._before[path, question] = old
            return replace(answer, result=old)
        return answer


def _can_halve(floor: Floor, order: Order) -> bool:
    lot = floor.markets[order.symbol].listing.lot
    return order.is_resting and order.leaves >= 2 * lot
