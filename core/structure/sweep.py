"""Liquidity sweeps: a swing is pierced, its stops are taken, and price returns."""

from core.liquidity.span import Span
from core.structure.breaks import NEVER


class Reclaim:
    """Watches one swing low; feed negatives to watch a swing high.

    Price must close back above the low within `within` bars of the first that traded below it, that one included. Later
    than that, the market has accepted the lower price.
    """

    __slots__ = ("_level", "_within", "pierced")

    def __init__(self, within: int) -> None:
        self._within = within
        self._level = 0.0
        self.pierced = 0
        """Bars since the first that traded below it, that one included; 0 while it holds."""

    def update(self, extreme: float, close: float, level: float) -> bool:
        """Fold one bar; whether it reclaims the low. NaN levels never do."""
        if level != self._level:
            self._level = level
            self.pierced = 0
        if extreme < level or self.pierced:
            self.pierced += 1
        if self.pierced and close > level:
            in_time = self.pierced <= self._within
            self.pierced = 0
            return in_time
        return False


class Sweeps:
    """The last sweep: +1 after a low was swept and reclaimed, -1 after a high, 0 before the first.

    A bar that sweeps both sides counts upwards if it was rising, else downwards.
    """

    __slots__ = ("_high", "_low", "age", "side")

    def __init__(self, within: int) -> None:
        self._low = Reclaim(within)
        self._high = Reclaim(within)
        self.side = 0
        self.age = NEVER
        """Bars since it happened."""

    def update(self, high: float, low: float, close: float, swing: Span, *, rising: bool) -> None:
        """Fold one bar and the swings known now; `rising` if it closed above its open."""
        swept_low = self._low.update(low, close, swing.low)
        swept_high = self._high.update(-high, -close, -swing.high)
        if swept_low or swept_high:
            self.age = 0
            self.side = 1 if swept_low and (not swept_high or rising) else -1
        else:
            self.age += 1
