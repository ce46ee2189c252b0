"""Imbalance zones: stretches of the book where far more rests than around them.

Levels are grouped by price, because single ticks flicker. A group stands out when it holds several times the median of
the groups around it; neighbouring groups that stand out are one zone. Zones are known again from sample to sample by
their overlap, so a zone has an age: size that was pulled and came back elsewhere has none.
"""

from bisect import bisect_left, insort
from collections.abc import Iterable
from itertools import pairwise
from math import floor, log10
from typing import Literal, NamedTuple

from core.book.ladder import Ladder
from core.book.params import BookParams
from core.message import message, revised

Side = Literal[1, -1]


@message
class Zone:
    """Where much rests on one side of the book."""

    side: Side
    """+1 bids below the price, -1 asks above it."""
    near: float
    """The level nearest to the price."""
    far: float
    """The level farthest from it."""
    size: float
    """Base coin."""
    strength: float
    """Its share of all that rests on this side within the range, 0 to 1."""
    prominence: float
    """Its size as a multiple of what the local median would hold there."""
    distance_bps: float
    """From mid to `near`."""
    since_ms: int = 0
    """When it was first seen, UTC ms."""


class Group(NamedTuple):
    """The levels that fall into one step of price."""

    place: int
    """Which step of price it is."""
    near: float
    far: float
    size: float


def step_of(mid: float, step_bps: float) -> float:
    """The largest 1, 2 or 5 times a power of ten that is at most `step_bps` of mid: prices people think in."""
    wanted = mid * step_bps / 10_000.0
    power = 10.0 ** floor(log10(wanted) + 1e-9)
    return next(digit * power for digit in (5.0, 2.0, 1.0) if digit == 1.0 or digit * power <= wanted * (1.0 + 1e-9))


def grouped(ladder: Ladder, mid: float, *, step: float, within: float) -> list[Group]:
    """The levels within a distance of mid, added up by steps of price, nearest first; empty steps are left out."""
    groups: list[Group] = []
    index, near, far, total = -1, 0.0, 0.0, 0.0
    for price, size in ladder.levels():
        if abs(price - mid) > within:
            break
        at = floor(price / step + 1e-6)  # a price on the edge of its step must not fall below it
        if at != index:
            if total:
                groups.append(Group(index, near, far, total))
            index, near, total = at, price, 0.0
        far = price
        total += size
    if total:
        groups.append(Group(index, near, far, total))
    return groups


def local_medians(values: list[float], reach: int) -> list[float]:
    """The median of the `reach` values on each side of every value and itself; of fewer at the ends."""
    window = sorted(values[: reach + 1])
    found = []
    for i in range(len(values)):
        middle = len(window) // 2
        found.append(window[middle] if len(window) % 2 else (window[middle - 1] + window[middle]) / 2.0)
        if i + reach + 1 < len(values):
            insort(window, values[i + reach + 1])
        if i >= reach:
            del window[bisect_left(window, values[i - reach])]
    return found


def find_zones(ladder: Ladder, side: Side, mid: float, params: BookParams) -> list[Zone]:
    """The zones of one side, nearest first."""
    step = step_of(mid, params.zone_step_bps)
    groups = grouped(ladder, mid, step=step, within=mid * params.zone_range_bps / 10_000.0)
    total = sum(group.size for group in groups)
    medians = local_medians([group.size for group in groups], params.zone_reach)
    standing = [
        (group, median)
        for group, median in zip(groups, medians, strict=True)
        if group.size >= params.zone_multiple * median
    ]
    return [_zone(run, side, mid, total) for run in _runs(standing)]


def _runs(standing: list[tuple[Group, float]]) -> Iterable[list[tuple[Group, float]]]:
    """Neighbours in price, together."""
    cuts = [i for i, ((a, _), (b, _)) in enumerate(pairwise(standing), start=1) if abs(a.place - b.place) > 1]
    return (standing[first:last] for first, last in pairwise([0, *cuts, len(standing)]) if first < last)


def _zone(run: list[tuple[Group, float]], side: Side, mid: float, total: float) -> Zone:
    size = sum(group.size for group, _ in run)
    near = run[0][0].near
    return Zone(
        side=side,
        near=near,
        far=run[-1][0].far,
        size=size,
        strength=size / total,
        prominence=size / sum(median for _, median in run),
        distance_bps=abs(near - mid) / mid * 10_000.0,
    )


class ZoneMemory:
    """Knows zones again: one that overlaps an earlier one of its side has that one's age.

    Args:
        forget_ms: How long a zone may be out of sight.
    """

    def __init__(self, forget_ms: int) -> None:
        self._forget_ms = forget_ms
        self._known: list[tuple[Zone, int]] = []

    def update(self, zones: Iterable[Zone], now: int) -> list[Zone]:
        """The same zones with their ages; `now` is UTC ms and never goes back."""
        self._known = [(old, seen) for old, seen in self._known if now - seen <= self._forget_ms]
        aged = [revised(zone, since_ms=self._since(zone, now)) for zone in zones]
        unseen = [(old, seen) for old, seen in self._known if not any(_overlap(old, zone) for zone in aged)]
        self._known = [*((zone, now) for zone in aged), *unseen]
        return aged

    def clear(self) -> None:
        """Forget all: the book was lost, and what comes next may have changed meanwhile."""
        self._known.clear()

    def _since(self, zone: Zone, now: int) -> int:
        return min((old.since_ms for old, _ in self._known if _overlap(old, zone)), default=now)


def _overlap(a: Zone, b: Zone) -> bool:
    return a.side == b.side and min(a.near, a.far) <= max(b.near, b.far) and min(b.near, b.far) <= max(a.near, a.far)
