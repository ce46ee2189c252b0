"""The news board: windows, fading, duplicates, bounds."""

import json
from dataclasses import replace
from typing import Any

import pytest

from core.news.board import NewsBoard
from core.news.classify import Classified
from core.news.params import NewsParams
from core.news.turns import Hit

PARAMS = NewsParams()
HOUR = 3_600_000
NOW = 1_700_000_000_000


def headline(key: str = "story", **changes: Any) -> Classified:
    made: dict[str, Any] = {
        "ts": NOW,
        "title": key,
        "key": key,
        "category": "CRYPTO_SECURITY",
        "sentiment": -0.8,
        "impact": "HIGH",
        "relevance": 1.0,
        "hits": (Hit("hack", -0.8),),
        "english": True,
    }
    return Classified(**(made | changes))


def board(*headlines: Classified, params: NewsParams = PARAMS) -> NewsBoard:
    made = NewsBoard(params)
    for one in headlines:
        made.add(one)
    return made


def n_at(made: NewsBoard, now: int) -> float | None:
    signal = made.signal(now)
    return None if signal is None else signal.n


@pytest.mark.parametrize(("impact", "hours", "weight"), [("HIGH", 4, 1.0), ("MEDIUM", 2, 0.6), ("LOW", 1, 0.3)])
def test_a_headline_fades_linearly_through_its_window(impact: str, hours: int, weight: float) -> None:
    made = board(headline(impact=impact))
    window = hours * HOUR
    assert n_at(made, NOW - 1) is None
    assert n_at(made, NOW) == pytest.approx(-0.8 * weight)
    assert n_at(made, NOW + window // 4) == pytest.approx(-0.8 * weight * 0.75)
    assert n_at(made, NOW + window - 1) == pytest.approx(0, abs=1e-6)
    assert n_at(made, NOW + window) is None
    assert made.expires_at(NOW) == NOW + window
    assert made.expires_at(NOW + window) is None


def test_headlines_share_the_signal_by_weight() -> None:
    made = board(headline("a"), headline("b", sentiment=0.4, impact="MEDIUM"))
    assert n_at(made, NOW) == pytest.approx((1.0 * -0.8 + 0.6 * 0.4) / 1.6)


def test_chatter_alone_stays_weak() -> None:
    assert n_at(board(headline(impact="LOW", relevance=0.5, sentiment=1.0)), NOW) == pytest.approx(0.15)


def test_the_crypto_signal_leaves_the_wider_economy_out() -> None:
    macro = headline("macro", category="MACRO_RATES", sentiment=0.6)
    signal = board(headline(), macro).signal(NOW)
    assert signal is not None
    assert signal.n == pytest.approx(-0.1)
    assert signal.n_crypto == pytest.approx(-0.8)
    alone = board(macro).signal(NOW)
    assert alone is not None
    assert alone.n_crypto is None


def test_a_story_counts_once_while_it_counts_and_again_after() -> None:
    made = board()
    assert made.add(headline()) == "added"
    assert made.add(headline(ts=NOW + 4 * HOUR - 1)) == "duplicate"
    assert made.add(headline(ts=NOW + 4 * HOUR)) == "added"


@pytest.mark.parametrize("changes", [{"english": False}, {"relevance": 0.0}, {"hits": (Hit("hack", 0.0),)}])
def test_what_says_nothing_is_set_aside(changes: dict[str, Any]) -> None:
    made = board()
    assert made.add(headline(**changes)) == "set_aside"
    assert made.signal(NOW) is None


@pytest.mark.parametrize(("age_ms", "verdict"), [(4 * HOUR - 1, "added"), (4 * HOUR, "expired")])
def test_a_headline_older_than_its_window_no_longer_counts(age_ms: int, verdict: str) -> None:
    made = board(headline("newest"))
    assert made.add(headline("old", ts=NOW - age_ms)) == verdict


def test_two_sources_of_one_story_count_once_and_both_are_credited() -> None:
    first = headline("exchange kraken halts withdrawals after hack")
    made = NewsBoard(PARAMS)
    assert made.add(first, "wire") == "added"
    again = headline("kraken exchange halts all withdrawals after hack", ts=NOW + HOUR)
    assert made.add(again, "other") == "duplicate"
    assert made.add(again, "other") == "duplicate"
    signal = made.signal(NOW + HOUR)
    assert signal is not None
    assert [(item.ts, item.sources) for item in signal.items] == [(NOW, ("wire", "other"))]


def test_the_same_words_for_the_other_side_are_another_story() -> None:
    made = board(headline("court clears exchange of all fraud charges", sentiment=-0.5))
    assert made.add(headline("court clears exchange of fraud charges", sentiment=0.5)) == "added"


def test_the_share_that_makes_a_story_is_a_setting() -> None:
    made = board(headline("exchange kraken halts withdrawals after hack"), params=replace(PARAMS, same_story=1.0))
    assert made.add(headline("exchange kraken halts withdrawals after big hack")) == "added"


def test_a_signal_names_how_its_sides_stand_to_each_other() -> None:
    macro = headline("macro", category="MACRO_RATES", sentiment=0.6)
    split = board(headline(sentiment=-0.4), macro).signal(NOW)
    assert split is not None
    assert (split.n_macro, split.n_crypto, split.alignment) == (0.6, -0.4, "DECOUPLED")
    alarmed = board(headline()).signal(NOW)
    assert alarmed is not None
    assert (alarmed.n_macro, alarmed.alignment) == (None, "RISK")


def test_a_full_board_drops_what_would_end_first() -> None:
    made = board(
        headline("low", impact="LOW"), headline("high"), headline("medium", impact="MEDIUM"),
        params=replace(PARAMS, most_items=2),
    )  # fmt: skip
    signal = made.signal(NOW)
    assert signal is not None
    assert [item.key for item in signal.items] == ["high", "medium"]


def test_a_restored_board_goes_on_as_if_it_had_never_stopped() -> None:
    made = board(headline("a"), headline("b", impact="LOW", sentiment=0.5))
    assert made.add(headline("the exchange kraken was hacked"), "wire") == "added"
    again = NewsBoard(PARAMS)
    again.restore(json.loads(json.dumps(made.save())))
    for now in range(NOW, NOW + 5 * HOUR, HOUR // 2):
        assert made.signal(now) == again.signal(now)
        assert made.expires_at(now) == again.expires_at(now)
    told_again = headline("exchange kraken hacked", ts=NOW + HOUR)
    assert made.add(told_again, "other") == again.add(told_again, "other") == "duplicate"
    assert made.save() == again.save()
    assert made.add(headline("a", ts=NOW + HOUR)) == again.add(headline("a", ts=NOW + HOUR)) == "duplicate"


def test_an_empty_board_is_a_missing_input() -> None:
    assert board().signal(NOW) is None
    assert board().expires_at(NOW) is None


def test_a_signals_facts_name_the_loudest_headlines() -> None:
    signal = board(*(headline(str(i), sentiment=i / 10) for i in range(1, 6))).signal(NOW)
    assert signal is not None
    alone = {"macro": None, "alignment": "ALIGNED"}
    loudest = [["5", 0.5, []], ["4", 0.4, []], ["3", 0.3, []]]
    assert signal.facts() == alone | {"crypto": 0.3, "items": 5, "loudest": loudest}


def test_a_tone_is_told_without_the_floats_last_digits() -> None:
    signal = board(headline(sentiment=-0.7999999999999999)).signal(NOW)
    assert signal is not None
    assert signal.facts()["loudest"] == [["story", -0.8, []]]
