"""How much to trade: balance x risk % x multipliers / stop distance, capped by notional (001-8) and venue."""

from core.reasons import Reason
from core.risk.params import RiskParams
from core.trading.floated import floated
from core.trading.instrument import Instrument
from core.trading.modes import TREND_BREAKOUT
from core.trading.signal import EntryPlan, Signal
from core.verdict import Approved, Rejected


def size(
    signal: Signal, *, balance: float, reduced: bool, params: RiskParams, instrument: Instrument
) -> Approved[EntryPlan] | Rejected[Signal]:
    """The signal with its quantity, or the reason it cannot be sized."""
    if not signal.stop_distance > 0:
        return Rejected(signal, Reason.STOP_DISTANCE_INVALID, signal.stop_distance, 0.0)
    wanted = quantity(signal, balance=balance, reduced=reduced, params=params)
    rounded = instrument.quantity(wanted)
    if not rounded or instrument.is_dust(rounded, signal.entry_price):
        return Rejected(signal, Reason.SIZE_BELOW_MINIMUM, wanted, float(instrument.min_quantity))
    most = instrument.max_market if signal.mode == TREND_BREAKOUT else instrument.max_limit
    fitting = min(rounded, most) if most else rounded
    cut_from = rounded if fitting < rounded else None
    return Approved(EntryPlan(signal, fitting, floated(fitting) * signal.stop_distance, cut_from))


def quantity(signal: Signal, *, balance: float, reduced: bool, params: RiskParams) -> float:
    """Coins to trade before rounding to lots."""
    multiplier = signal.size_multiplier * (params.reduced_multiplier if reduced else 1.0)
    return affordable(signal.entry_price, signal.stop_distance, multiplier, balance=balance, params=params)


def affordable(price: float, stop_distance: float, multiplier: float, *, balance: float, params: RiskParams) -> float:
    """Coins that may be held at a price, with a stop so far from it."""
    at_risk = balance * params.risk_pct / 100.0 * multiplier / stop_distance
    notional = balance * params.max_notional_pct / 100.0
    if params.max_notional:
        notional = min(notional, params.max_notional)
    return min(at_risk, notional / price)
