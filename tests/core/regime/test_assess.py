"""Regime scores: on the limits, in general, and what would flip them."""

import json
from dataclasses import replace
from math import copysign

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.regime.params import RegimeParams
from core.regime.score import Scores, candidate_of, scores_of
from tests.core.regime.scored import PARAMS, assessed

Inputs = tuple[float | None, float | None, float | None, float | None]
TRENDS = st.none() | st.floats(min_value=-1, max_value=1) | st.sampled_from([-1.0, -0.5, 0.0, 0.5, 1.0])


@pytest.mark.parametrize(
    ("inputs", "candidate", "score", "risk_score"),
    [
        ((-1, 0, 0.67, None), "RISK_ON", 0.53467 / 0.901, 0.53467 / 0.901),
        ((0, 1, 1, None), "RISK_ON", 0.6, 0.6),
        ((-0.5, 0.4993, 0, None), "CHOP", 0.5003, 0.4997),
        ((-0.5, 0.5007, 0, None), "RISK_ON", 0.5003, 0.5003),
        ((1, -1, -1, None), "RISK_OFF", 1.0, -1.0),  # crypto falls as the dollar rises: its usual message
        ((1, -0.5, -1, -0.5), "RISK_OFF", 0.85, -0.85),
        ((0, 0, 0, 0), "CHOP", 1.0, 0.0),
        ((0.5, 0.5, 0.5, 0.5), "CHOP", 0.5, 0.025 / 0.85),
        ((0.51, 0.51, 0.5, 0.51), "DECOUPLED", 0.51, None),
        ((0.6, 0.49, 0.5, 0.49), "CHOP", None, None),
        ((None, -1, None, None), "RISK_OFF", 1.0, -1.0),
        ((-1, None, None, None), "RISK_ON", 1.0, 1.0),
    ],
)
def test_the_candidate_is_the_largest_score(
    inputs: Inputs, candidate: str, score: float | None, risk_score: float | None
) -> None:
    made = assessed(*inputs)
    assert made is not None
    assert made.candidate == candidate
    if score is not None:
        assert made.score == pytest.approx(score, abs=1e-12)
    if risk_score is not None:
        assert made.risk_score == pytest.approx(risk_score, abs=1e-12)


@pytest.mark.parametrize(
    ("d", "x", "expected"),
    [
        (0.5, 0.5, 0.5),
        (0.4999, 0.9, 0.0),
        (0.9, 0.4999, 0.0),
        (0.9, 0.6, 0.6),
        (-0.7, -0.9, 0.7),
        (0.9, -0.9, 0.0),
        (None, 0.9, 0.0),
        (0.9, None, 0.0),
    ],
)
def test_decoupled_needs_the_dollar_and_crypto_to_run_the_same_way(
    d: float | None, x: float | None, expected: float
) -> None:
    _, _, decoupled, _ = scores_of(0.0, d, x, 0.5)
    assert decoupled == expected


def test_among_equal_scores_the_most_cautious_regime_leads() -> None:
    assert candidate_of(Scores(RISK_OFF=0.5, CHOP=0.5, DECOUPLED=0.5, RISK_ON=0.5)) == "RISK_OFF"
    assert candidate_of(Scores(RISK_OFF=0.0, CHOP=0.5, DECOUPLED=0.5, RISK_ON=0.5)) == "CHOP"
    assert candidate_of(Scores(RISK_OFF=0.0, CHOP=0.1, DECOUPLED=0.5, RISK_ON=0.5)) == "DECOUPLED"


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ((0, 0, -1, 0), {"dxy": 0.4, "btc_dominance": 0.3, "news": 0.3}),
        ((0, 0, None, None), {"dxy": 4 / 7, "btc_dominance": 3 / 7}),
        ((0, None, 1, None), {"dxy": 4 / 7, "news": 3 / 7}),
        ((None, None, 0, None), {"news": 1.0}),
    ],
)
def test_missing_inputs_share_their_weight_among_the_rest(inputs: Inputs, expected: dict[str, float]) -> None:
    made = assessed(*inputs)
    assert made is not None
    assert {part.input: part.weight for part in made.contributions} == pytest.approx(expected)


