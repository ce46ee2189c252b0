"""Each finding on its limit and one step beyond, worst first, with its figures in the sentence."""

from dataclasses import replace
from math import ceil, inf, nan

import pytest

from core.lab.returns import Moments
from core.lab.sharpe import deflated_sharpe, minimum_track_record, probabilistic_sharpe
from core.lab.verdict import Evidence, Finding, FindingCode, VerdictParams, verdict

GOOD = Evidence(trades=400, net_r=0.2, cost_r=0.05, daily=Moments(900, 0.002, 0.015, 0.3, 4.0))
DULL = Moments(900, 0.0002, 0.015, -0.5, 6.0)
PARAMS = VerdictParams()


def codes(evidence: Evidence, params: VerdictParams = PARAMS) -> list[str]:
    return [finding.code.value for finding in verdict(evidence, params)]


def the(code: FindingCode, evidence: Evidence) -> Finding:
    (found,) = [finding for finding in verdict(evidence, PARAMS) if finding.code == code]
    return found


def test_a_good_record_says_that_nothing_speaks_against_it_and_promises_nothing() -> None:
    (found,) = verdict(GOOD, PARAMS)
    assert found.code == FindingCode.EDGE_HOLDS
    assert found.measured == probabilistic_sharpe(GOOD.daily)
    assert "+0.200 R" in found.sentence
    assert "400 trades" in found.sentence
    assert "may still differ" in found.sentence


def test_no_trades_say_nothing_else() -> None:
    assert codes(replace(GOOD, trades=0, net_r=nan, cost_r=nan, daily=DULL)) == ["NO_TRADES"]


@pytest.mark.parametrize(
    ("net", "cost", "expected"),
    [
        (-0.1, 0.1, "LOSES_BEFORE_COSTS"),
        (-0.2, 0.1, "LOSES_BEFORE_COSTS"),
        (0.0, 0.1, "EATEN_BY_COSTS"),
        (-0.05, 0.1, "EATEN_BY_COSTS"),
        (0.1, 0.125, "COSTS_ARE_HEAVY"),
        (0.1, 0.1, "EDGE_HOLDS"),
    ],
)
def test_costs_are_weighed_against_the_gross_edge(net: float, cost: float, expected: str) -> None:
    assert codes(replace(GOOD, net_r=net, cost_r=cost)) == [expected]


def test_an_eaten_edge_shows_what_it_made_and_what_it_paid() -> None:
    found = the(FindingCode.EATEN_BY_COSTS, replace(GOOD, net_r=-0.15, cost_r=0.25))
    assert (found.measured, found.threshold) == pytest.approx((0.25, 0.1))
    assert all(figure in found.sentence for figure in ("+0.100 R", "0.250 R", "-0.150 R"))


def test_what_could_be_luck_is_called_luck_and_told_how_long_it_would_take() -> None:
    evidence = replace(GOOD, daily=DULL)
    assert codes(evidence) == ["LUCK", "RECORD_TOO_SHORT"]
    luck, short = verdict(evidence, PARAMS)
    assert (luck.measured, luck.threshold) == (probabilistic_sharpe(DULL), 0.95)
    assert "not distinguishable from luck" in luck.sentence
    assert "65.4%" in luck.sentence
    assert (short.measured, short.threshold) == (900, minimum_track_record(DULL))
    assert f"{ceil(minimum_track_record(DULL)):,}" in short.sentence


@pytest.mark.parametrize(("confidence", "expected"), [(0.65, ["EDGE_HOLDS"]), (0.66, ["LUCK", "RECORD_TOO_SHORT"])])
def test_how_much_certainty_is_asked_is_a_setting(confidence: float, expected: list[str]) -> None:
    assert codes(replace(GOOD, daily=DULL), replace(PARAMS, confidence=confidence)) == expected


