"""What a position holds and how it stands: the arithmetic beside the position's chart."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, cast

from core.message import Facts, Json, as_dict
from core.reasons import Reason
from core.trading.adoption import Adoption
from core.trading.floated import floated
from core.trading.modes import ADOPTED
from core.trading.signal import EntryPlan, Management

_TRAILED: Final = Reason.EXIT_TRAILING_STOP
_STOPPED: Final = Reason.EXIT_STOP
_DECIMALS: Final = ("ordered", "filled", "remaining")


@dataclass(slots=True)
class Holding:
    """One position's quantities, prices and money; quote currency unless said otherwise."""

    number: int
    mode: str
    side: int
    ordered: Decimal
    r: float
    """Distance from entry to the first stop: one R per coin."""
    risk_amount: float
    management: Management
    target: float | None
    filled: Decimal = Decimal(0)
    remaining: Decimal = Decimal(0)
    entry_price: float = 0.0
    """Average of the entry's fills."""
    stop: float = 0.0
    best: float = 0.0
    """The best close since the entry, in the position's direction."""
    last: float = 0.0
    opened_ms: int = 0
    bars: int = 0
    """Closed bars since the first fill, or while pending."""
    realized: float = 0.0
    fees: float = 0.0
    funding: float = 0.0
    orders: dict[str, str] = field(default_factory=dict)
    """Client order id of each role in flight."""
    sent: int = 0
    """Orders made so far; numbers their ids."""
    exit_reason: str = ""
    size: float = field(default=0.0, init=False)
    """`remaining` as a float, which a trade asks for many times, and each time it would go by way of text."""

    def __post_init__(self) -> None:
        self.size = floated(self.remaining)

    @staticmethod
    def planned(number: int, plan: EntryPlan) -> "Holding":
        """Nothing yet but the plan."""
        signal = plan.signal
        return Holding(
            number=number,
            mode=signal.mode,
            side=signal.side,
            ordered=plan.quantity,
            r=signal.stop_distance,
            risk_amount=plan.risk_amount,
            management=signal.management,
            target=signal.target,
        )

    @staticmethod
    def adopted(number: int, adoption: Adoption, now: int) -> "Holding":
        """A position that stands already; its money counts from its own entry price, its risk from the price now."""
        found, quantity = adoption.found, adoption.found.quantity
        return Holding(
            number=number,
            mode=ADOPTED,
            side=found.side,
            ordered=quantity,
            r=adoption.r,
            risk_amount=float(quantity) * adoption.r,
            management=adoption.management,
            target=adoption.target,
            filled=quantity,
            remaining=quantity,
            entry_price=float(found.entry_price),
            best=found.price,
            last=found.price,
            opened_ms=now,
        )

    @property
    def is_ahead(self) -> bool:
        """Whether it was taken over, and a close has reached the level from which its stop trails."""
        return self.mode == ADOPTED and (self.best - self.first_target) * self.side >= 0

    @property
    def profit(self) -> float:
        """Realised money after fees and funding."""
        return self.realized - self.fees - self.funding

    @property
    def unrealized(self) -> float:
        """What the remaining quantity gained since entry at the last price seen, before exit costs."""
        return self.side * self.size * (self.last - self.entry_price)

    @property
    def first_target(self) -> float:
        """Price of the first target: a multiple of R, or the mode's own."""
        at_r = self.management.partial_at_r
        if at_r is None:
            return self.target if self.target is not None else self.entry_price
        return self.entry_price + self.side * self.r * at_r

    def enter(self, quantity: Decimal, price: float, fee: float, now: int) -> None:
        """Take a fill of the entry."""
        average = price
        if self.filled:
            paid = float(self.filled) * self.entry_price + float(quantity) * price
            average = paid / float(self.filled + quantity)
            self.filled += quantity
            self.remaining += quantity
        else:
            self.filled = self.remaining = quantity
        self.size = floated(self.remaining)
        self.entry_price = average
        self.best = self.last = self.entry_price
        self.opened_ms = self.opened_ms or now
        self.fees += fee
        self.bars = 0

    def leave(self, quantity: Decimal, price: float, fee: float) -> float:
        """Take a fill that closes quantity; returns what it realised before fees."""
        closed = self.size if quantity == self.remaining else floated(quantity)
        realized = self.side * closed * (price - self.entry_price)
        self.remaining -= quantity
        self.size = floated(self.remaining) if self.remaining else 0.0
        self.realized += realized
        self.fees += fee
        self.last = price
        return realized

    def close_seen(self, close: float) -> None:
        """Count a closed bar."""
        self.bars += 1
        self.last = close
        self.best = max(self.best, close) if self.side > 0 else min(self.best, close)

    def trailed(self, atr: float) -> float | None:
        """Where the trailing stop belongs now, if that is nearer than where it is; None otherwise."""
        trail = self.management.trail_atr
        if trail is None:
            return None
        level = self.best - self.side * (trail * atr)
        return level if (level - self.stop) * self.side > 0 else None

    def why_left(self, role: str, *, is_first: bool) -> tuple[Reason, ...]:
        """The reasons of an end by an order of ours.

        Args:
            role: The order's.
            is_first: Whether nothing was taken before.
        """
        if role == "exit":
            return (Reason[self.exit_reason],)
        is_merged = is_first and self.management.partial_fraction < 1
        return (Reason.EXIT_TARGET, Reason.DUST_MERGED) if is_merged else (Reason.EXIT_TARGET,)

    def why_stopped(self, *, is_trailing: bool) -> Reason:
        """The reason of an end by its protective stop."""
        return _TRAILED if is_trailing or self.is_ahead else _STOPPED

    def facts(self) -> Facts:
        """How the trade went, for the record of its end."""
        return {
            "mode": self.mode,
            "profit": self.profit,
            "r_multiple": self.profit / self.risk_amount if self.risk_amount else 0.0,
            "fees": self.fees,
            "funding": self.funding,
            "bars": self.bars,
        }

    def shown(self) -> Facts:
        """How it stands, for the page; None where there is nothing yet."""
        return {
            "mode": self.mode,
            "side": self.side,
            "quantity": float(self.remaining or self.ordered),
            "entry_price": self.entry_price or None,
            "stop": self.stop or None,
            "r": self.r,
            "best_close": self.best or None,
            "unrealized_pnl": self.unrealized,
            "unrealized_r": self.unrealized / self.risk_amount if self.risk_amount else 0.0,
            "opened_at": self.opened_ms or None,
        }

    def save(self) -> Json:
        """Everything as JSON; decimals as text."""
        decimals = {name: str(getattr(self, name)) for name in _DECIMALS}
        return as_dict(self) | decimals | {"orders": dict(self.orders), "management": as_dict(self.management)}

    @classmethod
    def restore(cls, saved: Json) -> "Holding":
        """The holding as `save` left it."""
        values = dict(cast("dict[str, Json]", saved))
        decimals = {name: Decimal(cast("str", values.pop(name))) for name in _DECIMALS}
        management = Management(**cast("dict[str, float]", values.pop("management")))  # type: ignore[arg-type]  # save wrote them
        return cls(**values, **decimals, management=management)  # type: ignore[arg-type]  # save wrote them


def fill_facts(quantity: Decimal, price: float, fee: float) -> Facts:
    """A fill, for the record it moved the chart by."""
    return {"quantity": floated(quantity), "price": price, "fee": fee}
