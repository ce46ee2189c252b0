"""What the strategist proposes and risk sizes (000 §7.4): side, entry, stop, target, mode, reasons."""

from decimal import Decimal
from typing import Final

from core.message import Facts, message
from core.reasons import Reason

_APPROVED: Final = (Reason.ENTRY_APPROVED,)
_CUT: Final = (Reason.ENTRY_APPROVED, Reason.SIZE_CUT_TO_VENUE)


@message
class Management:
    """How a position is led once it is open."""

    partial_fraction: float
    """Share taken at the first target; 1 closes there, 0 takes none."""
    partial_at_r: float | None
    """R of the first target; None where `target` is a price."""
    trail_atr: float | None
    """ATRs between the best close and the trailing stop; None: no trail."""
    time_stop_bars: int | None
    """Closed bars without progress after which it is closed; None: none."""
    entry_live_bars: int
    """Closed bars a resting entry stays; 0 for market entries."""
    secondary_target: float | None
    """Price of the rest's limit after the first target, or None."""


@message
class Signal:
    """A proposal to open a position."""

    symbol: str
    mode: str
    side: int
    entry_price: float
    """Reference price: the signal bar's close."""
    stop_distance: float
    """One R in quote currency per coin."""
    target: float | None
    """Price of the first target where the mode has one, else None: it follows from R."""
    size_multiplier: float
    """The regime's, times the confidence's."""
    management: Management
    reasons: tuple[Reason, ...]


@message
class EntryPlan:
    """A signal with its quantity."""

    signal: Signal
    quantity: Decimal
    risk_amount: float
    """Quote currency lost at the stop, before costs."""
    cut_from: Decimal | None = None
    """What risk allowed, where that was more than the venue takes in one order."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """The signal's, and what risk adds."""
        return (*self.signal.reasons, *(_APPROVED if self.cut_from is None else _CUT))

    def facts(self) -> Facts:
        """For the record of the position's beginning; with the venue's largest order where that cut it."""
        signal = self.signal
        facts: Facts = {
            "mode": signal.mode,
            "side": signal.side,
            "quantity": float(self.quantity),
            "reference_price": signal.entry_price,
            "stop_distance": signal.stop_distance,
            "risk_amount": self.risk_amount,
            "size_multiplier": signal.size_multiplier,
        }
        if self.cut_from is not None:
            facts |= {"value": float(self.cut_from), "threshold": float(self.quantity)}
        return facts
