"""Closed candles as columns: what every reader returns and every runtime consumes."""

import hashlib
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


class Gap(NamedTuple):
    """A stretch without bars."""

    first_ms: int
    """Open of the first missing bar, UTC ms."""
    last_ms: int
    """Open of the last missing bar, UTC ms."""
    bars: int
    """How many are missing."""


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """Closed bars of one symbol and timeframe, oldest first, times strictly rising; columns of shape (T,)."""

    symbol: str
    timeframe_ms: int
    open_ms: Times
    """Each bar's open, UTC ms."""
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    """Base coin."""
    incomplete: Flags | None = None
    """True where an aggregated bar lacks parts; None where no bar does."""

    def __len__(self) -> int:
        return len(self.open_ms)

    def between(self, first: int, last: int) -> "Bars":
        """The bars with indices first <= i < last; columns are views, not copies."""
        cut = slice(first, last)
        return Bars(
            symbol=self.symbol,
            timeframe_ms=self.timeframe_ms,
            open_ms=self.open_ms[cut],
            open=self.open[cut],
            high=self.high[cut],
            low=self.low[cut],
            close=self.close[cut],
            volume=self.volume[cut],
            incomplete=None if self.incomplete is None else self.incomplete[cut],
        )

    def gaps(self) -> list[Gap]:
        """Every stretch of missing bars, oldest first."""
        steps = np.diff(self.open_ms)
        found = np.flatnonzero(steps > self.timeframe_ms)
        return [
            Gap(
                int(self.open_ms[i]) + self.timeframe_ms,
                int(self.open_ms[i + 1]) - self.timeframe_ms,
                int(steps[i]) // self.timeframe_ms - 1,
            )
            for i in found
        ]

    def sha256(self) -> str:
        """The data's fingerprint: the same bars give the same hex digest on every machine."""
        digest = hashlib.sha256(f"{self.symbol} {self.timeframe_ms}\n".encode())
        digest.update(self.open_ms.astype("<i8").tobytes())
        for column in (self.open, self.high, self.low, self.close, self.volume):
            digest.update(column.astype("<f8").tobytes())
        return digest.hexdigest()
