"""One field of what Bybit says: read as what it must be, or a complaint that names it.

Numbers come as text; one that does not apply is `""`, `"0"`, null or absent, depending on where it is asked for.
"""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from core.errors import FeedMalformed

Item = Mapping[str, Any]
"""An object of an answer's list, or of a stream's `data`."""

SIDES: Final = {"Buy": 1, "Sell": -1}
_SHOWN: Final = 60


def text(item: Item, name: str) -> str:
    """A text; empty where it is absent or null.

    Raises:
        FeedMalformed: If the item is no object, or the field is something else.
    """
    if not isinstance(item, Mapping):
        raise FeedMalformed(f"Bybit: an object with the field {name} was expected, not {_shown(item)}")
    value = item.get(name)
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise malformed(item, name, "a text")
    return str(value)


def needed(item: Item, name: str) -> str:
    """A text that must be there."""
    found = text(item, name)
    if not found:
        raise malformed(item, name, "a text that is not empty")
    return found


def decimal(item: Item, name: str) -> Decimal:
    """A finite number."""
    try:
        found = Decimal(needed(item, name))
    except InvalidOperation:
        raise malformed(item, name, "a number") from None
    if not found.is_finite():
        raise malformed(item, name, "a finite number")
    return found


def amount(item: Item, name: str) -> Decimal:
    """A number not below 0; 0 where it is absent or empty."""
    if not text(item, name):
        return Decimal(0)
    found = decimal(item, name)
    if found < 0:
        raise malformed(item, name, "a number not below 0")
    return found


def positive(item: Item, name: str) -> Decimal | None:
    """A number above 0; None where Bybit says that there is none."""
    return amount(item, name) or None


def whole(item: Item, name: str) -> int:
    """A whole number, such as a time in ms."""
    found = decimal(item, name)
    if found != found.to_integral_value():
        raise malformed(item, name, "a whole number")
    return int(found)


def moment(item: Item, name: str) -> int:
    """A time, UTC ms; 0 where there is none yet."""
    return whole(item, name) if text(item, name) else 0


def truth(item: Item, name: str) -> bool:
    """A truth; false where it is absent or null."""
    value = item.get(name)
    if value is not None and not isinstance(value, bool):
        raise malformed(item, name, "true or false")
    return bool(value)


def side(item: Item) -> int:
    """1: buy, -1: sell."""
    found = SIDES.get(text(item, "side"))
    if found is None:
        raise malformed(item, "side", "Buy or Sell")
    return found


def rows(result: Item, name: str = "list") -> list[Any]:
    """A list that must be there: one that is missing is not one that is empty."""
    found = result.get(name) if isinstance(result, Mapping) else None
    if not isinstance(found, list):
        raise FeedMalformed(f"Bybit: {name} must be a list, not {_shown(found)}")
    return found


def malformed(item: Item, name: str, wanted: str) -> FeedMalformed:
    """The complaint about a field: its name, its value, what it should have been."""
    return FeedMalformed(f"Bybit: {name} must be {wanted}, not {_shown(item.get(name))}")


def _shown(value: Any) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN else f"{shown[: _SHOWN - 1]}…"
