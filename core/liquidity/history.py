"""What happened to every liquidity level: how often price came to it, whether it was swept and whether price returned.

A level lives from the bar after the one that set it to the close of the bar on which another takes its place. If it is
pierced then, it is followed on until it is clear whether price returns; a new session high that fails is such a sweep.
"""

from collections import deque
from collections.abc import Sequence
from math import isnan
from typing import Final, Literal

from core.liquidity.levels import strength
from core.liquidity.span import Span
from core.message import message, revised
from core.structure.sweep import Reclaim

PAST_LEVELS: Final = 100
"""Past levels kept; only those that were touched."""

State = Literal["untouched", "touched", "swept", "returned", "broken"]


@message
class LevelRecord:
    """One level and its history."""

    kind: str
    """Such as `prior_day_high`."""
    price: float
    state: State
    """`swept` while pierced and undecided, then `returned` in time, or `broken`; of several the newest."""
    strength: float
    """What is left of it, 0 to 1, see `core.liquidity.levels`; of a past level, what it was worth when fresh."""
    known_ms: int
    """Open of the bar at whose close it was known, UTC ms."""
    touches: int
    """Bars that traded at or through it."""
    last_touch_ms: int | None
    sweeps: int
    """How often it was pierced and price returned."""
    last_return_ms: int | None


class _Followed:
    """One level under watch; highs are watched as negative lows."""

    __slots__ = ("_reclaim", "_sign", "_within", "record", "set_at", "weight")

    def __init__(self, record: LevelRecord, set_at: int, *, sign: int, weight: float, within: int) -> None:
        self.record = record
        self.set_at = set_at
        self.weight = weight
        self._sign = sign
        self._within = within
        self._reclaim = Reclaim(within)

    @property
    def undecided(self) -> bool:
        """Whether it is pierced and price may still return in time."""
        return self.record.state == "swept"

    def update(self, open_ms: int, high: float, low: float, close: float) -> None:
        """Fold one bar."""
        level, sign, record = self.record.price * self._sign, self._sign, self.record
        extreme = low if sign > 0 else -high
        returned = self._reclaim.update(extreme, close * sign, level)
        if extreme <= level:
            record = revised(record, touches=record.touches + 1, last_touch_ms=open_ms)
            if record.state == "untouched":
                record = revised(record, state="touched")
        if returned:
            record = revised(record, state="returned", sweeps=record.sweeps + 1, last_return_ms=open_ms)
        elif self._reclaim.pierced:
            record = revised(record, state="swept" if self._reclaim.pierced < self._within else "broken")
        self.record = record


class LevelHistory:
    """Follows the levels of several spans, bar by bar.

    Args:
        spans: Folded by someone else, each bar before this.
        within: Bars within which price must return to make a pierce a sweep, the piercing one included.
        half_life: Bars after which a level is worth half.
    """

    def __init__(self, spans: Sequence[Span], *, within: int, half_life: int) -> None:
        self._spans = tuple(spans)
        self._within = within
        self._half_life = half_life
        self._bar = 0
        self._current: dict[str, _Followed] = {}
        self._undecided: list[_Followed] = []
        self.past: deque[LevelRecord] = deque(maxlen=PAST_LEVELS)
        """Levels that were touched and are no more, oldest first."""

    def update(self, open_ms: int, high: float, low: float, close: float, bar: int) -> None:
        """Fold one closed bar; `bar` is its number, as the spans were told."""
        self._bar = bar
        for followed in (*self._current.values(), *self._undecided):
            followed.update(open_ms, high, low, close)
        self.past.extend(each.record for each in self._undecided if not each.undecided)
        self._undecided = [each for each in self._undecided if each.undecided]
        for span in self._spans:
            for sign, kind, price, set_at in (
                (-1, span.high_kind, span.high, span.high_at),
                (1, span.low_kind, span.low, span.low_at),
            ):
                known = self._current.get(kind)
                if not isnan(price) and (known is None or known.set_at != set_at):
                    self._retire(known)
                    record = LevelRecord(kind, price, "untouched", span.weight, open_ms, 0, None, 0, None)
                    fresh = _Followed(record, set_at, sign=sign, weight=span.weight, within=self._within)
                    if set_at != bar:  # it was there before this bar traded
                        fresh.update(open_ms, high, low, close)
                    self._current[kind] = fresh

    def levels(self) -> list[LevelRecord]:
        """Every level that counts now, with what is left of it."""
        return [
            revised(
                each.record,
                strength=strength(
                    each.weight, age=self._bar - each.set_at, taken=each.record.touches, half_life=self._half_life
                ),
            )
            for each in self._current.values()
        ]

    def _retire(self, followed: _Followed | None) -> None:
        if followed is None or not followed.record.touches:
            return
        if followed.undecided:
            self._undecided.append(followed)
        else:
            self.past.append(followed.record)