@pytest.mark.parametrize(
    ("b", "n_crypto", "expected"), [(0.4, -1.0, -0.3), (0.4, None, 0.4), (None, 0.8, 0.8), (None, None, None)]
)
def test_the_crypto_score_is_the_mean_of_what_is_known(
    b: float | None, n_crypto: float | None, expected: float | None
) -> None:
    made = assessed(0.0, b, 0.0, n_crypto)
    assert made is not None
    assert made.crypto_score == (None if expected is None else pytest.approx(expected))


def test_without_any_input_there_is_no_assessment() -> None:
    assert assessed(None, None, None) is None


def test_an_input_without_weight_is_no_input() -> None:
    assert assessed(None, None, 1.0, params=replace(PARAMS, news_weight=0.0)) is None


PARAMETERS = st.builds(
    RegimeParams,
    decoupled_minimum=st.sampled_from([0.3, 0.5, 0.8]),
    threshold=st.sampled_from([0.5, 0.6, 0.75, 1.0]),
    news_weight=st.sampled_from([0.0, 0.1, 0.3, 1.0]),
    news_by_strength=st.booleans(),
)


@given(d=TRENDS, b=TRENDS, n=TRENDS, n_crypto=TRENDS, params=PARAMETERS, p=TRENDS)
def test_scores_are_shares_that_add_up(
    d: float | None, b: float | None, n: float | None, n_crypto: float | None, params: RegimeParams, p: float | None
) -> None:
    made = assessed(d, b, n, n_crypto, params, p)
    if made is None:
        assert (d, b, n if params.news_weight else None) == (None, None, None)
        return
    scores = made.scores
    assert all(0 <= value <= 1 for value in scores)
    off, chop, decoupled, on = scores
    assert chop == pytest.approx(1 - max(on, off, decoupled))
    assert made.score == max(scores)
    assert sum(part.weight for part in made.contributions) == pytest.approx(1)
    assert sum(part.contribution for part in made.contributions) == pytest.approx(made.risk_score, abs=1e-9)
    assert json.loads(json.dumps(made.facts("CHOP"))) == made.facts("CHOP")


REGIMES = ["undetermined", "RISK_ON", "RISK_OFF", "DECOUPLED", "CHOP"]
HAIR = 3e-6


@given(
    d=TRENDS,
    b=TRENDS,
    n=TRENDS,
    n_crypto=TRENDS,
    present=st.sampled_from(REGIMES),
    params=PARAMETERS,
    p=TRENDS,
)
def test_a_flip_changes_the_regime_and_nothing_nearer_does(
    d: float | None,
    b: float | None,
    n: float | None,
    n_crypto: float | None,
    present: str,
    params: RegimeParams,
    *,
    p: float | None,
) -> None:
    made = assessed(d, b, n, n_crypto, params, p)
    if made is None:
        return
    stand = {"dxy": d, "btc_dominance": b, "news": n, "price": p}
    for name, flip in made.flips(present).items():
        start = stand[name]
        assert start is not None

        def named(value: float, moved: str = name) -> str:
            """The regime with the input there, once the dwell is over."""
            there = stand | {moved: value}
            again = assessed(there["dxy"], there["btc_dominance"], there["news"], n_crypto, params, there["price"])
            assert again is not None
            return again.candidate if again.score >= params.threshold else present

        if flip is not None:
            assert -1 <= flip.value <= 1
            assert flip.value == pytest.approx(start + flip.change)
            beyond = max(-1.0, min(1.0, flip.value + copysign(HAIR, flip.change)))
            assert flip.candidate != present
            assert flip.candidate in (named(flip.value), named(beyond))  # equality may be enough, or not quite
            assert (flip.change == 0.0) is (named(start) != present)
            if abs(flip.change) > HAIR:
                assert named(flip.value - copysign(HAIR, flip.change)) == present
        reach = 2.0 if flip is None else abs(flip.change) - HAIR
        for step in range(-40, 41):
            value = start + step / 20
            if -1 <= value <= 1 and abs(value - start) < reach:
                assert named(value) == present


