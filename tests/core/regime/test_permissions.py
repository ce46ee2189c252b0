"""The permissions table."""

from dataclasses import replace
from typing import Literal

import pytest

from core.reasons import Reason
from core.regime.params import RegimeParams
from core.regime.permissions import PERMISSIONS, permit

PARAMS = RegimeParams()
TREND, REVERSION = ("TREND_BREAKOUT",), ("VWAP_REVERSION",)
BOTH = (1, -1)


@pytest.mark.parametrize(
    ("regime", "x", "entries", "management"),
    [
        ("RISK_ON", None, (TREND, BOTH, 1.0), (2.0, "1R", None)),
        ("DECOUPLED", 0.5, (TREND, (1,), 0.75), (2.0, "1R", 48)),
        ("DECOUPLED", -0.5, (TREND, (-1,), 0.75), (2.0, "1R", 48)),
        ("DECOUPLED", 0.0, (TREND, (), 0.75), (2.0, "1R", 48)),
        ("DECOUPLED", None, (TREND, (), 0.75), (2.0, "1R", 48)),
        ("CHOP", 0.9, (REVERSION, BOTH, 0.5), (None, "VWAP", 24)),
        ("RISK_OFF", -0.9, ((), (), 0.0), (None, "", None)),
        ("undetermined", None, ((), (), 0.0), (None, "", None)),
    ],
)
def test_each_regime_permits_its_row(
    regime: str,
    x: float | None,
    entries: tuple[tuple[str, ...], tuple[int, ...], float],
    management: tuple[float | None, str, int | None],
) -> None:
    row = permit(regime, x, PARAMS)
    assert (row.modes, row.sides, row.size_multiplier) == entries
    assert (row.trail_atr, row.partial, row.time_stop_bars) == management
    assert row.allows_entries is bool(row.modes and row.sides)


@pytest.mark.parametrize(("policy", "modes", "size"), [("mean_reversion", REVERSION, 0.5), ("stand_down", (), 0.0)])
def test_the_chop_policy_decides_what_chop_permits(
    policy: Literal["mean_reversion", "stand_down"], modes: tuple[str, ...], size: float
) -> None:
    row = permit("CHOP", None, replace(PARAMS, chop_policy=policy))
    assert (row.modes, row.size_multiplier) == (modes, size)


def test_reduced_risk_off_permits_small_trend_shorts_only() -> None:
    row = permit("RISK_OFF", 0.9, replace(PARAMS, risk_off_policy="reduced"))
    assert (row.modes, row.sides, row.size_multiplier) == (TREND, (-1,), 0.35)
    assert (row.trail_atr, row.time_stop_bars) == (1.5, 24)


def test_a_row_that_permits_nothing_says_why() -> None:
    for row in PERMISSIONS:
        assert (row.blocked is None) is row.allows_entries
        assert (row.size_multiplier == 0) is not row.allows_entries
    assert permit("undetermined", None, PARAMS).blocked is Reason.REGIME_UNDETERMINED
    assert permit("RISK_OFF", None, PARAMS).blocked is Reason.REGIME_STAND_DOWN
