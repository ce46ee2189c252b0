"""What a benchmark tells: named figures, the best and the median of their repeats."""

import gc
from collections.abc import Callable, Sequence
from statistics import median
from time import perf_counter
from typing import Final, Literal, NamedTuple

Better = Literal["lower", "higher"]

_WORTH_DIGITS: Final = 100.0


class Figure(NamedTuple):
    """One measured quantity."""

    name: str
    values: tuple[float, ...]
    """One per repeat; at least one."""
    unit: str
    better: Better = "lower"
    goal: float | None = None
    """What it must reach; None: nothing was promised."""
    note: str = ""

    @property
    def median(self) -> float:
        """The middle repeat."""
        return median(self.values)

    @property
    def best(self) -> float:
        """The repeat that other programs disturbed least."""
        return min(self.values) if self.better == "lower" else max(self.values)

    @property
    def reached(self) -> bool | None:
        """Whether the median reaches the goal; None without one."""
        if self.goal is None:
            return None
        return self.median <= self.goal if self.better == "lower" else self.median >= self.goal


def seconds(call: Callable[[], object]) -> float:
    """How long one call took; garbage that others left is collected first."""
    gc.collect()
    started = perf_counter()
    call()
    return perf_counter() - started


def repeated(call: Callable[[], object], repeat: int, *, warm_up: int = 1) -> tuple[float, ...]:
    """The seconds of so many calls, after some that do not count."""
    for _ in range(warm_up):
        call()
    return tuple(seconds(call) for _ in range(repeat))


def per_second(count: int, timed: Sequence[float]) -> tuple[float, ...]:
    """Rates of repeats that each did so many."""
    return tuple(count / each for each in timed)


def number(value: float) -> str:
    """A number with the digits that mean something."""
    if abs(value) >= _WORTH_DIGITS:
        return f"{value:,.0f}"
    return f"{value:,.3g}"
