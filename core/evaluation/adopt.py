"""How a position that no signal opened is led: as a breakout without its partial, from the price it was found at.

Its stop is where a breakout's would be now. It trails once a close is as far ahead as a breakout's first target; until
then the time stop runs. It takes no partial: that rule belongs to an entry chosen for it.
"""

from math import isfinite

from core.evaluation.propose import lead
from core.measure.reading import Reading
from core.message import revised
from core.regime.permissions import Permission
from core.strategies.breakout import BreakoutParams, stop_distance
from core.trading.adoption import Adoption, PositionFound


def adopt(found: PositionFound, reading: Reading, permission: Permission | None, params: BreakoutParams) -> Adoption:
    """The rules for a found position.

    Args:
        found: What the venue holds.
        reading: The market as measured at the last close.
        permission: What the regime permits, which sets trail and time stop; None: it is not known.
        params: How breakouts are led.
    """
    measured = stop_distance(reading, found.side, params)
    distance = measured if isfinite(measured) and measured > 0 else found.fallback
    management = revised(lead(permission, params), partial_fraction=0.0, partial_at_r=None)
    plain = Adoption(found, distance, found.price, management)
    return revised(plain, target=found.price + found.side * plain.r * params.partial_at_r)
