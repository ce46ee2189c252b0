"""The order gate, the last actor before a venue: re-checks, on the views of this wave, what an opening order needs."""

from typing import ClassVar, cast

from actors.kernel.effects import NOTHING, Effects, Tell
from core.message import Json
from core.notices import (
    ConnectionChanged,
    OrderFound,
    OrderLeft,
    OrderLost,
    RegimeAssessed,
    RiskChanged,
    SessionChanged,
)
from core.reasons import Reason
from core.trading.adoption import ProtectPosition
from core.trading.orders import (
    AmendOrder,
    CancelOrder,
    MoveStop,
    OrderRefused,
    OrderRequest,
    PlaceOrder,
    ReplaceRefused,
)
from core.verdict import Approved


class OrderGate:
    """Approves orders for the venue, or refuses with the condition that fails (I3, I4, I10, I12).

    Args:
        venue: Address of the venue's port.
        streams: The connections that must be live.
    """

    address = "gate"
    inputs: ClassVar[tuple[type, ...]] = ()

    def __init__(self, *, venue: str, streams: tuple[str, ...] = ("market",)) -> None:
        self._venue = venue
        self._session = "starting"
        self._streams = dict.fromkeys(streams, "disconnected")
        self._risk = "normal"
        self._permits: tuple[str, bool] = ("undetermined", False)
        self._opening: dict[str, str] = {}
        self._lost: dict[str, str] = {}

    def wants(self, message: object) -> bool:
        """Nothing from outside."""
        return False

    def receive(self, message: object, now: int) -> Effects:
        """Pass on what may pass."""
        match message:
            case PlaceOrder():
                return self._place(message.request)
            case OrderLeft(symbol, client_order_id):
                if self._opening.get(symbol) == client_order_id:
                    del self._opening[symbol]
                self._lost.pop(client_order_id, None)
            case MoveStop() | CancelOrder() | ProtectPosition():
                return [Tell(self._venue, message)]
            case AmendOrder(symbol, client_order_id):
                return self._amend(message, symbol, client_order_id)
            case OrderLost(symbol, client_order_id):
                self._lost[client_order_id] = symbol
            case OrderFound(_, client_order_id):
                self._lost.pop(client_order_id, None)
            case RiskChanged(state):
                self._risk = state
            case RegimeAssessed(regime, _, permission):
                self._permits = (regime, permission.allows_entries)
            case SessionChanged(state):
                self._session = state
            case ConnectionChanged(stream, state) if stream in self._streams:
                self._streams[stream] = state
            case _:
                pass
        return NOTHING

    def save(self) -> Json:
        """Opening orders in flight; the other views are told anew."""
        return {"opening": dict(self._opening), "lost": dict(self._lost), "risk": self._risk}

    def restore(self, saved: Json) -> None:
        """Take them back."""
        values = cast("dict[str, Json]", saved)
        self._opening = cast("dict[str, str]", values["opening"])
        self._lost = cast("dict[str, str]", values["lost"])
        self._risk = cast("str", values["risk"])

    def view(self) -> dict[str, Json]:
        """What is in flight."""
        return {"opening": dict(self._opening), "unknown": dict(self._lost)}

    def _place(self, request: OrderRequest) -> Effects:
        refusal = None if request.reduce_only else self._refusal(request)
        if refusal is not None:
            refused = OrderRefused(request.client_order_id, Reason.ORDER_REFUSED_BY_GATE, refusal, None, None)
            return [Tell(f"{request.symbol}/order", refused)]
        if not request.reduce_only:
            self._opening[request.symbol] = request.client_order_id
        return [Tell(self._venue, Approved(request))]

    def _amend(self, message: AmendOrder, symbol: str, client_order_id: str) -> Effects:
        """An entry is quoted anew only where it might be placed."""
        refusal = self._shut()
        if refusal is None:
            return [Tell(self._venue, message)]
        refused = ReplaceRefused(client_order_id, None, Reason.ORDER_REFUSED_BY_GATE, refusal)
        return [Tell(f"{symbol}/order", refused)]

    def _refusal(self, request: OrderRequest) -> str | None:
        """The first condition an opening order fails, in words; None where all hold."""
        shut = self._shut()
        if shut is not None:
            return shut
        if request.symbol in self._opening:
            return f"{self._opening[request.symbol]} is still in flight"
        # Of a close too: found late, it would close what this one opens.
        lost = next((order for order, symbol in self._lost.items() if symbol == request.symbol), None)
        return None if lost is None else f"the outcome of {lost} is not known"

    def _shut(self) -> str | None:
        """Why nothing is opened at all, in words; None where it may be."""
        regime, permitted = self._permits
        if self._session != "trading":
            return f"the session is {self._session}, not trading"
        for stream, state in self._streams.items():
            if state != "live":
                return f"the {stream} stream is {state}, not live"
        if not permitted:
            return f"the regime {regime} permits no entry"
        return None if self._risk in ("normal", "reduced") else f"risk is {self._risk}"
