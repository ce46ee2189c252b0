"""What the words around a term do to its tone."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.news.classify import classify
from core.news.lexicon import DIRECTIONS, HEDGES, NEGATIONS, RELIEFS, terms
from core.news.params import NewsParams
from core.news.turns import Hit

PARAMS = NewsParams()


def hit(title: str, phrase: str, params: NewsParams = PARAMS) -> Hit:
    (found,) = (one for one in classify(title, 0, params).hits if one.phrase == phrase)
    return found


def tone(title: str) -> float:
    return classify(title, 0, PARAMS).sentiment


@pytest.mark.parametrize(
    ("title", "sign"),
    [
        ("No rate cut this year, Fed says", -1),
        ("Fed rules out rate cut", -1),
        ("Fed won't raise rates", 1),
        ("ETF rejected", -1),
        ("SEC rejects spot bitcoin ETF", -1),
        ("Bitcoin ETF approval delayed by SEC", -1),
        ("Hack funds returned", 1),
        ("Hacker returns $600 million to a crypto bridge", 1),
        ("Stolen crypto recovered", 1),
        ("Crypto exchange denies hack rumors", 1),
        ("Ban on crypto mining lifted", 1),
        ("SEC lawsuit against a crypto firm dismissed", 1),
        ("SEC drops lawsuit against Ripple", 1),
        ("Inflation is rising again", -1),
        ("Inflation unexpectedly slows", 1),
        ("Unemployment climbs to 4%", -1),
        ("Rising inflation worries the Fed", -1),
        ("Dollar weakens", 1),
        ("Bitcoin weakens", -1),
        ("Dollar steady, bitcoin falls", -1),
    ],
)
def test_direction_is_read_from_the_words_around(title: str, sign: int) -> None:
    assert tone(title) * sign > 0


@pytest.mark.parametrize(
    ("title", "phrase", "weight", "because"),
    [
        ("Fed cut rates", "cut rates", 0.6, ""),
        ("Fed may cut rates", "cut rates", 0.3, "may"),
        ("Fed may not cut rates", "cut rates", -0.15, "not may"),
        ("Will bitcoin crash?", "crash", -0.35, "?"),
        ("Could bitcoin, after all, crash", "crash", -0.7, ""),  # another clause
        ("Bitcoin could one two three four crash", "crash", -0.35, "could"),  # the fifth word
        ("Bitcoin could one two three four five crash", "crash", -0.7, ""),
        ("Bitcoin hack one two three four five returned", "hack", 0.4, "returned"),  # the sixth word
        ("Bitcoin hack one two three four five six returned", "hack", -0.8, ""),
        ("Bitcoin hack, returned", "hack", -0.8, ""),
        ("Bitcoin loss recovered", "loss", -0.5, ""),  # a tone is no event to undo
        ("Inflation one two three climbs", "climb", -0.5, "inflation"),
        ("Inflation one two three four climbs", "climb", 0.5, ""),
        ("Inflation, bitcoin climbs", "climb", 0.5, ""),  # the nearest subject moves
        ("Inflation: climbs", "climb", 0.5, ""),
        ("Higher inflation", "higher", -0.5, "inflation"),
        ("Inflation optimism", "optimism", 0.4, ""),  # no move
    ],
)
def test_each_influence_reaches_so_far_and_is_told(title: str, phrase: str, weight: float, because: str) -> None:
    found = hit(title, phrase)
    assert found.weight == pytest.approx(weight)
    assert found.because == because


def test_a_hit_is_shown_with_what_turned_it() -> None:
    assert hit("No rate cut", "rate cut").shown() == "rate cut -0.3 (no)"
    assert hit("A rate cut", "rate cut").shown() == "rate cut +0.6"


def test_strengths_and_reaches_are_settings() -> None:
    assert hit("Fed may cut rates", "cut rates", replace(PARAMS, hedge_strength=0.0)).weight == 0
    assert hit("Hack funds returned", "hack", replace(PARAMS, relief_words=0)).weight == -0.8
    assert hit("Inflation is rising", "rise", replace(PARAMS, direction_words=0)).weight == 0.5
    assert hit("Will bitcoin crash?", "crash", replace(PARAMS, hedge_words=0)).because == "?"


def test_every_direction_word_is_a_tone_of_the_lexicon() -> None:
    tones = {term.phrase for term in terms() if not term.category}
    assert tones >= DIRECTIONS


WORDS = sorted(NEGATIONS | HEDGES | RELIEFS) + [term.phrase for term in terms()][::3] + [",", "?", "and"]


@given(st.lists(st.sampled_from(WORDS), max_size=12))
def test_no_words_make_a_term_louder_than_the_lexicon_has_it(words: list[str]) -> None:
    loudest = {term.phrase: abs(term.weight) for term in sorted(terms(), key=lambda term: abs(term.weight))}
    for found in classify(" ".join(words), 0, PARAMS).hits:
        assert abs(found.weight) <= loudest[found.phrase]
