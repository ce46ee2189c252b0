"""One position on its way, for the tests that lead it."""

from decimal import Decimal
from typing import Any

from actors.kernel.effects import Effects
from actors.position import PositionKeeper
from core.reasons import Reason
from core.trading.booking import BarAssessed, PositionChanged
from core.trading.instrument import Instrument
from core.trading.orders import (
    CancelOrder,
    LegEnded,
    LegFilled,
    OrderFilled,
    PlaceOrder,
)
from core.trading.signal import Management
from core.verdict import Approved
from tests.actors.stage import SYMBOL, events, plan, told

INSTANCE = f"{SYMBOL}/position/1"
EXACT = Instrument(tick=Decimal("0.1"), lot=Decimal("0.001"), min_quantity=Decimal("0.001"), min_notional=Decimal(5))
FADE: dict[str, Any] = {"mode": "VWAP_REVERSION", "target": 106.0}


def keeper() -> PositionKeeper:
    """A position keeper with nothing to keep."""
    return PositionKeeper(SYMBOL, EXACT, listeners=("strategist",), account="risk")


def orders(effects: Effects) -> list[Any]:
    """The orders asked for."""
    return [said.request for said in told(effects, f"{SYMBOL}/order") if isinstance(said, PlaceOrder)]


def canceled(effects: Effects) -> list[str]:
    """The orders taken back."""
    return [said.client_order_id for said in told(effects, f"{SYMBOL}/order") if isinstance(said, CancelOrder)]


def states(effects: Effects) -> list[str]:
    """What the strategist is told."""
    return [changed.state for changed in told(effects, "strategist") if isinstance(changed, PositionChanged)]


def led(partial: float = 0.5, **changes: Any) -> Management:
    """How a position is led."""
    given: dict[str, Any] = {
        "partial_at_r": 1.0,
        "trail_atr": 2.0,
        "time_stop_bars": None,
        "entry_live_bars": 0,
        "secondary_target": None,
    }
    return Management(partial, **(given | changes))


def fill(
    role: str, number: int, quantity: str, price: float, *, complete: bool = True, stop: float | None = None
) -> LegFilled:
    """A fill of one of the position's orders."""
    client_order_id = f"cw-{SYMBOL}-1-{number}-{role}"
    done = OrderFilled(client_order_id, Decimal(quantity), price, 0.5, maker=False, complete=complete, stop_price=stop)
    return LegFilled(role, done)


def ended(role: str, number: int, reason: Reason) -> LegEnded:
    """The end of one of its orders."""
    return LegEnded(role, f"cw-{SYMBOL}-1-{number}-{role}", reason)


def bar(close: float, atr: float = 2.0, regime: str = "RISK_ON") -> BarAssessed:
    """A closed bar."""
    return BarAssessed(close, atr, regime)


def pending(**changes: Any) -> PositionKeeper:
    """An entry on its way."""
    position = keeper()
    position.receive(Approved(plan(**changes)), 0)
    return position


def opened(side: int = 1, **changes: Any) -> PositionKeeper:
    """2 coins at 100, the stop 4 away, the first target at rest."""
    position = pending(side=side, **changes)
    position.receive(fill("entry", 1, "2", 100.0, stop=100.0 - side * 4), 1)
    return position


def partially(side: int = 1, **changes: Any) -> PositionKeeper:
    """Half of it taken at the target."""
    position = opened(side, **changes)
    effects = position.receive(fill("partial", 2, "1", 100.0 + side * 4), 2)
    assert events(effects) == ["take_partial"]
    assert states(effects) == ["partial"]
    return position
