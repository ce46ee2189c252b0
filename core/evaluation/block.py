"""The verdicts of a stretch of bars as matrices, one row for each guard in the documented order."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import nan
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from core.evaluation.guards import GUARDS
from core.market.bars import Floats
from core.reasons import Reason
from core.records import Verdict

Answers = npt.NDArray[np.int8]
Codes = npt.NDArray[np.int16]

REASONS: Final = tuple(Reason)
"""A code is a reason's place in here."""

CODES: Final = {reason: code for code, reason in enumerate(REASONS)}
INDEX: Final = {guard.name: index for index, guard in enumerate(GUARDS)}

_PASSED: Final = np.array((False, True, None), object)  # -1 is the last
_REASONS: Final = np.array(REASONS, object)


class Column(NamedTuple):
    """One guard's verdicts, as `core.records.Verdict`: each part a column, or one value that holds for all bars."""

    passed: Answers | int
    """1 yes, 0 no, -1 unmeasured."""
    reason: Codes | int
    value: Floats | float
    """NaN for None."""
    threshold: Floats | float
    """NaN for None."""

    def over(self, at: slice) -> "Column":
        """The part for these bars; a view."""
        passed, reason, value, threshold = self
        return Column(
            passed[at] if isinstance(passed, np.ndarray) else passed,
            reason[at] if isinstance(reason, np.ndarray) else reason,
            value[at] if isinstance(value, np.ndarray) else value,
            threshold[at] if isinstance(threshold, np.ndarray) else threshold,
        )


def of_verdict(verdict: Verdict) -> Column:
    """A verdict that holds for every bar."""
    passed, reason, value, threshold = verdict
    return Column(
        -1 if passed is None else int(passed),
        CODES[reason],
        nan if value is None else value,
        nan if threshold is None else threshold,
    )


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Every guard's verdict on consecutive bars; matrices of shape (guards, bars), a row per guard."""

    mode: str
    side: Answers
    """Shape (bars,): +1, -1, or 0 while nothing can be measured."""
    first: Answers
    """Shape (bars,): index of the first guard that blocks, -1 where none does and the bar is an entry."""
    passed: Answers
    """1 yes, 0 no, -1 unmeasured."""
    reason: Codes
    """Indices in `REASONS`."""
    value: Floats
    """NaN for None."""
    threshold: Floats
    """NaN for None."""

    def fill(self, index: int, column: Column) -> None:
        """Take a guard's verdicts."""
        self.passed[index], self.reason[index], self.value[index], self.threshold[index] = column

    def verdicts(self) -> Iterator[tuple[Verdict, ...]]:
        """Bar by bar what an `Evaluator` would have said."""
        return zip(*(self._row(index) for index in range(len(self.passed))), strict=True)

    def _row(self, index: int) -> Iterator[Verdict]:
        passed, reason = _PASSED[self.passed[index]], _REASONS[self.reason[index]]
        value, threshold = _optional(self.value[index]), _optional(self.threshold[index])
        return zip(passed.tolist(), reason.tolist(), value, threshold, strict=True)


def _optional(column: Floats) -> list[float | None]:
    told = column.astype(object)
    told[np.isnan(column)] = None
    optional: list[float | None] = told.tolist()
    return optional


def blank(mode: str, side: Answers, first: Answers) -> Block:
    """A block to fill in, every guard as if it were off."""
    shape = (len(GUARDS), len(side))
    own = np.array([CODES[guard.reason] for guard in GUARDS], np.int16)
    return Block(
        mode=mode,
        side=side,
        first=first,
        passed=np.full(shape, -1, np.int8),
        reason=np.repeat(own, len(side)).reshape(shape),
        value=np.full(shape, np.nan),
        threshold=np.full(shape, np.nan),
    )
