"""Headlines: subject, tone, impact, negation, language."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.news import words
from core.news.classify import Classified, classify
from core.news.lexicon import terms
from core.news.params import NewsParams
from core.news.words import is_english, stem, words_of
from core.reasons import Reason

PARAMS = NewsParams()


def read(title: str) -> Classified:
    return classify(title, 1_000, PARAMS)


@pytest.mark.parametrize(
    ("title", "category", "sign", "impact"),
    [
        ("Fed announces another 75 bps rate hike", "MACRO_RATES", -1, "HIGH"),
        ("Fed signals a rate cut in September", "MACRO_RATES", 1, "HIGH"),
        ("US inflation cools to 3.1% in June", "MACRO_INFLATION", 1, "HIGH"),
        ("Fears of contagion as banking crisis spreads", "MACRO_BANKING", -1, "HIGH"),
        ("SEC sues Binance over unregistered securities", "CRYPTO_REGULATION", -1, "HIGH"),
        ("BlackRock files for spot Bitcoin ETF", "CRYPTO_ETF", 1, "HIGH"),
        ("Hackers stole $600 million from a bridge", "CRYPTO_SECURITY", -1, "HIGH"),
        ("Celsius files for bankruptcy", "CRYPTO_SOLVENCY", -1, "HIGH"),
        ("El Salvador makes Bitcoin legal tender", "CRYPTO_ADOPTION", 1, "MEDIUM"),
        ("Bitcoin surges past $40,000", "CRYPTO_MARKET", 1, "LOW"),
        ("Ethereum tumbles below $1,200", "CRYPTO_MARKET", -1, "LOW"),
        ("Bitcoin hits a new all-time high", "CRYPTO_MARKET", 1, "MEDIUM"),
        ("Bitcoin fails to rally", "CRYPTO_MARKET", -1, "LOW"),
        ("Hackers return stolen funds", "CRYPTO_SECURITY", 1, "HIGH"),
        ("Fed pauses rate hikes", "MACRO_RATES", 1, "HIGH"),
        ("SEC loses lawsuit", "CRYPTO_REGULATION", 1, "MEDIUM"),
        ("Ripple loses lawsuit", "CRYPTO_REGULATION", -1, "HIGH"),
        ("FTX resumes withdrawals", "CRYPTO_SOLVENCY", 1, "HIGH"),
        ("Tether regains peg", "CRYPTO_STABLECOIN", 1, "MEDIUM"),
    ],
)
def test_a_headline_is_read_by_its_words(title: str, category: str, sign: int, impact: str) -> None:
    made = read(title)
    assert made.category == category
    assert made.sentiment * sign > 0
    assert made.impact == impact
    assert made.counts
    assert made.is_crypto is category.startswith("CRYPTO_")


@pytest.mark.parametrize(
    "title",
    [
        "Get your daily digest of blockchain news",  # a subject, no side
        "Apple shares surge after earnings",  # a side, no subject of ours
        "The meeting is at noon",
        "España podría perder hasta 18 cajeros automáticos de bitcoins por el fraude",
        "Bitcoin stürzt ab und die Anleger sind nicht glücklich",
        "Биткоин crash",
        "比特币 bitcoin crash",
        "2023",
        "",
    ],
)
def test_a_headline_that_says_nothing_to_us_is_set_aside(title: str) -> None:
    assert not read(title).counts


@pytest.mark.parametrize(
    ("title", "reason"),
    [
        ("Биткоин crash", Reason.NEWS_NOT_ENGLISH),
        ("Bitcoin stürzt ab und die Anleger sind nicht glücklich", Reason.NEWS_NOT_ENGLISH),
        ("Apple shares surge after earnings", Reason.NEWS_OFF_TOPIC),
        ("Get your daily digest of blockchain news", Reason.NEWS_TAKES_NO_SIDE),
        ("Bitcoin surges", None),
    ],
)
def test_what_is_set_aside_has_a_reason(title: str, reason: Reason | None) -> None:
    assert read(title).set_aside is reason


def test_another_language_is_never_scored() -> None:
    made = read("Биткоин crash panic hack")
    assert (made.sentiment, made.hits, made.category) == (0.0, (), "")


def test_every_score_is_the_sum_of_the_terms_it_carries() -> None:
    for title in ("No rate cut as dollar may rise", "Hack funds returned, bitcoin rises", "Will crypto crash?"):
        made = read(title)
        assert made.sentiment == pytest.approx(sum(hit.weight for hit in made.hits))
        assert made.facts()["terms"] == [hit.shown() for hit in made.hits]


def test_market_chatter_weighs_less_than_a_definite_subject() -> None:
    assert read("Bitcoin surges").relevance == 0.5
    assert read("SEC sues Coinbase").relevance == 1.0
    assert read("Apple shares surge").relevance == 0.0


@pytest.mark.parametrize(
    ("title", "sentiment"),
    [
        ("Bitcoin is bullish", 0.7),
        ("Bitcoin is not bullish", -0.35),
        ("Bitcoin isn't bullish", -0.35),
        ("Bitcoin isn\u2019t bullish", -0.35),
        ("Bitcoin is not at all bullish", -0.35),  # the third word is still within reach
        ("Bitcoin is not at all very bullish", 0.7),  # the fourth is not
        ("Bitcoin is not dead, bullish", 0.7),  # a clause ends its reach
        ("Bitcoin never crashes", 0.35),
    ],
)
def test_a_negation_turns_what_it_reaches(title: str, sentiment: float) -> None:
    assert read(title).sentiment == pytest.approx(sentiment)


def test_the_longest_phrase_wins() -> None:
    assert [hit.phrase for hit in read("Rate cut helps bitcoin").hits] == ["rate cut", "bitcoin"]
    assert [hit.phrase for hit in read("Staff cut at a bitcoin firm").hits] == ["cut", "bitcoin"]


def test_sentiment_stays_within_one() -> None:
    assert read("Bitcoin crash: crypto plunge, panic, carnage, collapse").sentiment == -1.0
    assert read("Bitcoin surges, soars, rallies, jumps and booms").sentiment == 1.0


def test_a_narrower_subject_beats_market_chatter() -> None:
    assert read("Bitcoin, ether and XRP drop as CPI prints").category == "MACRO_INFLATION"


def test_the_same_story_has_the_same_key() -> None:
    assert read("Bitcoin surges!").key == read("  bitcoin SURGES ").key
    assert read("Bitcoin surges").key != read("Bitcoin slides").key


@pytest.mark.parametrize(
    ("inflected", "expected"),
    [
        ("surge surges surged surging", {"surg"}),
        ("rally rallies rallied", {"rally"}),
        ("ban bans banned banning", {"ban"}),
        ("fed etf sec", {"fed", "etf", "sec"}),
        ("bitcoin's bitcoin", {"bitcoin"}),
    ],
)
def test_inflections_share_a_stem(inflected: str, expected: set[str]) -> None:
    assert {stem(word) for word in inflected.split()} == expected


def test_no_more_stems_are_kept_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words, "_MOST_STEMS", 2)
    monkeypatch.setattr(words, "_KNOWN", kept := words._Stems())
    assert words.stems_of(["banned", "surges", "rallies", "banned"]) == ["ban", "surg", "rally", "ban"]
    assert set(kept) == {"rallies", "banned"}


@pytest.mark.parametrize("denied", ["isn't", "isn\u2019t"])
def test_a_contraction_denies_like_a_word_of_its_own(denied: str) -> None:
    (denies,) = [hit for hit in read(f"Bitcoin {denied} bullish").hits if hit.weight]
    assert (denies.weight < 0, denies.because) == (True, "isn't")


@pytest.mark.parametrize(
    ("title", "english"),
    [
        ("El Salvador buys bitcoin", True),
        ("El Salvador y la moneda", False),
        ("España podría perder hasta 18 cajeros", False),
        ("São Paulo exchange buys bitcoin", True),
        ("The fall of El Salvador and la moneda", True),
        ("aaaaaaaaé", False),  # one letter in nine
        ("aaaaaaaaaé", True),  # one in ten
    ],
)
def test_a_foreign_word_may_be_a_name_but_two_are_a_language(title: str, english: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_english(title, words_of(title)) is english


def test_the_lexicon_weighs_at_least_250_terms_and_has_no_subject_without_a_name() -> None:
    rows = terms()
    assert len({term.phrase for term in rows if term.weight}) >= 250
    assert all(-1 <= term.weight <= 1 for term in rows)
    assert all(term.category.startswith(("MACRO_", "CRYPTO_")) for term in rows if not term.weight)
    assert all(words_of(term.phrase) for term in rows)


def test_parameters_reach_the_classifier() -> None:
    deaf = replace(PARAMS, negation_words=0)
    assert classify("Bitcoin is not bullish", 0, deaf).sentiment == pytest.approx(0.7)


@given(st.text(max_size=200))
def test_any_text_is_read_without_a_fault(title: str) -> None:
    made = read(title)
    assert -1 <= made.sentiment <= 1
    assert json.loads(json.dumps(made.facts())) == made.facts()
