"""News weigh as much as they say: their weight, its limits, its record, and what they would flip."""

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.core.regime.scored import PARAMS, assessed

PLAIN = replace(PARAMS, news_by_strength=False)


@pytest.mark.parametrize(
    ("n", "weight", "risk_score"),
    [
        (1.0, 0.3, 0.15),  # (-0.4*0.6 + 0.3*0.3 + 0.3*1) / 1
        (0.5, 0.15 / 0.85, -0.075 / 0.85),
        (-0.5, 0.15 / 0.85, -0.225 / 0.85),
        (0.02, 0.006 / 0.706, -0.14988 / 0.706),
        (0.0, 0.0, -0.15 / 0.7),
    ],
)
def test_news_have_the_part_of_their_weight_that_they_say_and_the_rest_share_the_rest(
    n: float, weight: float, risk_score: float
) -> None:
    made = assessed(0.6, 0.3, n)
    assert made is not None
    assert made.risk_score == pytest.approx(risk_score, abs=1e-12)
    weights = {part.input: part.weight for part in made.contributions}
    assert weights["news"] == pytest.approx(weight, abs=1e-12)
    assert weights["dxy"] / weights["btc_dominance"] == pytest.approx(4 / 3)
    assert sum(weights.values()) == pytest.approx(1)


@pytest.mark.parametrize("faded", [0.0, 1e-13, -5e-324])
@pytest.mark.parametrize("others", [(0.6, 0.3), (0.6, None), (None, 0.3)])
def test_news_that_faded_to_nothing_score_as_absent_ones_and_stay_in_the_record(
    others: tuple[float | None, float | None], faded: float
) -> None:
    made, absent = assessed(*others, faded, faded), assessed(*others, None)
    assert made is not None
    assert absent is not None
    assert made.scores == absent.scores
    assert made.crypto_score == pytest.approx(absent.crypto_score or faded, abs=1e-12)
    assert {part.input for part in made.contributions} - {part.input for part in absent.contributions} == {"news"}
    assert "news" in made.facts("CHOP")["flips"]  # type: ignore[operator]  # a mapping


@pytest.mark.parametrize("n", [0.0, 5e-324, -1e-9, 0.4, -1.0])
def test_news_alone_have_all_the_weight_however_little_they_say(n: float) -> None:
    made = assessed(None, None, n)
    assert made is not None
    assert [part.weight for part in made.contributions] == [1.0]
    assert made.risk_score == pytest.approx(n, abs=1e-12)
    flip = made.flips("CHOP")["news"]
    assert flip is not None
    assert abs(flip.value) == pytest.approx(max(0.6, abs(n)), abs=2e-6)


@pytest.mark.parametrize(("n_crypto", "expected"), [(0.8, 1.04 / 1.8), (-0.5, 0.15 / 1.5), (0.02, 0.4004 / 1.02)])
def test_crypto_news_weigh_in_the_crypto_score_as_much_as_they_say(n_crypto: float, expected: float) -> None:
    made = assessed(0.0, 0.4, 0.0, n_crypto)
    assert made is not None
    assert made.crypto_score == pytest.approx(expected)


def test_switched_off_news_weigh_the_same_whatever_they_say() -> None:
    for n in (0.02, -1.0):
        made = assessed(0.6, 0.3, n, n, PLAIN)
        assert made is not None
        assert [part.weight for part in made.contributions] == pytest.approx([0.4, 0.3, 0.3])
        assert made.crypto_score == pytest.approx((0.3 + n) / 2)


def test_no_score_jumps_as_news_turn() -> None:
    scores = []
    for step in range(-1000, 1001):
        made = assessed(-0.9, 0.8, step / 1000, step / 1000)
        assert made is not None
        scores.append((made.risk_score, made.crypto_score or 0.0))
    assert all(abs(after - before) < 2e-3 for pair in pairwise(scores) for before, after in zip(*pair, strict=True))


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("d", "n", "flip"),
    [
        (-0.41, 0.5, 0.363299),  # (0.41 + 0.75 n²) / (1 + 0.75 n) = 0.4 has two roots
        (-0.41, 0.02, 0.036701),
        (-0.45, 0.02, -0.126599),  # with 0.45 it has none; n < 0 has
    ],
)
def test_mild_news_pull_a_strong_score_towards_themselves_and_the_way_back_flips_too(
    d: float, n: float, flip: float, sign: int
) -> None:
    made = assessed(d * sign, None, n * sign)
    assert made is not None
    found = made.flips("RISK_ON" if sign > 0 else "RISK_OFF")["news"]
    assert found is not None
    assert found.value * sign == pytest.approx(flip, abs=2e-6)
    assert found.candidate == "CHOP"
