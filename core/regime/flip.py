"""The nearest value of one input that would make another regime take over.

Every score is piecewise linear in s, d and x, so who leads, and whether it reaches the threshold, can change only where
two of them meet each other, one half, the decoupled minimum, the threshold or what the threshold leaves to CHOP. Where
they do is the zero of a line, or of a parabola for s under the news. These few points are tried, on each and just
beyond, nearest first.
"""

from functools import cache
from math import copysign, sqrt
from typing import NamedTuple

from core.regime.reach import Lines, Parabola, Reach
from core.regime.score import Scores, candidate_of

_BEYOND = 1e-6


class Flip(NamedTuple):
    """A value of an input's trend and the regime it makes."""

    value: float
    """In [-1, 1]."""
    change: float
    """From where the input stands; 0 where no move is needed, because only the dwell still holds the regime."""
    candidate: str
    score: float


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
    for zero in (zero for parabola in _parabolas(reach.lines, rule) for zero in _zeros(*parabola)):
        if lowest - _BEYOND <= zero <= highest + _BEYOND:
            beyond = (zero - _BEYOND, zero + _BEYOND) if abs(zero) < _BEYOND else (zero + copysign(_BEYOND, zero),)
            found.update(min(highest, max(lowest, move)) for move in (zero, *beyond))
    return sorted(found, key=abs)


def _zeros(at: float, slope: float, bend: float) -> tuple[float, ...]:
    """Where at + slope·m + bend·m² is 0; where a parabola only comes near, its nearest point."""
    if not bend:
        return (-at / slope,) if slope else ()
    far = -(slope + copysign(sqrt(max(0.0, slope * slope - 4 * bend * at)), slope)) / 2
    return (far / bend, at / far) if far else (0.0,)  # the textbook's formula cancels where the bend is slight


def _parabolas(lines: Lines, rule: Rule) -> list[Parabola]:
    """What is 0 where the answer could change."""
    _, _, d, d_slope, x, x_slope, _ = lines
    parabolas = [lines.s_over(level) for level in _levels(rule.threshold)]
    if d is None or x is None:
        return parabolas
    pair = ((d, d_slope), (x, x_slope))
    if any(not slope and abs(at) < rule.decoupled_minimum - _BEYOND for at, slope in pair):
        return parabolas  # the one that stays is too weak to decouple, and not by the float's last digit
    levels = _levels(rule.threshold, rule.decoupled_minimum)
    for at, slope in pair:
        parabolas += [lines.s_over(at, slope), lines.s_over(-at, -slope)]
        parabolas += [(at - level, slope, 0.0) for level in levels]
    return parabolas


@cache
def _levels(threshold: float, *more: float) -> tuple[float, ...]:
    """Where a score, or what it leaves to CHOP, reaches the threshold or a half; both signs."""
    return tuple(sign * level for level in sorted({0.5, threshold, 1 - threshold, *more}) for sign in (1, -1))
