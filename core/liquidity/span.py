"""A stretch of trading with a high and a low: the one shape of every source of liquidity levels."""

from math import nan


class Span:
    """A high and a low, the bars that set them, and how often price has come back to each since.

    Stops and resting orders gather beyond visible extremes. Every later bar that trades at or through one takes some of
    them, so what is left is worth less.
    """

    __slots__ = (
        "high",
        "high_at",
        "high_kind",
        "high_taken",
        "low",
        "low_at",
        "low_kind",
        "low_taken",
        "weight",
    )

    def __init__(self, name: str, *, weight: float) -> None:
        self.weight = weight
        """What an untouched, fresh level of this kind is worth, 0 to 1."""
        self.high_kind = f"{name}_high"
        self.low_kind = f"{name}_low"
        self.clear()

    def clear(self) -> None:
        """Forget both extremes."""
        self.high = self.low = nan
        self.high_at = self.low_at = 0
        self.high_taken = self.low_taken = 0

    def begin(self, high: float, low: float, bar: int) -> None:
        """Start a new stretch with this bar."""
        self.set_high(high, bar)
        self.set_low(low, bar)

    def widen(self, high: float, low: float, bar: int) -> None:
        """Fold one more bar of the stretch."""
        if high > self.high:
            self.set_high(high, bar)
        if low < self.low:
            self.set_low(low, bar)

    def set_high(self, high: float, bar: int) -> None:
        """A new high, which nobody has come back to yet."""
        self.high = high
        self.high_at = bar
        self.high_taken = 0

    def set_low(self, low: float, bar: int) -> None:
        """A new low, likewise."""
        self.low = low
        self.low_at = bar
        self.low_taken = 0

    def copy_from(self, other: "Span") -> None:
        """Take over another stretch's extremes with their age and wear; weight and kinds stay."""
        self.high, self.high_at, self.high_taken = other.high, other.high_at, other.high_taken
        self.low, self.low_at, self.low_taken = other.low, other.low_at, other.low_taken
