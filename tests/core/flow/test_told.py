import pytest

from core.flow.bias import Flow, FlowParams, flow
from core.flow.told import supported, told
from core.regime.trend import Trend, TrendPart


def read(short: float, long: float, price_pct: float = 0.0) -> Flow:
    """The flow of a dominance with these two look-backs."""
    parts = tuple(
        TrendPart(label, trend, 0.1, 1.0, trend, 0.5, stale=False)
        for label, trend in (("4h/24h", short), ("1d/168h", long))
    )
    return flow(Trend((short + long) / 2, parts), price_pct, FlowParams())


@pytest.mark.parametrize(
    ("given", "text", "modes"),
    [
        (read(0.8, 0.4), "into bitcoin (dominance trend +0.60). It gains speed (momentum +0.40)", ["TREND_BREAKOUT"]),
        (read(0.4, 0.8), "into bitcoin (dominance trend +0.60). It loses speed (momentum -0.40)", ["VWAP_REVERSION"]),
        (read(-0.8, -0.4), "out of bitcoin into the other coins (dominance trend -0.60). It gains", ["TREND_BREAKOUT"]),
        (read(-0.4, -0.8), "It loses speed (momentum +0.40)", ["VWAP_REVERSION"]),
        (read(0.8, 0.4, -9.0), "Price contradicts it (trend -1.00)", ["VWAP_REVERSION"]),
        (read(0.1, 0.1), "neither into bitcoin nor out of it", ["TREND_BREAKOUT", "VWAP_REVERSION"]),
    ],
)
def test_a_flow_says_where_to_how_fast_and_what_suits_it(given: Flow, text: str, modes: list[str]) -> None:
    assert text in told(given)
    assert supported(given) == modes


def test_a_flow_without_momentum_or_contradiction_is_silent_about_both() -> None:
    text = told(read(0.502, 0.5))
    assert "speed" not in text
    assert "contradicts" not in text
