"""Training: what is learned, that it is learned alike twice, and what is refused."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.lab.headlines import train as module
from actors.lab.headlines.labelled import Labelled
from actors.lab.headlines.measure import agreement
from actors.lab.headlines.train import likeliest_factor, train
from core.errors import ConfigurationError
from core.news.classify import classify
from core.news.params import NewsParams

NEWS = NewsParams()
NAMES = ("Bitcoin", "Ether", "The market", "A token", "Miners")
TAILS = ("today", "this week", "in Asia", "on Monday", "after hours", "at noon")
SAYINGS = {0: ("glimmers", "sparkles", "blossoms"), 1: ("withers", "rots", "crumbles"), 2: ("sits", "waits", "rests")}


def made() -> Labelled:
    """Headlines in words that the lexicon does not know, shuffled in time."""
    rows = [
        (f"{name} {saying} {tail}", label)
        for (label, sayings) in SAYINGS.items()
        for name, saying, tail in product(NAMES, sayings, TAILS)
    ]
    order = np.random.default_rng(3).permutation(len(rows))
    return Labelled(tuple(rows[at][0] for at in order), np.array([rows[at][1] for at in order]), np.arange(len(rows)))


def test_words_the_lexicon_does_not_know_are_learned() -> None:
    first, rest = made().split(0.8)
    model = train(first, NEWS)
    assert agreement(lambda title: classify(title, 0, NEWS).sentiment, rest).macro_f1 < 0.5
    assert agreement(lambda title: classify(title, 0, NEWS, model).sentiment, rest).macro_f1 > 0.95


def test_the_same_headlines_make_the_same_model() -> None:
    one, other = train(made(), NEWS), train(made(), NEWS)
    assert one.names == other.names
    assert np.array_equal(one.weights, other.weights)
    assert np.array_equal(one.bias, other.bias)


def test_too_few_headlines_are_refused() -> None:
    few, _ = made().split(0.5)
    with pytest.raises(ConfigurationError, match=r"holds 135 headlines .*at least 200"):
        train(few, NEWS)
    everything = made()
    merry = Labelled(everything.titles, np.zeros(len(everything), np.intp), everything.times_ms)
    with pytest.raises(ConfigurationError, match="0 negative, 0 neutral"):
        train(merry, NEWS)


def test_a_missing_library_is_named_with_the_way_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr(module, "import_module", missing)
    with pytest.raises(ConfigurationError, match=r"scikit-learn.*pip install 'chartwright\[model\]'"):
        train(made(), NEWS)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.3, 6.0))
def test_the_factor_that_made_the_classes_is_found(factor: float) -> None:
    rng = np.random.default_rng(11)
    scores = rng.normal(size=(3_000, 3))
    chances = np.exp(scores * factor)
    chances /= chances.sum(axis=1, keepdims=True)
    classes = (rng.random((3_000, 1)) > chances.cumsum(axis=1)).sum(axis=1)
    assert likeliest_factor(scores, classes) == pytest.approx(factor, rel=0.15)
