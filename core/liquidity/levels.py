"""The nearest liquidity level beyond the price, and what it is worth.

    strength = weight of the kind x half_life / (half_life + age) / (1 + times taken)

Age is in bars since the level was set: after one half life a level is worth half. Every later bar that trades at or
through a level takes from what rests there: after one such bar half is left, after two a third.

A level counts only while this bar has not traded at or through it. That is stricter than "beyond the close": a bar's
own high is no target for the breakout it makes, and a level it pierced has just been taken.
"""

from math import nan
from typing import NamedTuple

from core.liquidity.span import Span


class Level(NamedTuple):
    """A price where orders are thought to rest."""

    price: float
    strength: float
    """0 to 1."""
    kind: str
    """Such as `prior_day_high`; empty for none."""


NO_LEVEL = Level(nan, 0.0, "")


def strength(weight: float, *, age: int, taken: int, half_life: int) -> float:
    """What is left of a level, 0 to 1; `age` and `half_life` in bars."""
    return weight * half_life / (half_life + age) / (1 + taken)


class Levels:
    """The levels of several spans; of equal prices the one of the earlier span is named.

    Args:
        spans: Strongest kind first.
        half_life: Bars after which a level is worth half.
    """

    __slots__ = ("_half_life", "_spans")

    def __init__(self, spans: tuple[Span, ...], *, half_life: int) -> None:
        self._spans = spans
        self._half_life = half_life

    def above(self, high: float, bar: int) -> Level:
        """The nearest level above a bar's high; counts the wear of those the bar reached. Ask once per bar."""
        nearest, price = None, 0.0
        for span in self._spans:
            level = span.high
            if level > high:
                if nearest is None or level < price:
                    nearest, price = span, level
            elif span.high_at != bar:
                span.high_taken += 1
        if nearest is None:
            return NO_LEVEL
        left = strength(nearest.weight, age=bar - nearest.high_at, taken=nearest.high_taken, half_life=self._half_life)
        return Level(price, left, nearest.high_kind)

    def below(self, low: float, bar: int) -> Level:
        """The nearest level below a bar's low, likewise."""
        nearest, price = None, 0.0
        for span in self._spans:
            level = span.low
            if level < low:
                if nearest is None or level > price:
                    nearest, price = span, level
            elif span.low_at != bar:
                span.low_taken += 1
        if nearest is None:
            return NO_LEVEL
        left = strength(nearest.weight, age=bar - nearest.low_at, taken=nearest.low_taken, half_life=self._half_life)
        return Level(price, left, nearest.low_kind)
