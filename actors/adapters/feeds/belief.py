"""What a macro reading must satisfy to be believed, one rule a function."""

from collections.abc import Sequence
from math import isfinite
from typing import NamedTuple

from actors.adapters.feeds.answer import Reading, Refused
from actors.adapters.files.times import span, spell
from core.durations import MINUTE_MS
from core.reasons import Reason

AHEAD_MS = 5 * MINUTE_MS
"""How far clocks may differ."""

_FACTORS = (0.01, 100.0, 0.001, 1000.0)
_FIRST_MS = 100_000_000_000
"""March 1973; counts of seconds since 1970 stay below it until the year 5138."""


class Bounds(NamedTuple):
    """What a live value lies between."""

    least: float
    most: float


LIVE = {"dxy": Bounds(50.0, 200.0), "btc_dominance": Bounds(10.0, 95.0)}
"""Index points and percent. Dominance has not been below 30 % since 2013 began to count; a fraction is below 1."""


def implausible(value: float, bounds: Bounds) -> Refused | None:
    """Why a value cannot be believed: not its range, and where a power of ten would mend it, not its unit."""
    if isfinite(value) and bounds.least <= value <= bounds.most:
        return None
    allowed = [bounds.least, bounds.most]
    if not isfinite(value):
        return Refused(Reason.FEED_OUT_OF_RANGE, f"the value is {value}", threshold=[*allowed])
    factors = _FACTORS if bounds.least > 0 else ()  # around zero a small one mends anything
    factor = next((each for each in factors if bounds.least <= value * each <= bounds.most), None)
    told = f"the value is {value:g}; plausible is {bounds.least:g} to {bounds.most:g}"
    if factor is not None:
        return Refused(Reason.FEED_WRONG_UNIT, f"{told}, as {factor:g} times the value would be", value, [*allowed])
    return Refused(Reason.FEED_OUT_OF_RANGE, told, value, [*allowed])


def mistimed(ts: int, now: int) -> Refused | None:
    """Why a time cannot be believed: seconds for ms or the other way round, or in the future."""
    if ts < _FIRST_MS or ts > 100 * now:
        return Refused(Reason.FEED_WRONG_UNIT, f"the time is {ts}, which is no count of ms since 1970", ts, now)
    if ts > now + AHEAD_MS:
        told = f"the value is dated {spell(ts)}, {span(ts - now)} ahead of this machine's clock"
        return Refused(Reason.FEED_TIME_AHEAD, told, ts, now + AHEAD_MS)
    return None


def first_refusal(readings: Sequence[Reading], bounds: Bounds, now: int) -> Refused | None:
    """Why the newest readings cannot be believed; None where they can."""
    return next(
        (
            refused
            for reading in readings
            if (refused := mistimed(reading.ts, now) or implausible(reading.value, bounds)) is not None
        ),
        None,
    )
