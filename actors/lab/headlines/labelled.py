"""Headlines with somebody's judgement of their tone: what a model is trained on and a reader is measured by."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from actors.adapters.files.reading import read_table
from actors.adapters.files.table import Table
from actors.adapters.files.times import TIME_NAMES, read_stamps
from core.errors import ConfigurationError, FeedMalformed
from core.news.model import CLASSES

TEXTS = ("title", "headline", "short_description", "text", "description")
LABELS = ("sentiment", "label", "sentiment_score", "score", "tone", "polarity", "accurate_sentiments")
WORDS = {"positive": 0, "bullish": 0, "negative": 1, "bearish": 1, "neutral": 2}


@dataclass(frozen=True, slots=True, eq=False)
class Labelled:
    """Headlines, oldest first."""

    titles: tuple[str, ...]
    classes: npt.NDArray[np.intp]
    """Index into CLASSES; shape (titles,)."""
    times_ms: npt.NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.titles)

    def split(self, share: float) -> tuple["Labelled", "Labelled"]:
        """The first `share` of them, and the rest."""
        cut = int(share * len(self))
        first = Labelled(self.titles[:cut], self.classes[:cut], self.times_ms[:cut])
        return first, Labelled(self.titles[cut:], self.classes[cut:], self.times_ms[cut:])


def read_labelled(path: Path) -> Labelled:
    """A labelled file: a time, a text and a label column, found by name.

    A label is a word (positive, negative, neutral, bullish, bearish) or a score in [-1, 1] whose sign tells the side.

    Raises:
        FeedMalformed: If a column is missing or a label is neither.
        ConfigurationError: If the path is at fault.
    """
    table = read_table(path)
    times = read_stamps(table, table.find(TIME_NAMES)).ms
    order = np.argsort(times, kind="stable")
    titles = table.columns[table.find(TEXTS)]
    classes = _classes(table, table.find(LABELS))
    kept = [at for at in order.tolist() if isinstance(titles[at], str) and titles[at].strip()]
    if not kept:
        raise ConfigurationError(f"{path} holds no headline with a text")
    return Labelled(tuple(titles[at] for at in kept), classes[kept], times[kept])


def _classes(table: Table, name: str) -> npt.NDArray[np.intp]:
    values = table.columns[name]
    if values.dtype.kind in "iuf":
        return _signs(table, name)
    return np.array([_word(table, name, at, value) for at, value in enumerate(values)], dtype=np.intp)


def _signs(table: Table, name: str) -> npt.NDArray[np.intp]:
    scores = table.numbers(name)
    bad = ~(np.abs(scores) <= 1)
    if bad.any():
        raise table.malformed(int(bad.argmax()), name, "a score lies in [-1, 1], its sign telling the side")
    if not (scores < 0).any():
        allowed = f"give scores in [-1, 1], or words ({', '.join(WORDS)})"
        raise FeedMalformed(f"{table.path}: no {name} is below 0, so these look like codes: {allowed}")
    return np.select([scores > 0, scores < 0], [0, 1], 2).astype(np.intp)


def _word(table: Table, name: str, at: int, value: Any) -> int:
    found = WORDS.get(value.strip().lower()) if isinstance(value, str) else None
    if found is None:
        raise table.malformed(at, name, f"give one of {', '.join(WORDS)}, or scores in [-1, 1]")
    return found


def class_of(tone: float) -> int:
    """The class that a tone stands for, as an index into CLASSES."""
    return CLASSES.index("positive" if tone > 0 else "negative" if tone < 0 else "neutral")
