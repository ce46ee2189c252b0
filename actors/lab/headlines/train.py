"""Training the optional headline model from a user's own labelled headlines.

A linear support vector machine over `core.news.features`, classes weighted alike. Its scores become probabilities by
one factor, under which headlines that it was not fitted on are likeliest; factor and weights are stored as one.
Only this module needs scikit-learn.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from math import log
from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import Field

from actors.lab.headlines.labelled import Labelled
from core.errors import ConfigurationError
from core.news.classify import classify
from core.news.features import run_counts, tone_values, word_counts
from core.news.model import CLASSES, HeadlineModel
from core.news.params import NewsParams
from core.news.words import stem, words_of

Matrix = npt.NDArray[np.float64]
FEWEST = 200
"""Headlines below which nothing worth keeping is learned."""
_FACTORS = np.geomspace(0.1, 20.0, 120)


@dataclass(frozen=True, slots=True)
class TrainParams:
    """How the model is fitted; chosen by macro-F1 on the later parts of the first 70 % of a labelled file."""

    word_headlines: Annotated[int, Field(ge=1, description="headlines a word must occur in to be a feature")] = 2
    run_headlines: Annotated[int, Field(ge=1, description="headlines a run of letters must occur in, likewise")] = 3
    cost: Annotated[float, Field(gt=0, description="of an error against smooth weights; larger fits closer")] = 0.3
    folds: Annotated[int, Field(ge=2, description="parts in time, each left out once to find the factor")] = 5
    seed: Annotated[int, Field(ge=0, description="of the solver's order of visits")] = 0


@dataclass(frozen=True, slots=True)
class _Counted:
    """A headline's features."""

    words: Mapping[str, int]
    runs: Mapping[str, int]
    tones: Mapping[str, float]


def train(labelled: Labelled, news: NewsParams, params: TrainParams = TrainParams()) -> HeadlineModel:
    """Fit a model.

    Args:
        labelled: Headlines of all three classes.
        news: How the lexicon reads them; its finds are features.
        params: How it is fitted.

    Raises:
        ConfigurationError: If scikit-learn is missing, or the headlines are too few.
    """
    _refuse_few(labelled, params)
    counted = [_counted(title, news) for title in labelled.titles]
    names, rarity = _vocabulary(counted, params)
    blank = HeadlineModel(names, rarity, np.zeros((len(names), len(CLASSES))), np.zeros(len(CLASSES)), "")
    matrix = _matrix(counted, blank)
    scores = np.zeros((len(labelled), len(CLASSES)))
    for part in np.array_split(np.arange(len(labelled)), params.folds):
        rest = np.setdiff1d(np.arange(len(labelled)), part)
        weights, bias = _fitted(matrix[rest], labelled.classes[rest], params)
        scores[part] = matrix[part] @ weights + bias
    factor = likeliest_factor(scores, labelled.classes)
    weights, bias = _fitted(matrix, labelled.classes, params)
    return HeadlineModel(names, rarity, weights * factor, bias * factor, "")


def likeliest_factor(scores: Matrix, classes: npt.NDArray[np.intp]) -> float:
    """The factor on scores under which the softmax makes the classes likeliest.

    Args:
        scores: Of headlines that the scorer was not fitted on; shape (headlines, 3).
        classes: What they are; shape (headlines,).
    """
    losses = []
    for factor in _FACTORS:
        scaled = scores * factor
        top = scaled.max(axis=1)
        total = top + np.log(np.exp(scaled - top[:, None]).sum(axis=1))
        losses.append(float(np.mean(total - scaled[np.arange(len(classes)), classes])))
    return float(_FACTORS[int(np.argmin(losses))])


def _refuse_few(labelled: Labelled, params: TrainParams) -> None:
    counts = Counter(labelled.classes.tolist())
    short = [f"{counts[index]} {name}" for index, name in enumerate(CLASSES) if counts[index] <= params.folds]
    if len(labelled) < FEWEST or short:
        told = ", ".join(short) or "enough of each class"
        raise ConfigurationError(
            f"--labelled holds {len(labelled)} headlines ({told}): give at least {FEWEST}, more than {params.folds} "
            "of each of positive, negative and neutral"
        )


def _counted(title: str, news: NewsParams) -> _Counted:
    stems = [stem(word) for word in words_of(title)]
    return _Counted(word_counts(stems), run_counts(title), tone_values(classify(title, 0, news).hits))


def _vocabulary(counted: Sequence[_Counted], params: TrainParams) -> tuple[tuple[str, ...], Matrix]:
    """Features that occur often enough, and how rare each is."""
    words = Counter(name for one in counted for name in one.words)
    runs = Counter(name for one in counted for name in one.runs)
    tones = Counter(name for one in counted for name in one.tones)
    kept = {name: n for name, n in words.items() if n >= params.word_headlines}
    kept |= {name: n for name, n in runs.items() if n >= params.run_headlines}
    names = (*sorted(kept), *sorted(tones))
    rarity = [log((1 + len(counted)) / (1 + kept[name])) + 1 if name in kept else 1.0 for name in names]
    return names, np.array(rarity)


def _matrix(counted: Sequence[_Counted], blank: HeadlineModel) -> Any:
    """All headlines as the model will see them, sparse; shape (headlines, features)."""
    sparse = _sklearn("scipy.sparse")
    vectors = [blank.vector(one.words, one.runs, one.tones) for one in counted]
    ends = np.cumsum([0, *(len(rows) for rows, _ in vectors)])
    columns = np.concatenate([rows for rows, _ in vectors])
    values = np.concatenate([value for _, value in vectors])
    return sparse.csr_matrix((values, columns, ends), shape=(len(vectors), len(blank.names)))


def _fitted(matrix: Any, classes: npt.NDArray[np.intp], params: TrainParams) -> tuple[Matrix, Matrix]:
    """Weights, shape (features, 3), and bias, shape (3,)."""
    machine = _sklearn("sklearn.svm").LinearSVC(C=params.cost, class_weight="balanced", random_state=params.seed)
    machine.fit(matrix, classes)
    return machine.coef_.T, machine.intercept_


def _sklearn(module: str) -> Any:
    try:
        return import_module(module)
    except ImportError as error:
        raise ConfigurationError(
            "training a headline model needs scikit-learn, which is not installed: pip install 'chartwright[model]'"
        ) from error
