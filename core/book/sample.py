"""What order book and tape look like at one moment: all that the deciding actors ever see of them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)  # rare, and the API's document is made from it
class FeatureSample:
    """A conflated sample; it enters as an input and is journaled, the ticks behind it are not.

    None stands for what cannot be told: no figure of the book while `book` names a reason, no zone in sight, no trade
    in the window.
    """

    symbol: str
    ts: int
    """UTC ms."""
    at_close: bool
    """Whether it belongs to a bar's close."""
    book: str
    """The reason code why the book does not answer; empty where it does."""
    mid: float | None = None
    bid: float | None = None
    """The best one, quote currency."""
    ask: float | None = None
    spread_bps: float | None = None
    microprice: float | None = None
    imbalance: float | None = None
    """Of the confirming band, -1 all ask to +1 all bid."""
    imbalances: list[float | None] | None = None
    """Of each band of `BookParams.bands_bps`."""
    zone_below: float | None = None
    """The near edge of the nearest bid zone, quote currency."""
    zone_below_strength: float | None = None
    zone_below_bps: float | None = None
    zone_below_age_ms: int | None = None
    zone_above: float | None = None
    """The near edge of the nearest ask zone, likewise."""
    zone_above_strength: float | None = None
    zone_above_bps: float | None = None
    zone_above_age_ms: int | None = None
    trades: int = 0
    """In the window."""
    flow_delta: float | None = None
    """Bought minus sold by takers in the window, base coin."""
    flow_imbalance: float | None = None
    """-1 only selling to +1 only buying."""
    large_delta: float | None = None
    """Of large orders, base coin."""
    cvd: float | None = None
    """Cumulative volume delta since 00:00 UTC, base coin."""
