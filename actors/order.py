"""The order keeper: owns one chart per order of its symbol, and passes fills on to the position they belong to."""

from decimal import Decimal
from typing import ClassVar, Final, cast

from actors.kernel.effects import NOTHING, CancelTimer, Effect, Effects, SetTimer, Tell
from core.book.sample import FeatureSample
from core.message import Facts, Json, revised
from core.messages import TimerFired
from core.notices import OrderLeft, OrderLost
from core.reasons import Reason
from core.trading.chase import GOES_ON, Chase, Hunt, Move
from core.trading.orders import (
    AmendOrder,
    CancelOrder,
    LegEnded,
    LegFilled,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderRefused,
    OrderReplaced,
    OrderRequest,
    PlaceOrder,
    ReplaceRefused,
    StopFilled,
)
from core.trading.wire import as_json, request_from
from machines.instance import Instance
from machines.order import OrderChart

_ACCEPTED: Final = (Reason.ORDER_ACCEPTED,)
_SUBMITTED: Final = (Reason.ORDER_SUBMITTED,)
_FILLED: Final = (Reason.ORDER_FILLED,)
_PARTLY_FILLED: Final = (Reason.ORDER_PARTIALLY_FILLED,)
_LOST: Final = (Reason.OUTCOME_UNKNOWN,)
_SENT: Final = frozenset({"pending_new", "pending_cancel", "pending_replace"})
"""States that wait for an answer, which may be lost."""
_CHASE: Final = "chase"
_RESTS: Final = frozenset({"new", "partially_filled"})