@pytest.mark.parametrize("daily", [Moments(1, 0.01, nan, nan, nan), Moments(9, 0.0, 0.0, nan, nan)])
def test_days_that_cannot_be_measured_prove_nothing(daily: Moments) -> None:
    (found,) = verdict(replace(GOOD, daily=daily), PARAMS)
    assert found.code == FindingCode.LUCK
    assert "unknown" in found.sentence
    assert "nan" not in found.sentence


def test_trades_that_gain_while_the_account_loses_are_no_edge() -> None:
    assert codes(replace(GOOD, daily=replace(DULL, mean=-0.001))) == ["LUCK"]


def test_the_more_was_tried_the_more_is_asked() -> None:
    daily = replace(GOOD.daily, mean=0.0013)
    assert codes(replace(GOOD, daily=daily)) == ["EDGE_HOLDS"]
    assert codes(replace(GOOD, daily=daily, trials=1.01)) == ["EDGE_HOLDS"]
    found = the(FindingCode.LUCK_AMONG_TRIALS, replace(GOOD, daily=daily, trials=500))
    assert found.measured == deflated_sharpe(daily, trials=500)
    assert "500 independent trials" in found.sentence
    assert codes(replace(GOOD, daily=daily, trials=500, trials_variance=1e-6)) == ["EDGE_HOLDS"]


@pytest.mark.parametrize(("pbo", "expected"), [(0.05, "EDGE_HOLDS"), (0.051, "OVERFITTED"), (nan, "OVERFITTED")])
def test_a_search_that_overfits_is_told(pbo: float, expected: str) -> None:
    assert codes(replace(GOOD, pbo=pbo)) == [expected]


@pytest.mark.parametrize(("low", "expected"), [(0.001, "EDGE_HOLDS"), (0.0, "BOUNDS_INCLUDE_LOSS")])
def test_bounds_that_include_a_loss_are_told(low: float, expected: str) -> None:
    assert codes(replace(GOOD, growth_low=low)) == [expected]


@pytest.mark.parametrize(
    ("measured", "expected"), [(0.001, "EDGE_HOLDS"), (0.0, "LOST_OUT_OF_SAMPLE"), (nan, "LOST_OUT_OF_SAMPLE")]
)
def test_what_lost_out_of_sample_is_told(measured: float, expected: str) -> None:
    (found,) = verdict(replace(GOOD, out_of_sample_r=measured), PARAMS)
    assert found.code == expected
    assert "nan" not in found.sentence


@pytest.mark.parametrize(("trades", "expected"), [(30, "EDGE_HOLDS"), (29, "TOO_FEW_TRADES")])
def test_too_few_trades_are_told(trades: int, expected: str) -> None:
    assert codes(replace(GOOD, trades=trades)) == [expected]


def test_the_worst_comes_first() -> None:
    evidence = Evidence(
        trades=12,
        net_r=0.01,
        cost_r=0.3,
        daily=DULL,
        trials=50,
        growth_low=-0.3,
        pbo=0.6,
        out_of_sample_r=-0.2,
    )
    found = codes(evidence)
    assert found == [code.value for code in FindingCode if code.value in found]
    assert found == [
        "LOST_OUT_OF_SAMPLE",
        "LUCK",
        "LUCK_AMONG_TRIALS",
        "OVERFITTED",
        "BOUNDS_INCLUDE_LOSS",
        "TOO_FEW_TRADES",
        "RECORD_TOO_SHORT",
        "COSTS_ARE_HEAVY",
    ]


def test_luck_is_not_asked_where_nothing_was_gained() -> None:
    evidence = replace(GOOD, net_r=-0.1, cost_r=0.3, daily=DULL, trials=50, growth_low=-0.3, pbo=0.6)
    assert codes(evidence) == ["EATEN_BY_COSTS"]


def test_no_chance_is_ever_told_as_certain() -> None:
    sure = replace(GOOD, daily=Moments(5000, 0.01, 0.01, 0.0, 3.0))
    (found,) = verdict(sure, PARAMS)
    assert found.measured == 1.0
    assert "99.9%" in found.sentence
    assert "100%" not in found.sentence
    assert minimum_track_record(sure.daily) < inf
