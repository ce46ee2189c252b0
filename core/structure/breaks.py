"""Breaks of structure: closes beyond the last confirmed swing."""

from math import nan
from typing import Final

from core.liquidity.span import Span

NEVER: Final = 1_000_000_000
"""An age in bars for what has not happened."""

BOS: Final = "BOS"
CHOCH: Final = "CHOCH"


class Breaks:
    """The last break: its kind, its direction and its age.

    A close above the last swing high breaks structure upwards, once per swing; below the last swing low, downwards. A
    break in the direction of the one before continues the trend (BOS), one against it changes its character (CHOCH);
    the very first is a BOS.
    """

    __slots__ = ("_broken_high_at", "_broken_low_at", "age", "kind", "level", "side")

    def __init__(self) -> None:
        self.kind = ""
        self.side = 0
        """+1 up, -1 down, 0 none yet."""
        self.age = NEVER
        """Bars since it happened."""
        self.level = nan
        """The swing's price that was closed beyond."""
        self._broken_high_at = 0
        self._broken_low_at = 0

    def update(self, close: float, swing: Span) -> None:
        """Fold one close and the swings known now."""
        self.age += 1
        if close > swing.high and swing.high_at != self._broken_high_at:
            self._broken_high_at = swing.high_at
            self._record(1, swing.high)
        elif close < swing.low and swing.low_at != self._broken_low_at:
            self._broken_low_at = swing.low_at
            self._record(-1, swing.low)

    def _record(self, side: int, level: float) -> None:
        self.kind = CHOCH if self.side == -side else BOS
        self.side = side
        self.level = level
        self.age = 0
