"""What the strategist proposes and risk sizes (000 §7.4): side, entry, stop, target, mode, reasons."""

from decimal import Decimal

from core.message import message
from core.reasons import Reason


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
