"""Whether two headlines tell one story."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.news.story import is_same, story_of

SHARE = 0.6


def same(one: str, other: str, share: float = SHARE) -> bool:
    return is_same(story_of(one.lower()), story_of(other.lower()), share)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Kraken to settle SEC charges over staking", "Kraken settles charges of the SEC over its staking"),
        ("Hackers stole 600 million from a bridge", "600 million stolen: hackers stole from bridge"),
        ("Bitcoin falls below 20000 as stocks slide", "Bitcoin falls below 20000 as the stocks slide"),
        ("Up", "up"),
    ],
)
def test_the_same_words_in_another_order_are_one_story(one: str, other: str) -> None:
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SEC sues crypto exchange Kraken over staking", "SEC sues crypto exchange Binance over staking"),  # a name
        ("Bitcoin falls below 20000 as stocks slide", "Bitcoin falls below 19000 as stocks slide"),  # a number
        ("Bitcoin falls", "Bitcoin falls again"),  # two words are no story
        ("Miners sell bitcoin reserves to pay debts", "Bitcoin whales buy reserves of miners"),
        ("Up", "Down"),
    ],
)
def test_another_name_or_number_is_another_story(one: str, other: str) -> None:
    assert not same(one, other)


def test_the_share_is_met_exactly() -> None:
    assert same("one1 two three", "one1 two three four five".replace("four", "x").replace("five", "y"), 0.6)
    assert not same("alpha beta gamma", "alpha beta gamma delta epsilon", 0.61)


TITLES = st.lists(st.sampled_from(["kraken", "binance", "hack", "20", "30", "falls", "sues", "bridge"]), max_size=7)


@given(TITLES, TITLES)
def test_sameness_has_no_direction_and_holds_for_equals(one: list[str], other: list[str]) -> None:
    assert same(" ".join(one), " ".join(other)) == same(" ".join(other), " ".join(one))
    assert same(" ".join(one), " ".join(one))
