"""What a request says, field by field, or the refusal of what it says badly.

A request arrives as JSON or as a query string, so every value may be text.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from actors.adapters.sandbox.exchange.amount import ZERO
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.market import Market
from actors.adapters.sandbox.exchange.refusal import Code, Refused

Body = Mapping[str, Any]


def bad(text: str) -> Refused:
    """A request parameter is at fault."""
    return Refused(Code.PARAMETER, text)


def text_of(body: Body, name: str, default: str = "") -> str:
    """A text; the default where it is absent or null."""
    value = body.get(name)
    return default if value is None else str(value)


def needed(body: Body, name: str) -> str:
    """A text that must be there."""
    value = text_of(body, name)
    if not value:
        raise bad(f"params error: The {name} is required")
    return value


def choice(body: Body, name: str, allowed: tuple[str, ...], default: str = "") -> str:
    """One of some words."""
    value = text_of(body, name) or default
    if value not in allowed:
        raise bad(f"params error: {name} invalid")
    return value


def flag(body: Body, name: str) -> bool:
    """A truth; false where it is absent."""
    return text_of(body, name).lower() in {"true", "1"}


def number(body: Body, name: str) -> Decimal | None:
    """A number written as text; None where it is absent or empty."""
    value = text_of(body, name)
    if not value:
        return None
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise bad(f"params error: {name} invalid") from None
    if not found.is_finite() or found < 0:
        raise bad(f"params error: {name} invalid")
    return found


def amount(body: Body, name: str) -> Decimal:
    """A number, 0 where it is absent."""
    return number(body, name) or ZERO


def whole(body: Body, name: str, default: int, *, most: int | None = None) -> int:
    """A whole number; above `most` it is `most`."""
    value = text_of(body, name)
    if not value:
        return default
    if not value.isdecimal():
        raise bad(f"params error: {name} invalid")
    return int(value) if most is None else min(int(value), most)


def is_linear(body: Body) -> None:
    """The only category there is."""
    if text_of(body, "category") != "linear":
        raise bad("params error: Category is invalid, the sandbox has linear")


def market_of(floor: Floor, body: Body) -> Market:
    """The market that a request names."""
    is_linear(body)
    market = floor.markets.get(text_of(body, "symbol"))
    if market is None:
        raise bad("params error: symbol invalid")
    return market


def some_markets(floor: Floor, body: Body) -> list[Market]:
    """The market that a request names, or all."""
    is_linear(body)
    return [market_of(floor, body)] if text_of(body, "symbol") else list(floor.markets.values())
