"""TA-Lib's streaming handles: the batch definition of an indicator, one bar at a time, bit for bit."""

from collections.abc import Callable
from math import nan
from typing import Any, Final, Generic, TypeVar

Value = TypeVar("Value")
Band = tuple[float, float, float]

NO_BAND: Final[Band] = (nan, nan, nan)


class Streamed(Generic[Value]):
    """An indicator that answers `nothing` until TA-Lib can open its handle, and then costs one C call per bar.

    Equality with batch holds only from the same first bar, so a handle is never re-opened on a window.

    Args:
        name: TA-Lib's name of the function.
        period: Its time period.
        history: Bars TA-Lib needs before its first value.
        nothing: The answer before that.
    """

    __slots__ = ("_history", "_name", "_nothing", "_period", "_seen", "update")

    def __init__(self, name: str, period: int, *, history: int, nothing: Value) -> None:
        self._name = name
        self._period = period
        self._history = history
        self._nothing = nothing
        self._seen: list[tuple[float, ...]] = []
        self.update: Callable[..., Value] = self._collect
        """Fold one bar's inputs, in the order of TA-Lib's arguments; replaced by the handle's own once it is open."""

    def _collect(self, *inputs: float) -> Value:
        self._seen.append(inputs)
        if len(self._seen) < self._history:
            return self._nothing
        handle = self._open()
        self.update = handle.update
        self._seen.clear()
        value: Value = handle.value
        return value

    def _open(self) -> Any:
        import numpy as np  # noqa: PLC0415 - 60 ms that a process without a panel need not pay
        import talib.stream  # noqa: PLC0415 - likewise, 350 ms

        columns = (np.array(column, dtype=np.float64) for column in zip(*self._seen, strict=True))
        return getattr(talib.stream, self._name)(*columns, self._period)


def average_true_range(bars: int) -> Streamed[float]:
    """Wilder's ATR; fed high, low, close. Its first value comes on bar `bars + 1`."""
    return Streamed("ATR", bars, history=bars + 1, nothing=nan)


def exponential_average(bars: int) -> Streamed[float]:
    """The EMA seeded by the mean of the first `bars` values; fed one value. Its first value comes on bar `bars`."""
    return Streamed("EMA", bars, history=bars, nothing=nan)


def donchian_channel(bars: int) -> Streamed[Band]:
    """Upper, middle and lower band, the newest bar included; fed high, low. The first value comes on bar `bars`."""
    return Streamed("DONCHIAN", bars, history=bars, nothing=NO_BAND)
