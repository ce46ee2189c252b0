"""A data file as named columns that remember their file and rows, so that a refusal can name the value."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from core.errors import FeedMalformed
from core.market.bars import Floats

Values = npt.NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Columns of equal length by name (lower case, `_` for blanks), as numbers, datetimes or objects."""

    path: Path
    columns: dict[str, Values]
    first_row: int = 1
    """What a person calls the first record: 2 in a text file with a header, else 1. Blank lines are not counted."""
    zoned: frozenset[str] = frozenset()
    """Datetime columns that came with an explicit UTC offset and hold UTC."""

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def row(self, index: int) -> int:
        """What a person calls the record at `index`."""
        return index + self.first_row

    def has(self, names: Sequence[str]) -> bool:
        """One of `names` is a column."""
        return any(name in self.columns for name in names)

    def find(self, names: Sequence[str]) -> str:
        """The first of `names` that is a column.

        Raises:
            FeedMalformed: If none is; the text says which names were looked for and which columns there are.
        """
        found = next((name for name in names if name in self.columns), None)
        if found is None:
            raise self.lacks(names, joined=" or ")
        return found

    def lacks(self, names: Sequence[str], *, joined: str = ", ") -> FeedMalformed:
        """The error that says which columns are missing, and which there are."""
        there = ", ".join(list(self.columns)[:20])
        return FeedMalformed(f"{self.path} has no column {joined.join(names)}; its columns are {there}")

    def numbers(self, name: str) -> Floats:
        """A column as floats; what is missing becomes NaN."""
        values = self.columns[name]
        if values.dtype.kind in "iuf":
            return values.astype(np.float64)
        return np.array([self._number(name, i) for i in range(len(values))], dtype=np.float64)

    def malformed(self, index: int, name: str, why: str) -> FeedMalformed:
        """The error that names file, row, column and value."""
        return FeedMalformed(f"{self.path}, row {self.row(index)}: {name} is {self._shown(name, index)}: {why}")

    def _number(self, name: str, index: int) -> float:
        value = self.columns[name][index]
        if value is None:
            return float("nan")
        try:
            return float(value)
        except (TypeError, ValueError) as error:
            raise self.malformed(index, name, "not a number") from error

    def _shown(self, name: str, index: int) -> str:
        value = self.columns[name][index]
        if value is None:
            return "missing"
        return repr(value[:40]) if isinstance(value, str) else str(value)[:40]


def normal(name: str) -> str:
    """A column's name in the one spelling that columns are looked up by."""
    return "_".join(name.strip().lower().split())


def first_true(mask: npt.NDArray[np.bool_]) -> int | None:
    """The index of the first True."""
    return int(mask.argmax()) if mask.any() else None
