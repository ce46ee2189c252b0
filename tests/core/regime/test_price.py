"""Price beside dominance: its say, its weight, its record, and what it would flip."""

import pytest

from tests.core.regime.scored import assessed


@pytest.mark.parametrize(
    ("b", "p", "read"),
    [
        (1.0, -1.0, -1.0),  # a crash: dominance rises because the other coins fall harder
        (1.0, -0.5, 0.0),
        (0.4, 0.0, 0.4),
        (0.0, 0.6, 0.6),
        (-0.8, 1.0, 1.0),  # a rally led by the other coins
        (0.5, 0.5, 0.75),
    ],
)
def test_price_has_its_say_in_dominance_as_far_as_it_moved(b: float, p: float, read: float) -> None:
    made = assessed(0.0, b, None, p=p)
    assert made is not None
    assert made.risk_score == pytest.approx(3 / 7 * read)
    assert made.crypto_score == pytest.approx(read)


def test_price_takes_its_weight_from_dominance_and_the_record_says_how_dominance_is_read() -> None:
    made = assessed(0.5, 1.0, -1.0, p=-0.6)
    assert made is not None
    inputs = made.facts("CHOP")["inputs"]
    assert isinstance(inputs, dict)
    assert inputs["btc_dominance"] == {"trend": 1.0, "weight": 0.12, "contribution": 0.12, "read_as": -0.2}
    assert inputs["price"] == {"trend": -0.6, "weight": 0.18, "contribution": -0.18, "change_pct": -3.0, "hours": 72}


def test_price_alone_names_no_regime_and_without_dominance_it_has_no_say() -> None:
    assert assessed(None, None, None, p=-1.0) is None
    for news in (0.2, None):
        made, plain = assessed(0.5, None, news, p=-1.0), assessed(0.5, None, news)
        assert made is not None
        assert plain is not None
        assert made.facts("CHOP") == plain.facts("CHOP")


def test_where_price_moved_fully_no_value_of_dominance_flips_the_regime_but_price_does() -> None:
    made = assessed(0.4, 1.0, None, p=-1.0)
    assert made is not None
    assert made.candidate == "RISK_OFF"
    flips = made.flips("RISK_OFF")
    assert flips["btc_dominance"] is None
    flip = flips["price"]
    assert flip is not None
    assert (round(flip.value, 4), flip.candidate) == (-0.7, "CHOP")  # 4/7 * 0.4 + 3/7 * 0.4 = 0.4, read as -0.4