class OrderKeeper:
    """Keeps every order of one symbol until it is final.

    Args:
        symbol: Whose orders.
        chase: Decides where market entries are quoted instead; None: they cross.
    """

    inputs: ClassVar[tuple[type, ...]] = (FeatureSample,)

    def __init__(self, symbol: str, chase: Chase | None = None) -> None:
        self.address = f"{symbol}/order"
        self._symbol = symbol
        self._position = f"{symbol}/position"
        self._number = 0
        self._live: dict[str, tuple[Instance, OrderRequest]] = {}
        self._chase = chase

    def wants(self, message: object) -> bool:
        """Samples of its symbol's book, where entries are chased."""
        return self._chase is not None and cast("FeatureSample", message).symbol == self._symbol

    def receive(self, message: object, now: int) -> Effects:
        """Move the order's chart and pass the news on."""
        match message:
            case OrderAccepted():
                chart, _ = self._live[message.client_order_id]
                found = (*_ACCEPTED, Reason.UNKNOWN_RESOLVED) if chart.is_in("unknown") else _ACCEPTED
                return chart.fire("accept", now, reasons=found)
            case PlaceOrder():
                return self._place(message, now)
            case OrderFilled():
                return self._fill(message, now)
            case StopFilled():
                # Through here, so that it cannot overtake the fill of the entry it protects.
                return [Tell(self._position, message)]
            case OrderCanceled(client_order_id, reason):
                return self._end("cancel", client_order_id, reason, now, {})
            case CancelOrder(reason=reason):
                return self._cancel(message, now, (reason,), {})
            case OrderRefused(client_order_id, reason, detail, value, threshold):
                facts: Facts = {"detail": detail, "value": value, "threshold": threshold}
                return self._end("reject", client_order_id, reason, now, facts)
            case OrderLost(_, client_order_id):
                chart, _ = self._live[client_order_id]
                # An order that is sent once more under its own id may be lost twice.
                return chart.fire("lose_track", now, reasons=_LOST) if _SENT & {*chart.configuration} else NOTHING
            case OrderReplaced() | ReplaceRefused():
                return self._settled(message, now)
            case _:
                return NOTHING if self._chase is None else self._chased(self._chase, message, now)

    @property
    def has_entry(self) -> bool:
        """Whether an opening order is not final yet."""
        return any(not request.reduce_only for _, request in self._live.values())

    def save(self) -> Json:
        """Every live order with its chart."""
        saved: dict[str, Json] = {
            "number": self._number,
            "live": [[chart.instance, chart.save(), as_json(request)] for chart, request in self._live.values()],
        }
        return saved if self._chase is None else saved | {"chase": self._chase.save()}

    def restore(self, saved: Json) -> None:
        """Take them back."""
        values = cast("dict[str, Json]", saved)
        self._number = cast("int", values["number"])
        self._live = {}
        for instance, state, fields in cast("list[tuple[str, Json, dict[str, Json]]]", values["live"]):
            chart = Instance.restore(OrderChart, state, instance=instance, actor=self.address)
            request = request_from(fields)
            self._live[request.client_order_id] = (chart, request)
        if self._chase is not None:
            self._chase.restore(values["chase"])

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

    def _place(self, message: PlaceOrder, now: int) -> Effects:
        request = message.request
        if self._chase is not None and not request.reduce_only and request.price is None:
            return self._begin(self._chase, request, now)
        return [self._create(request, _SUBMITTED, now), Tell("gate", message)]

    def _create(self, request: OrderRequest, reasons: tuple[Reason, ...], now: int) -> Effect:
        self._number += 1
        chart = Instance(OrderChart, instance=f"{self._symbol}/order/{self._number}", actor=self.address)
        self._live[request.client_order_id] = (chart, request)
        return chart.create(now, reasons=reasons, facts=request)

    def _fill(self, fill: OrderFilled, now: int) -> Effects:
        chart, request = self._live[fill.client_order_id]
        reasons = _FILLED if fill.complete else _PARTLY_FILLED
        effects: list[Effect] = list(chart.fire("fill", now, reasons=reasons, facts=fill, complete=fill.complete))
        effects.append(Tell(self._position, LegFilled(request.role, fill)))
        return [*effects, *self._left(fill.client_order_id)]

    def _cancel(self, message: CancelOrder, now: int, reasons: tuple[Reason, ...], facts: Facts) -> Effects:
        client_order_id = message.client_order_id
        if client_order_id not in self._live:
            return self._give_up_waiting(message)
        chart, _ = self._live[client_order_id]
        if chart.is_in("pending_cancel"):
            return NOTHING
        if not _RESTS & {*chart.configuration}:
            # The chart waits for an answer; what comes first, venue's yes or cancel, is taken.
            return [Tell("gate", message)]
        return [*chart.fire("request_cancel", now, reasons=reasons, facts=facts), Tell("gate", message)]

    def _end(self, event: str, client_order_id: str, reason: Reason, now: int, facts: Facts) -> Effects:
        chart, request = self._live[client_order_id]
        effects: list[Effect] = list(chart.fire(event, now, reasons=(reason,), facts=facts))
        effects.append(Tell(self._position, LegEnded(request.role, client_order_id, reason)))
        return [*effects, *self._left(client_order_id, goes_on=reason in GOES_ON)]

    def _left(self, client_order_id: str, *, goes_on: bool = False) -> list[Effect]:
        """Forget an order that is final, and clear the way for the next opening one."""
        chart, request = self._live[client_order_id]
        if not chart.is_final:
            return []
        del self._live[client_order_id]
        if request.reduce_only:
            return []
        over = self._over() if self._hunted == client_order_id and not goes_on else []
        return [Tell("gate", OrderLeft(self._symbol, client_order_id)), *over]

    # --- the chase of an entry

    @property
    def _hunted(self) -> str:
        """The order that is chased; empty: none."""
        hunt = None if self._chase is None else self._chase.hunt
        return "" if hunt is None else hunt.order

    def _begin(self, chase: Chase, request: OrderRequest, now: int) -> Effects:
        move = chase.begin(request, now)
        hunt = chase.hunt
        timer = [] if hunt is None else [SetTimer(_CHASE, hunt.until_ms)]
        return [*timer, *([] if move is None else self._open(chase, move, request, now))]

    def _open(self, chase: Chase, move: Move, request: OrderRequest, now: int) -> list[Effect]:
        """Make the order that a chase is to have now, or say why it has none."""
        client_order_id, hunt = request.client_order_id, chase.hunt
        if hunt is not None:
            hunt.order, hunt.waiting = client_order_id, None
            request = revised(request, reference_price=hunt.reference)
        if move.what == "end":
            created = self._create(request, move.reasons, now)
            return [created, *self._end("reject", client_order_id, move.reasons[-1], now, move.facts)]
        if move.what == "quote":
            request = revised(request, price=move.price, post_only=True)
        else:
            met = request.reference_price if move.price is None else float(move.price)
            request = revised(request, reference_price=met)
        created = self._create(request, (Reason.ORDER_SUBMITTED, *move.reasons), now)
        return [created, Tell("gate", PlaceOrder(request))]

    def _chased(self, chase: Chase, message: object, now: int) -> Effects:
        """Look at the touch with every sample, and at the clock when the chase has lasted long enough."""
        is_due = type(message) is TimerFired
        if type(message) is FeatureSample:
            chase.hear(message)
        hunt = chase.hunt
        if hunt is None or not (is_due or type(message) is FeatureSample):
            return NOTHING
        if hunt.waiting is not None:
            move = chase.look(now)
            return NOTHING if move is None else self._open(chase, move, hunt.waiting, now)
        if hunt.order not in self._live:
            return NOTHING
        chart, _ = self._live[hunt.order]
        move = chase.look(now) if is_due or _RESTS & {*chart.configuration} else None
        return NOTHING if move is None else self._move(hunt, move, chart, now)

    def _move(self, hunt: Hunt, move: Move, chart: Instance, now: int) -> Effects:
        """Move the order that rests, or take it back."""
        if move.what != "quote" or move.price is None:
            return self._cancel(CancelOrder(self._symbol, hunt.order, move.reasons[-1]), now, move.reasons, move.facts)
        fired = chart.fire("request_replace", now, reasons=move.reasons, facts=move.facts)
        return [*fired, Tell("gate", AmendOrder(self._symbol, hunt.order, move.price))]

    def _settled(self, word: OrderReplaced | ReplaceRefused, now: int) -> Effects:
        """Where an order rests that was to be moved."""
        client_order_id = word.client_order_id
        if self._chase is None or client_order_id not in self._live:
            return NOTHING
        chart, request = self._live[client_order_id]
        price = request.price if word.price is None else word.price
        self._live[client_order_id] = (chart, revised(request, price=price))
        self._chase.rests(cast("Decimal", price))
        facts: Facts = {"price": float(cast("Decimal", price))}
        event, reasons = "replace", [Reason.ORDER_REPLACED]
        if isinstance(word, ReplaceRefused):
            event, reasons = "refuse_replace", [Reason.REPLACE_NOT_MADE, word.reason]
            facts["detail"] = word.detail
        if chart.is_in("unknown"):
            event, reasons = "accept", [Reason.UNKNOWN_RESOLVED, *reasons]
        effects: list[Effect] = []
        if chart.is_in("unknown") or chart.is_in("pending_replace"):  # else a fill or a cancel was quicker
            effects += chart.fire(event, now, reasons=tuple(reasons), facts=facts)
        if reasons[-1] is Reason.ORDER_REFUSED_BY_GATE:  # what must not be opened must not go on being quoted
            why = CancelOrder(self._symbol, client_order_id, Reason.ORDER_REFUSED_BY_GATE)
            effects += self._cancel(why, now, (why.reason,), {})
        return effects

    def _give_up_waiting(self, message: CancelOrder) -> Effects:
        """Take back an entry that waits for its next quote, and that no venue has."""
        hunt = None if self._chase is None else self._chase.hunt
        waiting = None if hunt is None else hunt.waiting
        if waiting is None or waiting.client_order_id != message.client_order_id:
            return NOTHING
        ended = LegEnded(waiting.role, waiting.client_order_id, message.reason)
        return [Tell(self._position, ended), *self._over()]

    def _over(self) -> list[Effect]:
        cast("Chase", self._chase).hunt = None
        return [CancelTimer(_CHASE)]
