"""A bar on which every guard says yes, to take apart piece by piece."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from core.evaluation.evaluator import EvaluationParams
from core.evaluation.guards import GUARDS
from core.evaluation.moment import Views
from core.flow.bias import Flow
from core.measure.reading import Reading
from core.regime.params import RegimeParams
from core.regime.permissions import permit
from core.trading.cost import CostParams
from core.trading.instrument import Instrument

NAMES = [guard.name for guard in GUARDS]
PARAMS = EvaluationParams(
    cost=CostParams(taker_fee_pct=0.01, maker_fee_pct=0.0, slippage_bps=0.0),
    instrument=Instrument(
        tick=Decimal("0.1"), lot=Decimal("0.001"), min_quantity=Decimal("0.001"), min_notional=Decimal(5)
    ),
)


def breaking(**changes: Any) -> Reading:
    """A bar that closes across its channel."""
    reading = Reading(
        bars=501,
        open=99.0,
        high=101.0,
        low=98.5,
        close=101.0,
        prev_close=99.0,
        donchian_high=100.0,
        prev_donchian_high=100.0,
        donchian_low=90.0,
        prev_donchian_low=90.0,
        atr=2.0,
        prev_atr=2.0,
        true_range=3.0,
        vwap=99.0,
        sigma=1.0,
        ema_1h_slope_pct=0.1,
        target_above=110.0,
        break_side=1,
        bars_since_gap=20,
        bars_since_incomplete=20,
    )
    return replace(reading, **changes)


def returning(**changes: Any) -> Reading:
    """A bar that left the band below and closed back inside."""
    fade = {"close": 98.5, "low": 97.5, "high": 99.0, "vwap": 100.0, "atr": 2.0, "swing_low": 97.5, "swing_high": 104.0}
    return breaking(**{"ema_1h_slope_pct": 0.0, **fade, **changes})


def views(regime: str = "RISK_ON", **changes: Any) -> Views:
    """Everybody agrees."""
    seen = Views(
        session="trading",
        connection="live",
        regime=regime,
        regime_score=0.9,
        permission=permit(regime, None, RegimeParams()),
        flow=flow("continuation" if regime == "RISK_ON" else "mean_reversion"),
        spread_bps=1.0,
        balance=10_000.0,
    )
    return replace(seen, **changes)


def flow(bias: Any, trend: float | None = 0.5) -> Flow:
    """Capital flow of this bias."""
    return Flow("BTC_INFLOW", trend, 0.1, 0.1, divergence=False, strength=0.5, bias=bias)
