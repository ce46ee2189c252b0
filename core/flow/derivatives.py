"""What perpetual contracts tell of the crowd: what it pays to hold its side, and whether it still grows.

Funding is what one side pays the other; its sign names the crowded side, its size how crowded it is. A crowd that is
leaving is none: open interest that falls while funding is extreme is positions being closed. Context, never a reason
to enter.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from core.durations import DAY_MS, HOUR_MS
from core.message import Facts, message

Crowding = Literal["LONGS_CROWDED", "SHORTS_CROWDED", "NEUTRAL"]

_HOURS_A_YEAR = 24 * 365
BELIEVED = {
    "funding_rate": (-0.05, 0.05),
    "open_interest": (1e-9, 1e15),
    "taker_delta": (-1e12, 1e12),
    "basis": (-0.5, 0.5),
}
"""What each field of DerivativesPublished lies between, whoever tells it; units are its own."""
SIDES: dict[Crowding | None, int] = {"LONGS_CROWDED": 1, "SHORTS_CROWDED": -1, "NEUTRAL": 0, None: 0}
"""The crowded side: +1 long, -1 short, 0 neither."""


@dataclass(frozen=True, slots=True)
class DerivativesParams:
    """How far back perpetuals are measured, and when a side counts as crowded.

    Staleness limits are three values of the slowest usual series: two may be missed.
    """

    funding_hours: Annotated[
        int, Field(ge=1, le=24, description="hours between two fundings; 8 on Bybit's and Binance's bitcoin perpetual")
    ] = 8
    funding_memory: Annotated[
        int, Field(ge=10, le=1_000, description="fundings that a new one is measured against; 90 = a month of them")
    ] = 90
    crowded_longs_pct: Annotated[
        float,
        Field(
            ge=0, le=1_000, description="% a year longs pay when crowded; thrice the usual interest of 0.01 % in 8 h"
        ),
    ] = 33.0
    crowded_shorts_pct: Annotated[
        float,
        Field(ge=0, le=1_000, description="% a year shorts pay when crowded; as far below the usual as longs' is"),
    ] = 11.0
    lookback_ms: Annotated[
        int, Field(ge=HOUR_MS, le=30 * DAY_MS, description="ms; open interest's change and takers' sum: one day")
    ] = DAY_MS
    funding_stale_ms: Annotated[int, Field(ge=HOUR_MS, le=30 * DAY_MS, description="ms; three fundings")] = DAY_MS
    open_interest_stale_ms: Annotated[
        int, Field(ge=HOUR_MS, le=30 * DAY_MS, description="ms; three days, as its free series are daily")
    ] = 3 * DAY_MS
    taker_stale_ms: Annotated[int, Field(ge=60_000, le=30 * DAY_MS, description="ms; three bars of an hour")] = (
        3 * HOUR_MS
    )
    basis_stale_ms: Annotated[int, Field(ge=60_000, le=30 * DAY_MS, description="ms; three bars of an hour")] = (
        3 * HOUR_MS
    )
    crowding_guard: Annotated[
        bool, Field(description="forbid entries on the crowded side; off: what it is worth is not shown yet")
    ] = False


@message
class Derivatives:
    """What is known of a symbol's perpetual; None where it is unknown, too old or cannot be measured yet."""

    funding_rate: float | None
    """Of one funding, as a fraction of the notional; positive: longs pay."""
    funding_annual_pct: float | None
    funding_z: float | None
    """Standard deviations above the mean of the fundings before it."""
    open_interest: float | None
    """As the source counts it: USD or coin."""
    open_interest_change_pct: float | None
    """Over the look-back."""
    taker_delta: float | None
    """Bought minus sold by takers over the look-back, base coin."""
    basis_pct: float | None
    """Perpetual over spot."""
    crowding: Crowding | None
    """None while funding is unknown."""

    def facts(self) -> Facts:
        """What people are shown."""
        return {
            "funding_rate": self.funding_rate,
            "funding_annual_pct": _rounded(self.funding_annual_pct),
            "funding_z": _rounded(self.funding_z),
            "open_interest": self.open_interest,
            "open_interest_change_pct": _rounded(self.open_interest_change_pct),
            "taker_delta": _rounded(self.taker_delta),
            "basis_pct": _rounded(self.basis_pct),
            "crowding": self.crowding,
        }

    def told(self) -> str:
        """What is known in one line; empty where nothing is."""
        known = (
            ("funding", self.funding_annual_pct, "% a year"),
            ("z", self.funding_z, ""),
            ("open interest", self.open_interest_change_pct, "%"),
            ("taker delta", self.taker_delta, ""),
            ("basis", self.basis_pct, "%"),
        )
        words = ", ".join(f"{name} {value:+.2f}{unit}" for name, value, unit in known if value is not None)
        crowd = {"LONGS_CROWDED": "longs are crowded", "SHORTS_CROWDED": "shorts are crowded"}.get(self.crowding or "")
        return f"{words}: {crowd}" if crowd else words


def annual_pct(funding_rate: float, params: DerivativesParams) -> float:
    """A funding rate as percent a year, not compounded."""
    return funding_rate * 100.0 * _HOURS_A_YEAR / params.funding_hours


def crowding(
    annual: float | None, open_interest_change_pct: float | None, params: DerivativesParams
) -> Crowding | None:
    """Which side is crowded: it pays much to stay, and positions are not being closed; unknown interest is no veto."""
    if annual is None:
        return None
    leaving = open_interest_change_pct is not None and open_interest_change_pct < 0
    if leaving or -params.crowded_shorts_pct < annual < params.crowded_longs_pct:
        return "NEUTRAL"
    return "LONGS_CROWDED" if annual > 0 else "SHORTS_CROWDED"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
