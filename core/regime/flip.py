"""The nearest value of one input that would make another candidate.

With the other inputs held, every score is piecewise linear in one input's trend, so the candidate can change only where
two of the lines s, d, x meet each other, one half or the decoupled minimum. These few points are tried, just beyond
each, nearest first.
"""

from typing import NamedTuple

from core.regime.score import Scores, candidate_of, scores_of

_BEYOND = 1e-6


class Flip(NamedTuple):
    """A value of an input's trend and the candidate it makes."""

    value: float
    """In [-1, 1]."""
    change: float
    """From where the input stands."""
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


def find_flip(stands: float, lines: Lines, decoupled_minimum: float) -> Flip | None:
    """The smallest move of an input that makes another candidate, or None where none within [-1, 1] does.

    Args:
        stands: The input's trend.
        lines: How the input moves the scores.
        decoupled_minimum: As in the parameters.
    """
    now = candidate_of(lines.scores(0.0, decoupled_minimum))
    for change in _moves(stands, lines, decoupled_minimum):
        scores = lines.scores(change, decoupled_minimum)
        candidate = candidate_of(scores)
        if candidate != now:
            return Flip(stands + change, change, candidate, max(scores))
    return None


def _moves(stands: float, lines: Lines, decoupled_minimum: float) -> list[float]:
    """Moves to just beyond where the candidate could change, smallest first."""
    lowest, highest = -1 - stands, 1 - stands
    found = []
    for at, slope in _zeros(lines, decoupled_minimum):
        if slope:
            zero = -at / slope
            if -_BEYOND <= zero <= highest + _BEYOND:
                found.append(min(highest, zero + _BEYOND))
            if lowest - _BEYOND <= zero <= _BEYOND:
                found.append(max(lowest, zero - _BEYOND))
    return sorted(found, key=abs)


def _zeros(lines: Lines, decoupled_minimum: float) -> list[tuple[float, float]]:
    """Lines (at, slope) whose zeros are where the candidate could change."""
    s, s_slope, d, d_slope, x, x_slope = lines
    zeros = [(s - 0.5, s_slope), (s + 0.5, s_slope)]
    if d is None or x is None:
        return zeros
    pair = ((d, d_slope), (x, x_slope))
    if any(not slope and abs(at) < decoupled_minimum for at, slope in pair):
        return zeros  # the one that stays is too weak to decouple
    for at, slope in pair:
        zeros += [(s - at, s_slope - slope), (s + at, s_slope + slope)]
        if slope:
            zeros += [(at - decoupled_minimum, slope), (at + decoupled_minimum, slope)]
            if decoupled_minimum < 0.5:  # below one half, CHOP can outscore it
                zeros += [(at - 0.5, slope), (at + 0.5, slope)]
    return zeros
