"""How well a reader of tones agrees with labels, and how fast it is."""

from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from actors.lab.headlines.labelled import Labelled, class_of
from core.news.model import CLASSES

Reader = Callable[[str], float]
"""Title to tone in [-1, 1]; 0 is neutral."""


class Agreement(NamedTuple):
    """A reader beside the labels."""

    headlines: int
    accuracy: float
    """Share of headlines put into their class."""
    macro_f1: float
    """Mean of the classes' F1, each class counting alike."""
    f1: dict[str, float]
    """By class."""
    per_second: float
    """Headlines read per second on one core."""


def agreement(read: Reader, labelled: Labelled) -> Agreement:
    """Read every headline and compare."""
    started = perf_counter()
    tones = [read(title) for title in labelled.titles]
    elapsed_s = perf_counter() - started
    given = np.array([class_of(tone) for tone in tones], dtype=np.intp)
    f1 = {name: f1_of(given == index, labelled.classes == index) for index, name in enumerate(CLASSES)}
    return Agreement(
        headlines=len(labelled),
        accuracy=float(np.mean(given == labelled.classes)),
        macro_f1=sum(f1.values()) / len(f1),
        f1=f1,
        per_second=len(labelled) / elapsed_s,
    )


def f1_of(given: npt.NDArray[np.bool_], true: npt.NDArray[np.bool_]) -> float:
    """Harmonic mean of precision and recall of one class; 0 where it is neither given nor true."""
    both = int((given & true).sum())
    return 2 * both / (int(given.sum()) + int(true.sum())) if both else 0.0
