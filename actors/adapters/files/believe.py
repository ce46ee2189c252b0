"""What a candle must satisfy to be believed."""

import numpy as np
import numpy.typing as npt

from actors.adapters.files.table import Table, first_true
from core.errors import FeedMalformed
from core.market.bars import Floats

PRICES = ("open", "high", "low", "close")
COLUMNS = (*PRICES, "volume")


def believe(table: Table, columns: dict[str, Floats]) -> None:
    """Check every row.

    Raises:
        FeedMalformed: At the first row whose values are not finite, not positive (volume: negative) or crossed.
    """
    for name in COLUMNS:
        _check(table, columns, name, ~np.isfinite(columns[name]), "not a finite number")
    for name in PRICES:
        _check(table, columns, name, columns[name] <= 0, "prices are above zero")
    _check(table, columns, "volume", columns["volume"] < 0, "volume is not below zero")
    highest = np.maximum(columns["open"], columns["close"])
    lowest = np.minimum(columns["open"], columns["close"])
    _check(table, columns, "high", columns["high"] < highest, "not the bar's highest price")
    _check(table, columns, "low", columns["low"] > lowest, "not the bar's lowest price")


def _check(table: Table, columns: dict[str, Floats], name: str, bad: npt.NDArray[np.bool_], why: str) -> None:
    index = first_true(bad)
    if index is not None:
        bar = ", ".join(f"{each} {columns[each][index]:.12g}" for each in COLUMNS)
        message = f"{table.path}, row {table.row(index)}: {name} is {columns[name][index]:.12g}: {why} ({bar})"
        raise FeedMalformed(message)
