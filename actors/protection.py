"""The protective stop in a position's eyes: confirmed, lost, drawn nearer; it never moves against the position."""

from actors.kernel.effects import NOTHING, Effects
from core.errors import InvariantBroken
from core.message import Facts
from core.reasons import Reason
from core.records import StopMoved
from core.trading.holding import Holding
from core.trading.instrument import Instrument
from core.trading.orders import StopAmended, StopLost
from machines.instance import Instance


def amended(stop: StopAmended, held: Holding, chart: Instance, now: int) -> Effects:
    """The venue holds the stop at this price now.

    Raises:
        InvariantBroken: If it moved away from the price (I2).
    """
    price = stop.price
    if not chart.is_in("confirmed"):
        held.stop = price
        return chart.fire("confirm_stop", now, reasons=(Reason.PROTECTION_CONFIRMED,), facts={"stop": price})
    if price == held.stop:
        return NOTHING
    if (price - held.stop) * held.side < 0:
        raise InvariantBroken(f"{chart.instance}: the stop moved against the position, {held.stop} -> {price} (I2)")
    facts: Facts = {"best_close": held.best}
    moved = StopMoved(now, chart.actor, chart.instance, held.stop, price, (stop.reason,), facts)
    held.stop = price
    return [moved]


def lost(stop: StopLost, held: Holding, chart: Instance, now: int) -> Effects:
    """The venue holds no stop any more."""
    if not (chart.is_in("confirmed") or chart.is_in("requested")):
        return NOTHING
    return chart.fire("lose_stop", now, reasons=(stop.reason,), facts={"stop": held.stop})


def nearer(level: float, held: Holding, instrument: Instrument) -> float | None:
    """The price of a stop at this level, if that is at least a tick nearer than where it is."""
    price = instrument.float_away(level, held.side)
    return price if (price - held.stop) * held.side > 0 else None
