"""A regime path as the sweep's loop reads it: distinct permissions as records, and which of them holds at each bar."""

import numpy as np
import numpy.typing as npt

from core.evaluation.confidence import FLOW_WEIGHT, REGIME_WEIGHT
from core.market.bars import Floats
from core.regime.path import RegimePath
from core.regime.permissions import PERMISSIONS, Permission
from core.sweep.records import MODES, RULE, Records

_FULL_TRAIL = next(row.trail_atr for row in PERMISSIONS if row.regime == "RISK_ON") or 2.0


def rules(path: RegimePath) -> tuple[Records, npt.NDArray[np.uint8]]:
    """The distinct permissions, and which of them holds at each bar; shape (T,)."""
    places: dict[tuple[str, Permission], int] = {}
    codes = [places.setdefault((each.regime, each.permission), len(places)) for each in path.stretches]
    found: Records = np.array([_rule(regime, permission) for regime, permission in places], RULE)
    return found, path.spread(np.array(codes, np.uint8))


def agreement(path: RegimePath, supports: npt.NDArray[np.int8]) -> Floats:
    """What regime score and capital flow add to the confidence, as `core.evaluation.confidence` weighs them."""
    flow = np.where(supports < 0, 0.5, supports)
    return np.asarray(REGIME_WEIGHT * path.scores() + FLOW_WEIGHT * flow)


def _rule(regime: str, permission: Permission) -> tuple[float, float, int, int, int, int, int]:
    allowed = permission.modes and regime != "undetermined"
    return (
        permission.size_multiplier,
        1.0 if permission.trail_atr is None else permission.trail_atr / _FULL_TRAIL,
        permission.time_stop_bars or 0,
        MODES.index(permission.modes[0]) if allowed else 0,
        int(1 in permission.sides),
        int(-1 in permission.sides),
        int(regime == "CHOP"),
    )
