"""One deciding actor alone: what it says, to whom, and what it records."""

import json
from decimal import Decimal
from typing import Any, TypeVar

from actors.kernel.actor import Decider
from actors.kernel.effects import Effects, Tell
from core.reasons import Reason
from core.records import Transition
from core.trading.orders import OrderRequest
from core.trading.signal import EntryPlan, Management, Signal

SYMBOL = "BTCUSDT"
D = TypeVar("D", bound=Decider)


def told(effects: Effects, to: str) -> list[Any]:
    """The messages for one address, in order."""
    return [effect.message for effect in effects if isinstance(effect, Tell) and effect.to == to]


def moves(effects: Effects) -> list[tuple[str, str, tuple[str, ...]]]:
    """Every transition as (event, innermost new states, reason codes)."""
    return [
        (effect.event, "/".join(effect.target), tuple(reason.name for reason in effect.reasons))
        for effect in effects
        if isinstance(effect, Transition)
    ]


def events(effects: Effects) -> list[str]:
    """Every transition's event."""
    return [effect.event for effect in effects if isinstance(effect, Transition)]


def only(effects: Effects, kind: type[Any]) -> list[Any]:
    """The effects of one kind."""
    return [effect for effect in effects if isinstance(effect, kind)]


def reborn(old: Decider, new: D) -> D:
    """A new actor with the state an old one saved, by way of JSON text."""
    new.restore(json.loads(json.dumps(old.save(), allow_nan=False)))
    return new


def request(role: str = "entry", number: int = 1, **changes: Any) -> OrderRequest:
    """An order; a market entry to begin with."""
    is_entry = role == "entry"
    given: dict[str, Any] = {
        "client_order_id": f"cw-{role}-{number}",
        "symbol": SYMBOL,
        "position": f"{SYMBOL}/position/1",
        "role": role,
        "side": 1 if is_entry else -1,
        "quantity": Decimal(2),
        "price": None,
        "post_only": False,
        "reduce_only": not is_entry,
        "stop_distance": 4.0 if is_entry else None,
    }
    return OrderRequest(**(given | changes))


def signal(**changes: Any) -> Signal:
    """A breakout, led as the design leads it."""
    given: dict[str, Any] = {
        "symbol": SYMBOL,
        "mode": "TREND_BREAKOUT",
        "side": 1,
        "entry_price": 100.0,
        "stop_distance": 4.0,
        "target": None,
        "size_multiplier": 1.0,
        "management": Management(0.5, 1.0, 2.0, None, 0, None),
        "reasons": (Reason.TREND_BREAKOUT, Reason.DONCHIAN_BREAK),
    }
    return Signal(**(given | changes))


def plan(quantity: str = "2", **changes: Any) -> EntryPlan:
    """That signal, sized."""
    made = signal(**changes)
    return EntryPlan(made, Decimal(quantity), float(quantity) * made.stop_distance)