@pytest.mark.parametrize(
    ("present", "value", "flip"),
    [
        ("CHOP", -0.2, (-0.6, "RISK_ON")),  # 0.5 would only make it lead
        ("RISK_ON", -0.55, (-0.4, "CHOP")),
        ("RISK_ON", 0.48, (0.4, "CHOP")),
        ("undetermined", 0.55, (0.6, "RISK_OFF")),
    ],
)
def test_what_only_leads_does_not_flip_the_regime(present: str, value: float, flip: tuple[float, str]) -> None:
    made = assessed(value, None, None)
    assert made is not None
    found = made.flips(present)["dxy"]
    assert found is not None
    assert found.value == pytest.approx(flip[0], abs=2e-6)
    assert found.candidate == flip[1]


def test_a_crypto_score_on_the_minimum_but_for_its_last_digit_still_decouples() -> None:
    made = assessed(0.7, 0.7 - 7e-16, 0.3, 0.3)  # their mean is 0.49999999999999967
    assert made is not None
    flip = made.flips("DECOUPLED")["dxy"]
    assert flip is not None
    assert (round(flip.value, 5), flip.candidate) == (0.5, "CHOP")


def test_what_only_the_dwell_holds_needs_no_move() -> None:
    made = assessed(1.0, -1.0, -0.5)
    assert made is not None
    assert {name: flip and (flip.change, flip.candidate) for name, flip in made.flips("RISK_ON").items()} == {
        "dxy": (0.0, "RISK_OFF"),
        "btc_dominance": (0.0, "RISK_OFF"),
        "news": (0.0, "RISK_OFF"),
    }


def test_a_record_names_every_input_and_what_would_flip_it() -> None:
    made = assessed(-1.0, 0.5, 2 / 3, 0.1)
    assert made is not None
    facts = made.facts("RISK_ON")
    assert facts["candidate"] == "RISK_ON"
    assert facts["inputs"] == {
        "dxy": {"trend": -1.0, "weight": 0.444444, "contribution": 0.444444},
        "btc_dominance": {"trend": 0.5, "weight": 0.333333, "contribution": 0.166667},
        "news": {
            "trend": 0.666667,
            "weight": 0.222222,
            "contribution": 0.148148,
            "crypto": 0.1,
            "macro": None,
            "alignment": "NEUTRAL",
            "items": 0,
            "loudest": [],
        },
    }
    assert facts["flips"] == {
        "dxy": [pytest.approx(-0.191667, abs=2e-6), "CHOP"],
        "btc_dominance": [pytest.approx(-0.67, abs=2e-6), "DECOUPLED"],  # CHOP would have less than 0.60
        "news": [pytest.approx(-0.769536, abs=2e-6), "CHOP"],  # 0.3 n² + 0.12 n = 0.27
    }


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(("minimum", "needed"), [(0.3, 0.6), (0.5, 0.6), (0.7, 0.7)])
def test_the_dollar_must_reach_the_threshold_and_the_minimum_to_decouple(
    sign: int, minimum: float, needed: float
) -> None:
    made = assessed(0.25 * sign, 0.8 * sign, 0.0, params=replace(PARAMS, decoupled_minimum=minimum))
    assert made is not None
    assert made.candidate == "CHOP"
    flip = made.flips("CHOP")["dxy"]
    assert flip is not None
    assert flip.candidate == "DECOUPLED"
    assert flip.value == pytest.approx(needed * sign, abs=2e-6)
