"""What a chunk came to, as the rows that are kept and the result that is read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from core.market.bars import Floats
from core.sweep.params import Trial
from core.sweep.records import ACCOUNT, Records
from core.sweep.result import SweepResult

FIGURES: Final = tuple(ACCOUNT.names or ())
"""An account's fields: the columns of a row besides its settings."""


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """A chunk's sets, a row for each in their order."""

    accounts: Records
    """`core.sweep.records.ACCOUNT`, shape (N,)."""
    start_equity: Floats
    marks: Floats | None
    """Equity at each UTC day's end, shape (N, days); None where days are not kept."""

    def __len__(self) -> int:
        return len(self.accounts)

    def row(self, place: int) -> "Outcome":
        """One set's."""
        at = slice(place, place + 1)
        marks = None if self.marks is None else self.marks[at]
        return Outcome(self.accounts[at], self.start_equity[at], marks)

    @property
    def final_equity(self) -> Floats:
        """As `SweepResult.final_equity`."""
        return np.asarray(self.accounts["balance"] + self.accounts["unrealized"])


def result_of(
    outcomes: Sequence[Outcome], trials: Sequence[Trial], shared: Mapping[tuple[str, str], int]
) -> SweepResult:
    """Chunks side by side, as if the sets had been run at once.

    Args:
        outcomes: In the order of the sets, at least one.
        trials: All sets.
        shared: Transitions of the charts that no set moves.
    """
    marks = [each.marks for each in outcomes if each.marks is not None]
    return SweepResult(
        trials=tuple(trials),
        start_equity=np.concatenate([each.start_equity for each in outcomes]),
        accounts=np.concatenate([each.accounts for each in outcomes]),
        shared=shared,
        marks=np.concatenate(marks) if len(marks) == len(outcomes) else None,
        trades=None,
    )
