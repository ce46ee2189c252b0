"""What a reading says about liquidity and structure, as JSON for people."""

from math import isnan

from core.measure.reading import Reading
from core.message import Json

_SPANS = ("prior_day", "asia", "london", "new_york", "visible", "swing")
_SIDES = {1: "up", -1: "down"}


def levels(reading: Reading) -> list[dict[str, Json]]:
    """Every liquidity level known at the bar's close, the highest first, with its distance in percent of the close."""
    found: list[tuple[float, str]] = [
        (price, kind)
        for kind in (f"{span}_{end}" for span in _SPANS for end in ("high", "low"))
        if not isnan(price := getattr(reading, kind))
    ]
    return [
        {
            "kind": kind,
            "price": price,
            "distance_pct": 100.0 * (price - reading.close) / reading.close,
        }
        for price, kind in sorted(found, reverse=True)
    ]


def liquidity(reading: Reading) -> dict[str, Json]:
    """Where the targets lie, which session runs, and what happened last to swings and structure."""
    return {
        "session": reading.session or None,
        "target_above": _target(reading.target_above, reading.target_above_kind, reading.target_above_strength),
        "target_below": _target(reading.target_below, reading.target_below_kind, reading.target_below_strength),
        "sweep": {"towards": _SIDES[reading.sweep_side], "bars_ago": reading.sweep_age} if reading.sweep_side else None,
        "structure_break": {
            "kind": reading.break_kind,
            "towards": _SIDES[reading.break_side],
            "bars_ago": reading.break_age,
        }
        if reading.break_side
        else None,
    }


def _target(price: float, kind: str, strength: float) -> Json:
    return None if isnan(price) else {"price": price, "kind": kind, "strength": strength}
