"""The optional trained reader of tone: a linear model over a headline's features, scored here without its trainer.

It is data, not code: rarity and three weights per feature. A headline's tone is the calibrated probability of good news
less that of bad news, and zero where neutral is the likeliest. What moved it most is kept as the terms that made it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, log, sqrt

import numpy as np
import numpy.typing as npt

from core.news.features import run_counts, shown, tone_values, word_counts
from core.news.turns import Hit

CLASSES = ("positive", "negative", "neutral")
"""In the order of the weights' columns."""
_SHOWN = 5
_DIGITS = 6  # another machine's last bits do not matter


@dataclass(frozen=True, slots=True, eq=False)
class HeadlineModel:
    """Weights made by `chartwright train-news`."""

    names: tuple[str, ...]
    """Features by row."""
    rarity: npt.NDArray[np.float64]
    """Inverse document frequency by row; 1 for the lexicon's features."""
    weights: npt.NDArray[np.float64]
    """Shape (rows, 3), columns as CLASSES."""
    bias: npt.NDArray[np.float64]
    """Shape (3,)."""
    sha256: str
    """Of the file it came from: part of a run's fingerprint."""
    rows: dict[str, int] = field(init=False)
    """Feature to row."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", {name: row for row, name in enumerate(self.names)})

    def read(self, title: str, stems: Sequence[str], hits: Sequence[Hit]) -> tuple[float, tuple[Hit, ...]]:
        """The tone in [-1, 1] and the terms that made it, the strongest first.

        Args:
            title: The headline.
            stems: Its stems, clause ends among them.
            hits: What the lexicon found in it.

        Returns:
            Tone 0 and terms of weight 0 where the headline is most likely neutral.
        """
        rows, values = self.vector(word_counts(stems), run_counts(title), tone_values(hits))
        subjects = tuple(hit for hit in hits if not hit.weight)
        if not len(rows):
            return 0.0, subjects
        parts = self.weights[rows] * values[:, None]
        good, bad, neutral = _softmax((parts.sum(axis=0) + self.bias).tolist())
        tone = 0.0 if neutral >= max(good, bad) else round(good - bad, _DIGITS)
        return tone, (*self._terms(rows, parts, tone), *subjects)

    def vector(
        self, words: Mapping[str, int], runs: Mapping[str, int], tones: Mapping[str, float]
    ) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.float64]]:
        """The rows of the features that the model knows, and their values."""
        find, rarity = self.rows.get, self.rarity.item
        rows: list[int] = []
        values: list[float] = []
        for counts in (words, runs):
            known = [(row, count) for name, count in counts.items() if (row := find(name)) is not None]
            found = [rarity(row) * (1.0 + log(count)) if count > 1 else rarity(row) for row, count in known]
            length = sqrt(sum(value * value for value in found)) or 1.0
            rows += [row for row, _ in known]
            values += [value / length for value in found]
        for name, value in tones.items():
            if name in self.rows:
                rows.append(self.rows[name])
                values.append(value)
        return np.array(rows, dtype=np.intp), np.array(values, dtype=np.float64)

    def _terms(self, rows: npt.NDArray[np.intp], parts: npt.NDArray[np.float64], tone: float) -> Iterator[Hit]:
        """The features that pulled hardest, with their pull from bad news to good."""
        pulls = parts[:, 0] - parts[:, 1]
        for at in np.lexsort((rows, -np.abs(pulls)))[:_SHOWN].tolist():
            pull = round(pulls.item(at), _DIGITS) if tone else 0.0
            yield Hit(shown(self.names[rows.item(at)]), pull, "model")


def _softmax(scores: list[float]) -> list[float]:
    top = max(scores)
    powers = [exp(score - top) for score in scores]
    total = sum(powers)
    return [round(power / total, _DIGITS) for power in powers]
