"""Capital flow: direction, momentum, divergence and what they support."""

import json

import pytest

from core.flow.bias import FlowParams, flow
from core.regime.trend import Trend, TrendPart

PARAMS = FlowParams()


def dominance(*trends: float | None) -> Trend:
    measured = [trend for trend in trends if trend is not None]
    parts = tuple(
        TrendPart(label="", change=trend, weak=0, strong=1, trend=trend, weight=0, stale=False) for trend in trends
    )
    return Trend(value=sum(measured) / len(measured), parts=parts)


@pytest.mark.parametrize(
    ("b", "direction"),
    [
        (0.2, "NEUTRAL"),
        (0.2001, "BTC_INFLOW"),
        (-0.2, "NEUTRAL"),
        (-0.2001, "BTC_OUTFLOW"),
        (0.0, "NEUTRAL"),
        (1.0, "BTC_INFLOW"),
    ],
)
def test_money_flows_beyond_the_minimum_only(b: float, direction: str) -> None:
    made = flow(dominance(b), None, PARAMS)
    assert made.direction == direction
    assert made.strength == abs(b)


@pytest.mark.parametrize(
    ("trends", "momentum", "bias"),
    [
        ((None, 0.9, 0.5), 0.4, "continuation"),
        ((None, 0.5, 0.9), -0.4, "mean_reversion"),
        ((None, -0.9, -0.5), -0.4, "continuation"),
        ((None, -0.5, -0.9), 0.4, "mean_reversion"),
        ((1.0, None, 0.5), 0.5, "continuation"),
        ((None, 0.5, 0.5), 0.0, "neutral"),
        ((None, 0.5, None), None, "neutral"),
        ((None, 0.3, 0.1), 0.2, "neutral"),
    ],
)
def test_the_bias_continues_while_momentum_agrees(
    trends: tuple[float | None, ...], momentum: float | None, bias: str
) -> None:
    made = flow(dominance(*trends), None, PARAMS)
    assert made.momentum == (None if momentum is None else pytest.approx(momentum))
    assert made.bias == bias


@pytest.mark.parametrize(
    ("b", "price_pct", "diverges"),
    [
        (0.5, -2.5, True),
        (0.4999, -2.5, False),
        (0.5, -2.4999, False),
        (-0.5, 2.5, True),
        (0.5, 2.5, False),
        (0.5, None, False),
    ],
)
def test_price_and_dominance_diverge_when_both_are_strong_and_opposite(
    b: float,
    price_pct: float | None,
    diverges: bool,  # noqa: FBT001 - a table's column
) -> None:
    made = flow(dominance(b, b), price_pct, PARAMS)
    assert made.divergence is diverges
    assert made.bias == ("mean_reversion" if diverges else "neutral")


def test_divergence_overrules_momentum() -> None:
    assert flow(dominance(1.0, 0.5), 5.0, PARAMS).bias == "continuation"
    assert flow(dominance(1.0, 0.5), -5.0, PARAMS).bias == "mean_reversion"


@pytest.mark.parametrize(
    ("trends", "supported"),
    [
        ((0.9, 0.5), ["TREND_BREAKOUT"]),
        ((0.5, 0.9), ["VWAP_REVERSION"]),
        ((0.5, 0.5), ["TREND_BREAKOUT", "VWAP_REVERSION"]),
    ],
)
def test_a_bias_supports_its_kind_of_trade_and_neutral_supports_both(
    trends: tuple[float, ...], supported: list[str]
) -> None:
    made = flow(dominance(*trends), None, PARAMS)
    assert [mode for mode in ("TREND_BREAKOUT", "VWAP_REVERSION") if made.supports(mode)] == supported


def test_without_dominance_support_is_unknown() -> None:
    made = flow(None, 9.0, PARAMS)
    assert (made.direction, made.bias, made.strength, made.trend) == ("NEUTRAL", "neutral", 0.0, None)
    assert made.supports("TREND_BREAKOUT") is None
    assert made.supports("VWAP_REVERSION") is None
    assert json.loads(json.dumps(made.facts())) == made.facts()
