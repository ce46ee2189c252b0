"""What is read from order book and tape, and how often it is told to those who decide."""

from dataclasses import dataclass, replace
from typing import Annotated, Self

from pydantic import Field

Band = Annotated[float, Field(gt=0, le=1_000)]


@dataclass(frozen=True, slots=True)
class BookParams:
    """Bands, zones, windows and rates of the order-book and trade features."""

    enabled: Annotated[
        bool, Field(description="follow order book and trades, where the venue is bybit; on: the spread guard needs it")
    ] = True
    in_confidence: Annotated[
        bool,
        Field(description="count book and takers' flow in the confidence; off: it is counted as a backtest counts it"),
    ] = False
    sample_ms: Annotated[
        int,
        Field(ge=200, le=60_000, description="ms between samples; each is journaled: 1,000 makes about 85 MB a day"),
    ] = 1_000
    stale_ms: Annotated[
        int, Field(ge=500, le=600_000, description="ms without an update after which a book is stale; a pause is 3 s")
    ] = 5_000
    bands_bps: Annotated[
        tuple[Band, ...],
        Field(min_length=1, max_length=8, description="bps from mid, rising; from the touch to about a 5m bar's range"),
    ] = (2.0, 5.0, 10.0, 25.0)
    imbalance_bps: Annotated[
        float,
        Field(
            gt=0, le=1_000, description="bps; the band whose imbalance may confirm a trade, always kept known: a 5m ATR"
        ),
    ] = 10.0
    zone_step_bps: Annotated[
        float, Field(gt=0, le=100, description="bps; levels are grouped this finely, as screens do; 1 hides tick noise")
    ] = 1.0
    zone_range_bps: Annotated[
        float, Field(gt=0, le=1_000, description="bps from mid within which zones are looked for; a few 5m bars away")
    ] = 50.0
    zone_reach: Annotated[
        int, Field(ge=1, le=500, description="groups on each side that make the local median; 10 bps around a level")
    ] = 10
    zone_multiple: Annotated[
        float, Field(gt=1, le=100, description="times the local median from which a group stands out. 3")
    ] = 3.0
    zone_forget_ms: Annotated[
        int, Field(ge=0, le=600_000, description="ms a zone may be out of sight and still be the same one")
    ] = 5_000
    flow_window_ms: Annotated[
        int,
        Field(ge=1_000, le=900_000, description="ms of trades behind the order flow; 60,000: the last fifth of a bar"),
    ] = 60_000
    large_multiple: Annotated[
        float, Field(gt=1, le=10_000, description="times the mean order from which an order is large. 20")
    ] = 20.0
    large_memory: Annotated[
        int, Field(ge=10, le=1_000_000, description="orders behind that mean; some minutes of a busy market")
    ] = 1_000

    def scaled(self, speed: float) -> Self:
        """The same real time between samples and until they are stale, on a market clock that runs faster."""
        return replace(
            self,
            sample_ms=int(self.sample_ms * speed),
            stale_ms=int(self.stale_ms * speed),
            zone_forget_ms=int(self.zone_forget_ms * speed),
        )
