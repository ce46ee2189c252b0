"""How a figure depends on the parameters swept: one by one, two by two, and around the best set.

Of the figure, higher is better; sets whose figure is not finite (no trades, say) are left out everywhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import nan

import numpy as np

from core.errors import InvariantBroken
from core.market.bars import Flags, Floats, Times

Value = float | int | str | bool
"""What a parameter may be set to; numbers have neighbours, texts and switches have none."""
Swept = Mapping[str, Sequence[Value]]
"""Every set's value of each parameter: N values per name."""


@dataclass(frozen=True, slots=True, eq=False)
class Marginal:
    """A figure by one parameter, whatever the others; columns of shape (V,), NaN where no set has a figure."""

    name: str
    values: tuple[Value, ...]
    """Rising."""
    mean: Floats
    median: Floats
    sets: Times
    """Sets with a figure."""


@dataclass(frozen=True, slots=True, eq=False)
class PairMap:
    """A figure's mean by two parameters, whatever the others."""

    row: str
    column: str
    row_values: tuple[Value, ...]
    column_values: tuple[Value, ...]
    mean: Floats
    """Shape (rows, columns); NaN where no set has a figure."""
    sets: Times
    """Sets with a figure; same shape."""


@dataclass(frozen=True, slots=True, eq=False)
class Plateau:
    """The best set and those beside it."""

    best: int
    """The set's position."""
    figure: float
    """Its figure."""
    neighbours: Times
    """Positions of the sets around it that have a figure."""
    mean_loss: float
    """The best figure less the neighbours' mean; NaN without neighbours."""
    worst_loss: float
    """Less the worst neighbour's; NaN without neighbours."""
    score: float
    """1: neighbours lose nothing (a plateau); 0: they are no better than the median set (a lone peak, suspect of
    chance); below 0: worse than that. NaN without neighbours or if the best is no better than the median."""


def marginals(swept: Swept, figure: Floats) -> list[Marginal]:
    """The figure's mean and median at each value of each parameter, in the order given."""
    known = _known(swept, figure)
    found = []
    for name, column in swept.items():
        values, level = _levels(column)
        at = [figure[known & (level == i)] for i in range(len(values))]
        found.append(
            Marginal(
                name=name,
                values=values,
                mean=np.array([part.mean() if len(part) else nan for part in at]),
                median=np.array([np.median(part) if len(part) else nan for part in at]),
                sets=np.array([len(part) for part in at], dtype=np.int64),
            )
        )
    return found


def pair_maps(swept: Swept, figure: Floats) -> list[PairMap]:
    """A map for every two parameters that have two values at least."""
    known = _known(swept, figure)
    levels = {name: _levels(column) for name, column in swept.items()}
    varied = [name for name, (values, _) in levels.items() if len(values) > 1]
    return [_pair(row, column, levels, np.where(known, figure, nan)) for row, column in combinations(varied, 2)]


def plateau(swept: Swept, figure: Floats, *, reach: float = 0.1) -> Plateau:
    """How much a neighbour of the best set loses.

    Args:
        swept: Every set's parameters.
        figure: Their figures; shape (N,).
        reach: How far a neighbour may be off in each number, as a share of that parameter's distinct values; always
            one value at least. So a coarse grid asks the next value on either side, a random search a tenth around.

    Raises:
        InvariantBroken: If no set has a figure, or columns differ in length.
    """
    known = _known(swept, figure)
    if not known.any():
        raise InvariantBroken("no set has a finite figure, so none is the best")
    best = int(np.where(known, figure, -np.inf).argmax())
    beside = known.copy()
    for column in swept.values():
        values, level = _levels(column)
        steps = 0 if isinstance(values[0], str | bool) else max(1, int(reach * (len(values) - 1)))
        beside &= np.abs(level - level[best]) <= steps
    beside[best] = False
    top, around = float(figure[best]), figure[beside]
    mean_loss = top - float(around.mean()) if len(around) else nan
    above_median = top - float(np.median(figure[known]))
    return Plateau(
        best=best,
        figure=top,
        neighbours=np.flatnonzero(beside),
        mean_loss=mean_loss,
        worst_loss=top - float(around.min()) if len(around) else nan,
        score=1 - mean_loss / above_median if above_median > 0 else nan,
    )


def _known(swept: Swept, figure: Floats) -> Flags:
    """Which sets have a figure."""
    if odd := [name for name, column in swept.items() if len(column) != len(figure)]:
        raise InvariantBroken(f"{', '.join(odd)}: one value for each of the {len(figure)} sets, no more, no fewer")
    return np.isfinite(figure)


def _levels(column: Sequence[Value]) -> tuple[tuple[Value, ...], Times]:
    """The distinct values, rising, and each set's position among them."""
    values, level = np.unique(np.asarray(column), return_inverse=True)
    return tuple(values.tolist()), np.asarray(level, dtype=np.int64)


def _pair(row: str, column: str, levels: Mapping[str, tuple[tuple[Value, ...], Times]], figure: Floats) -> PairMap:
    (row_values, i), (column_values, j) = levels[row], levels[column]
    cells, known = len(row_values) * len(column_values), np.isfinite(figure)
    cell = (i * len(column_values) + j)[known]
    sets = np.bincount(cell, minlength=cells)
    total = np.bincount(cell, weights=figure[known], minlength=cells)
    mean = np.divide(total, sets, out=np.full(cells, nan), where=sets > 0)
    shape = (len(row_values), len(column_values))
    return PairMap(row, column, row_values, column_values, mean.reshape(shape), sets.reshape(shape))
