"""Orders as JSON and back, without losing a digit."""

from decimal import Decimal
from typing import cast

from core.message import Facts, Json, as_dict
from core.trading.orders import OrderRequest


def as_json(request: OrderRequest) -> dict[str, Json]:
    """An order as JSON; decimals as text."""
    return as_dict(request) | {
        "quantity": str(request.quantity),
        "price": None if request.price is None else str(request.price),
    }


def request_from(saved: Json) -> OrderRequest:
    """The order `as_json` gave."""
    fields = dict(cast("dict[str, Json]", saved))
    price = cast("str | None", fields.pop("price"))
    quantity = Decimal(cast("str", fields.pop("quantity")))
    return OrderRequest(**fields, quantity=quantity, price=None if price is None else Decimal(price))  # type: ignore[arg-type]  # as_json wrote them


def place_fields(request: OrderRequest, stop: str | None) -> Facts:
    """What a venue must be told to take an order; decimals as text.

    Args:
        request: The order.
        stop: On an entry, the absolute price of its protective stop.
    """
    return {
        "symbol": request.symbol,
        "side": request.side,
        "quantity": format(request.quantity, "f"),
        "price": None if request.price is None else format(request.price, "f"),
        "post_only": request.post_only,
        "reduce_only": request.reduce_only,
        "stop": stop,
    }
