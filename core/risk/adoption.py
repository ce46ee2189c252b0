"""What risk says of a position that is taken over: it exists already, so it is told, not refused."""

from collections.abc import Iterator

from core.message import revised
from core.reasons import Reason
from core.risk.params import RiskParams
from core.risk.sizing import affordable
from core.trading.adoption import Adoption, Objection


def judged(adoption: Adoption, *, balance: float, reduced: bool, params: RiskParams) -> Adoption:
    """The adoption with every objection to its quantity and to the stop that stands."""
    return revised(adoption, objections=tuple(_objections(adoption, balance, params, reduced=reduced)))


def _objections(adoption: Adoption, balance: float, params: RiskParams, *, reduced: bool) -> Iterator[Objection]:
    found, quantity = adoption.found, float(adoption.found.quantity)
    multiplier = params.reduced_multiplier if reduced else 1.0
    most = affordable(found.price, adoption.stop_distance, multiplier, balance=balance, params=params)
    if quantity > most:
        yield Reason.ADOPTED_TOO_LARGE, quantity, most
    away = adoption.away
    if found.stop is None or away is None:
        return
    if away <= 0:
        yield Reason.ADOPTED_STOP_WRONG_SIDE, float(found.stop), found.price
        return
    farthest = balance * params.risk_pct / 100.0 * multiplier / quantity
    if away > farthest:
        yield Reason.ADOPTED_STOP_FAR, away, farthest
