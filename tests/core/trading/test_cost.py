"""What a round trip costs, by the types of its orders."""

import pytest

from core.trading.cost import CostParams, reversion_cost_pct, trend_cost_pct


@pytest.mark.parametrize(
    ("partial", "slippage_bps", "expected"),
    [(0.5, 0.0, 0.055 + 0.5 * 0.02 + 0.5 * 0.055), (0.0, 0.0, 0.11), (0.5, 1.0, 0.065 + 0.5 * 0.02 + 0.5 * 0.065)],
)
def test_a_breakout_takes_in_rests_a_part_and_takes_out(partial: float, slippage_bps: float, expected: float) -> None:
    assert trend_cost_pct(CostParams(slippage_bps=slippage_bps), partial) == pytest.approx(expected)


def test_a_fade_rests_on_both_ends() -> None:
    assert reversion_cost_pct(CostParams(slippage_bps=50.0)) == pytest.approx(0.04)
    assert reversion_cost_pct(CostParams(maker_fee_pct=-0.01)) == pytest.approx(-0.02)  # some venues pay makers
