"""The nearest value of one input that would make another regime take over.

With the other inputs held, s, d and x are straight lines over an input's reach (price's has a corner at 0, so it has
two), and every score is piecewise linear in them, so who leads, and whether it reaches
the threshold, can change only where two of the lines s, d, x meet each other, one half, the decoupled minimum, the
threshold or what the threshold leaves to CHOP. These few points are tried, on each and just beyond,
nearest first.
"""

from functools import cache
from math import copysign
from typing import NamedTuple

from core.regime.score import Scores, by_price, candidate_of, rounded, scores_of

_BEYOND = 1e-6


class Flip(NamedTuple):
    """A value of an input's trend and the regime it makes."""

    value: float
    """In [-1, 1]."""
    change: float
    """From where the input stands; 0 where no move is needed, because only the dwell still holds the regime."""
    candidate: str
    score: float


class Lines(NamedTuple):
    """s, d and x where they stand, and how each moves with the input."""

    s: float
    s_slope: float
    d: float | None
    d_slope: float
    x: float | None
    x_slope: float

    def scores(self, moved: float, decoupled_minimum: float) -> Scores:
        """The scores once the input has moved that far."""
        s, s_slope, d, d_slope, x, x_slope = self
        d = None if d is None else d + d_slope * moved
        x = None if x is None else x + x_slope * moved
        return scores_of(rounded(s + s_slope * moved), d, x, decoupled_minimum)


class Reach(NamedTuple):
    """A stretch of an input's range over which s, d and x are straight lines."""

    start: float
    """Where the lines stand: at the input or, in a stretch it is not in, at the end next to it."""
    lines: Lines
    lowest: float = -1.0
    highest: float = 1.0


def price_reaches(stand: Lines, dominance: float, price: float, weights: tuple[float, float]) -> tuple[Reach, Reach]:
    """The two reaches of price's trend, which has its say in how dominance's is read.

    Args:
        stand: Where s, d and x stand.
        dominance: Its trend as measured.
        price: Its trend.
        weights: Of dominance as it is read, in s and in x.
    """
    in_s, in_x = weights
    added = by_price(dominance, price) - dominance
    unmoved = stand._replace(s=stand.s - in_s * added, x=None if stand.x is None else stand.x - in_x * added)

    def reach(lowest: float, highest: float, slope: float) -> Reach:
        is_here = lowest <= price <= highest
        lines = (stand if is_here else unmoved)._replace(s_slope=in_s * slope, x_slope=in_x * slope)
        return Reach(price if is_here else 0.0, lines, lowest, highest)

    return reach(0.0, 1.0, 1 - dominance), reach(-1.0, 0.0, 1 + dominance)


class Rule(NamedTuple):
    """What a regime must be and reach to take over from the present one."""

    present: str
    threshold: float
    decoupled_minimum: float

    def taken_over(self, scores: Scores) -> str | None:
        """The regime that would take over once the dwell allows it; None where the present one stays."""
        if max(scores) < self.threshold:
            return None
        candidate = candidate_of(scores)
        return candidate if candidate != self.present else None


def find_flip(stands: float, reaches: tuple[Reach, ...], rule: Rule) -> Flip | None:
    """The smallest move of an input that makes another regime take over, or None where none within [-1, 1] does.

    Args:
        stands: The input's trend.
        reaches: How the input moves the scores.
        rule: What it takes.
    """
    found = [flip for flip in (_within(reach, stands, rule) for reach in reaches) if flip is not None]
    return min(found, key=lambda flip: abs(flip.change), default=None)


def _within(reach: Reach, stands: float, rule: Rule) -> Flip | None:
    """The flip nearest to the start of a reach."""
    for moved in (0.0, *_moves(reach, rule)):
        scores = reach.lines.scores(moved, rule.decoupled_minimum)
        candidate = rule.taken_over(scores)
        if candidate is not None:
            return Flip(reach.start + moved, reach.start - stands + moved, candidate, max(scores))
    return None


def _moves(reach: Reach, rule: Rule) -> list[float]:
    """Moves to where the answer could change and to just beyond, smallest first."""
    lowest, highest = reach.lowest - reach.start, reach.highest - reach.start
    found: set[float] = set()
    for at, slope in _zeros(reach.lines, rule):
        if slope:
            zero = -at / slope
            if lowest - _BEYOND <= zero <= highest + _BEYOND:
                beyond = (zero - _BEYOND, zero + _BEYOND) if abs(zero) < _BEYOND else (zero + copysign(_BEYOND, zero),)
                found.update(min(highest, max(lowest, move)) for move in (zero, *beyond))
    return sorted(found, key=abs)


def _zeros(lines: Lines, rule: Rule) -> list[tuple[float, float]]:
    """Lines (at, slope) whose zeros are where the answer could change."""
    s, s_slope, d, d_slope, x, x_slope = lines
    levels = _levels(rule.threshold)
    zeros = [(s - level, s_slope) for level in levels] if s_slope else []
    if d is None or x is None:
        return zeros
    pair = ((d, d_slope), (x, x_slope))
    if any(not slope and abs(at) < rule.decoupled_minimum - _BEYOND for at, slope in pair):
        return zeros  # the one that stays is too weak to decouple, and not by the float's last digit
    levels = _levels(rule.threshold, rule.decoupled_minimum)
    for at, slope in pair:
        zeros += [(s - at, s_slope - slope), (s + at, s_slope + slope)]
        if slope:
            zeros += [(at - level, slope) for level in levels]
    return zeros


@cache
def _levels(threshold: float, *more: float) -> tuple[float, ...]:
    """Where a score, or what it leaves to CHOP, reaches the threshold or a half; both signs."""
    return tuple(sign * level for level in sorted({0.5, threshold, 1 - threshold, *more}) for sign in (1, -1))
