"""The paper venue's book: what rests on it and the position it holds; floats inside, decimals for quantities."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import cast

from core.message import Json, as_dict
from core.trading.floated import floated
from core.trading.orders import OrderRequest


@dataclass(slots=True)
class Resting:
    """One order on the book."""

    client_order_id: str
    position: str
    side: int
    quantity: Decimal
    price: float | None
    """Limit; None: fills at the next open."""
    reduce_only: bool
    stop_distance: float | None

    @property
    def limit(self) -> float:
        """The limit of an order that has one."""
        return cast("float", self.price)

    def reached(self, open_: float, high: float, low: float) -> float | None:
        """The price at which a bar fills this limit order, or None.

        A closing limit fills when touched, at the better of open and limit; an opening one (post-only) only when the
        bar trades through it, at its own price.
        """
        if self.price is None:
            return None
        if not self.reduce_only:
            through = low < self.price if self.side > 0 else high > self.price
            return self.price if through else None
        if self.side > 0:
            return min(open_, self.price) if low <= self.price else None
        return max(open_, self.price) if high >= self.price else None


@dataclass(slots=True)
class PaperBook:
    """Resting orders and one position with its protective stop."""

    resting: dict[str, Resting] = field(default_factory=dict)
    position: str = ""
    side: int = 0
    quantity: Decimal = Decimal(0)
    stop: float = 0.0

    def holds(self, position: str) -> bool:
        """Whether quantity of this position is open."""
        return bool(self.quantity) and self.position == position

    def rest(self, request: OrderRequest) -> None:
        """Put an order on the book."""
        self.resting[request.client_order_id] = Resting(
            client_order_id=request.client_order_id,
            position=request.position,
            side=request.side,
            quantity=request.quantity,
            price=None if request.price is None else floated(request.price),
            reduce_only=request.reduce_only,
            stop_distance=request.stop_distance,
        )

    def take(self, order: Resting, price: float) -> Decimal:
        """Fill an order that rests here; returns the quantity filled, which for a closing order is what is left."""
        self.resting.pop(order.client_order_id, None)
        if order.reduce_only:
            quantity = min(order.quantity, self.quantity)
            self.quantity -= quantity
            return quantity
        self.position, self.side, self.quantity = order.position, order.side, order.quantity
        self.stop = price - order.side * cast("float", order.stop_distance)
        return order.quantity

    def stop_is_hit(self, high: float, low: float) -> bool:
        """Whether a bar's range reaches the stop of what is held."""
        return bool(self.quantity) and (low <= self.stop if self.side > 0 else high >= self.stop)

    def flatten(self) -> None:
        """The position is gone."""
        self.quantity = Decimal(0)

    def save(self) -> Json:
        """Everything as JSON; decimals as text."""
        resting = [as_dict(order) | {"quantity": str(order.quantity)} for order in self.resting.values()]
        return {
            "resting": cast("list[Json]", resting),
            "position": self.position,
            "side": self.side,
            "quantity": str(self.quantity),
            "stop": self.stop,
        }

    @classmethod
    def restore(cls, saved: Json) -> "PaperBook":
        """The book as `save` left it."""
        values = dict(cast("dict[str, Json]", saved))
        rows = cast("list[dict[str, Json]]", values.pop("resting"))
        orders = [Resting(**row | {"quantity": Decimal(cast("str", row["quantity"]))}) for row in rows]  # type: ignore[arg-type]  # save wrote them
        quantity = Decimal(cast("str", values.pop("quantity")))
        resting = {order.client_order_id: order for order in orders}
        return cls(**values, quantity=quantity, resting=resting)  # type: ignore[arg-type]  # save wrote them
