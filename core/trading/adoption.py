"""Taking over a position that nobody here leads: what was found, how it will be led, what risk says of it."""

from decimal import Decimal

from core.message import Json, message
from core.reasons import Reason
from core.trading.signal import Management

Objection = tuple[Reason, float, float]
"""(reason, measured value, threshold): what is not as risk wants it, though the position exists already."""


@message
class PositionFound:
    """What the venue holds in a symbol and nobody here opened, exact in Decimal."""

    symbol: str
    side: int
    quantity: Decimal
    entry_price: Decimal
    stop: Decimal | None
    """The one that stands on the venue; None: there is none."""
    price: float
    """The mark price, from where everything is measured that a signal would have given."""
    fallback: float
    """Quote currency per coin; distance of the stop where nothing is measured yet."""
    reason: Reason = Reason.POSITION_ADOPTED


@message
class Adoption:
    """A found position with the rules that will lead it."""

    found: PositionFound
    stop_distance: float
    """Quote currency per coin; where a new entry would have its stop."""
    target: float
    """The close that must be reached until the stop trails."""
    management: Management
    objections: tuple[Objection, ...] = ()

    @property
    def away(self) -> float | None:
        """Distance from the price to the stop that stands, 0 or less: on the wrong side; None: there is none."""
        found = self.found
        return None if found.stop is None else (found.price - float(found.stop)) * found.side

    @property
    def r(self) -> float:
        """What is at risk per coin from now on: to the stop that stands, else to the one that will."""
        away = self.away
        return away if away is not None and away > 0 else self.stop_distance

    def told(self) -> list[Json]:
        """The objections as the journal holds them."""
        return [
            {"reason": reason.name, "value": value, "threshold": threshold}
            for reason, value, threshold in self.objections
        ]


@message
class ProtectPosition:
    """Watch over the stop of a position that was taken over: keep the one that stands, set this one where none does."""

    symbol: str
    position: str
    side: int
    stop: Decimal
