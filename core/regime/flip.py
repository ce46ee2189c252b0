"""The nearest value of one input that would make another regime take over.

With the other inputs held, every score is piecewise linear in one input's trend, so who leads, and whether it reaches
the threshold, can change only where two of the lines s, d, x meet each other, one half, the decoupled minimum, the
threshold or what the threshold leaves to CHOP. These few points are tried, on each and just beyond,
nearest first.
"""

from typing import NamedTuple

from core.regime.score import Scores, candidate_of, scores_of

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
        return scores_of(s + s_slope * moved, d, x, decoupled_minimum)


class Rule(NamedTuple):
    """What a regime must be and reach to take over from the present one."""

    present: str
    threshold: float
    decoupled_minimum: float

    def taken_over(self, scores: Scores) -> str | None:
        """The regime that would take over once the dwell allows it; None where the present one stays."""
        candidate = candidate_of(scores)
        return candidate if candidate != self.present and max(scores) >= self.threshold else None


def find_flip(stands: float, lines: Lines, rule: Rule) -> Flip | None:
    """The smallest move of an input that makes another regime take over, or None where none within [-1, 1] does.

    Args:
        stands: The input's trend.
        lines: How the input moves the scores.
        rule: What it takes.
    """
    for change in (0.0, *_moves(stands, lines, rule)):
        scores = lines.scores(change, rule.decoupled_minimum)
        candidate = rule.taken_over(scores)
        if candidate is not None:
            return Flip(stands + change, change, candidate, max(scores))
    return None


def _moves(stands: float, lines: Lines, rule: Rule) -> list[float]:
    """Moves to where the answer could change and to just beyond, smallest first."""
    lowest, highest = -1 - stands, 1 - stands
    found = []
    for at, slope in _zeros(lines, rule):
        if slope:
            zero = -at / slope
            if lowest - _BEYOND <= zero <= highest + _BEYOND:
                near = (zero - _BEYOND, zero, zero + _BEYOND)
                found += [min(highest, max(lowest, move)) for move in near]
    return sorted(found, key=abs)


def _zeros(lines: Lines, rule: Rule) -> list[tuple[float, float]]:
    """Lines (at, slope) whose zeros are where the answer could change."""
    s, s_slope, d, d_slope, x, x_slope = lines
    levels = _both_signs({0.5, rule.threshold, 1 - rule.threshold})
    zeros = [(s - level, s_slope) for level in levels]
    if d is None or x is None:
        return zeros
    pair = ((d, d_slope), (x, x_slope))
    if any(not slope and abs(at) < rule.decoupled_minimum - _BEYOND for at, slope in pair):
        return zeros  # the one that stays is too weak to decouple, and not by the float's last digit
    levels = _both_signs({0.5, rule.threshold, 1 - rule.threshold, rule.decoupled_minimum})
    for at, slope in pair:
        zeros += [(s - at, s_slope - slope), (s + at, s_slope + slope)]
        if slope:
            zeros += [(at - level, slope) for level in levels]
    return zeros


def _both_signs(levels: set[float]) -> list[float]:
    return [sign * level for level in sorted(levels) for sign in (1, -1)]
