"""A position that nobody here leads is taken over: chart, book and the watch over its stop begin at once."""

from actors.kernel.effects import Effect, Tell
from core.message import Facts
from core.reasons import Reason
from core.trading.adoption import Adoption, ProtectPosition
from core.trading.booking import FillBooked
from core.trading.holding import Holding, fill_facts
from core.trading.instrument import Instrument
from machines.instance import Instance

_TO_REQUEST = (Reason.PROTECTION_REQUESTED,)


def adopted(
    adoption: Adoption, held: Holding, chart: Instance, now: int, *, instrument: Instrument, account: str
) -> list[Effect]:
    """Bring the chart to an open position that asks for its stop, and tell account and venue."""
    found = adoption.found
    objections = tuple(reason for reason, _, _ in adoption.objections)
    facts: Facts = {
        "mode": held.mode,
        "side": held.side,
        "quantity": float(found.quantity),
        "held": format(found.quantity, "f"),
        "entry_price": format(found.entry_price, "f"),
        "reference_price": found.price,
        "stop": None if found.stop is None else format(found.stop, "f"),
        "stop_distance": held.r,
        "risk_amount": held.risk_amount,
        "objections": adoption.told(),
    }
    filled = fill_facts(found.quantity, held.entry_price, 0.0)  # what it cost to open was paid before us
    stop = instrument.price_away(found.price - found.side * adoption.stop_distance, found.side)
    return [
        chart.create(now, reasons=(found.reason, *objections), facts=facts),
        *chart.fire("fill", now, reasons=(found.reason,), facts=filled, complete=True),
        *chart.fire("request_stop", now, reasons=_TO_REQUEST, facts={"stop_distance": held.r}),
        Tell("gate", ProtectPosition(found.symbol, chart.instance, found.side, stop)),
        Tell(account, FillBooked(found.symbol, 0.0, 0.0, 0.0, 0, 1, held.unrealized)),
    ]
