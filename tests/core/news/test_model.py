"""The trained reader of tone, by hand: which features it sees and what it makes of them."""

from math import exp

import numpy as np
import pytest

from core.news.classify import classify
from core.news.features import run_counts, shown, tone_values, word_counts
from core.news.model import HeadlineModel
from core.news.params import NewsParams
from core.news.turns import Hit

PARAMS = NewsParams()


def model(**pulls: float) -> HeadlineModel:
    """A model of words alone: each pulls towards good news, and as much away from bad."""
    names = tuple(f"w:{word}" for word in pulls)
    weights = np.array([[pull, -pull, 0.0] for pull in pulls.values()])
    return HeadlineModel(names, np.ones(len(names)), weights, np.zeros(3), "0" * 64)


def test_the_tone_is_the_chance_of_good_news_less_that_of_bad() -> None:
    made = classify("Bitcoin moons", 0, PARAMS, model(moon=2.0))
    total = exp(2) + exp(-2) + 1
    assert made.sentiment == pytest.approx((exp(2) - exp(-2)) / total, abs=1e-6)
    assert made.hits[0] == Hit("moon", 4.0, "model")
    assert made.counts


def test_a_neutral_headline_takes_no_side_and_still_says_why() -> None:
    made = classify("Bitcoin moons", 0, PARAMS, model(moon=0.0))
    assert (made.sentiment, made.counts) == (0.0, False)
    assert made.hits[0] == Hit("moon", 0.0, "model")


def test_a_headline_without_a_known_feature_is_neutral() -> None:
    made = classify("Bitcoin surges", 0, PARAMS, model(moon=2.0))
    assert (made.sentiment, made.counts) == (0.0, False)


def test_the_model_reads_the_tone_alone() -> None:
    title = "SEC sues Binance over fraud"
    plain, read = classify(title, 0, PARAMS), classify(title, 0, PARAMS, model(sue=3.0))
    assert (read.category, read.impact, read.relevance) == (plain.category, plain.impact, plain.relevance)
    assert plain.sentiment < 0 < read.sentiment
    assert {hit.phrase for hit in read.hits} >= {"binance"}


def test_another_language_is_not_read_by_the_model_either() -> None:
    assert classify("Биткоин moon", 0, PARAMS, model(moon=2.0)).sentiment == 0


def test_blocks_are_scaled_to_length_one_and_repeats_count_by_their_logarithm() -> None:
    made = model(one=1.0, two=1.0)
    _, values = made.vector(word_counts(["one", "two", "two", "gone"]), {}, {})
    assert np.linalg.norm(values) == pytest.approx(1)
    assert values[1] / values[0] == pytest.approx(1 + np.log(2))


def test_features_are_words_pairs_runs_of_letters_and_finds() -> None:
    assert set(word_counts(["a", "b", "b"])) == {"w:a", "w:b", "w:a b", "w:b b"}
    assert run_counts("Ab ab")["c: ab "] == 2
    assert set(run_counts("a")) == {"c: a", "c:a ", "c: a "}
    values = tone_values([Hit("hack", -0.8), Hit("btc", 0.0), Hit("surge", 0.7)])
    assert {"l:hack-", "l:btc0", "l:surge+", "t:side-"} <= set(values)
    assert values["t:sum"] == pytest.approx(-0.1)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("w:rate cut", "rate cut"),
        ("c: ab", "' ab'"),
        ("l:hack-", "lexicon: hack"),
        ("t:sum", "lexicon's sum"),
        ("t:side-", "lexicon's side"),
    ],
)
def test_features_are_shown_as_people_read_them(name: str, text: str) -> None:
    assert shown(name) == text
