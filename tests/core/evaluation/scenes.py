"""Many different scenes for evaluations: parameters and views drawn at random, most of them letting much through."""

from dataclasses import replace
from decimal import Decimal
from random import Random

from core.evaluation.evaluator import EvaluationParams
from core.evaluation.guards import GUARDS
from core.evaluation.moment import Views
from core.evaluation.params import GuardParams
from core.flow.bias import FlowParams
from core.regime.params import RegimeParams
from core.regime.permissions import permit
from core.regime.trend import Trend, TrendPart
from core.risk.params import RiskParams
from core.strategies.breakout import BreakoutParams
from core.strategies.reversion import ReversionParams
from core.trading.cost import CostParams
from core.trading.instrument import Instrument

_NAMES = [guard.name for guard in GUARDS]
_CHEAP = CostParams(taker_fee_pct=0.01, maker_fee_pct=0.002, slippage_bps=0.0)


def drawn_params(draw: Random) -> EvaluationParams:
    """Evaluation parameters of every kind."""
    return EvaluationParams(
        trend=BreakoutParams(
            stop_method=draw.choice(["atr", "donchian"]),
            slope_filter=draw.random() < 0.5,
            partial_fraction=draw.choice([0.0, 0.5, 0.3]),
        ),
        reversion=ReversionParams(
            band_method=draw.choice(["atr", "sigma"]),
            k_atr=draw.choice([1.0, 2.0]),
            stop_method=draw.choice(["swing", "band"]),
            anti_trend_filter=draw.random() < 0.5,
            anti_trend_slope_pct=draw.choice([0.05, 0.3]),
        ),
        guards=GuardParams(
            off=tuple(draw.sample(_NAMES, draw.choice([0, 0, 1, 3]))),
            block_unmeasured=draw.choice([GuardParams().block_unmeasured, (), tuple(_NAMES)]),
            structure_required=draw.random() < 0.3,
            max_range_atr=draw.choice([5.0, 1.5]),
            min_reward_to_risk=draw.choice([0.0, 1.0, 1.5]),
            execution_confidence=draw.choice([0.0, 0.5, 0.6]),
        ),
        cost=draw.choice([CostParams(), _CHEAP, _CHEAP]),
        risk=RiskParams(max_notional=draw.choice([0.0, 700.0]), max_notional_pct=draw.choice([95.0, 1000.0])),
        instrument=draw.choice([Instrument(), Instrument(tick=Decimal(0), lot=Decimal(0), min_quantity=Decimal(0))]),
        warm_up_bars=draw.choice([500, 0, 2]),
    )


def drawn_views(draw: Random) -> Views:
    """What the actors around may say; `flow` is left to whoever knows the bar."""
    regime = draw.choice(["RISK_ON", "RISK_ON", "CHOP", "CHOP", "RISK_OFF", "DECOUPLED", "undetermined"])
    policies = RegimeParams(
        chop_policy=draw.choice(["mean_reversion", "mean_reversion", "stand_down"]),
        risk_off_policy=draw.choice(["reduced", "reduced", "stand_down"]),
    )
    permission = permit(regime, draw.choice([-0.7, 0.7, None]), policies)
    return Views(
        session=draw.choice(["trading"] * 5 + ["paused"]),
        connection=draw.choice(["live"] * 5 + ["stale"]),
        regime=regime,
        regime_score=draw.choice([0.9, 0.62, float("nan")]),
        permission=draw.choice([permission] * 9 + [None]),
        spread_bps=draw.choice([float("nan"), float("nan"), 5.0, 5.1]),
        risk=draw.choice(["normal"] * 3 + ["reduced"] * 2 + ["halted_for_day", "halted_for_week"]),
        open_positions=draw.choice([0, 0, 0, 1, 3]),
        max_positions=3,
        balance=draw.choice([10_000.0, 10_000.0, 130.0, 40.0, 0.0]),
    )


def drawn_dominance(draw: Random) -> Trend | None:
    """Dominance for, against, weak, or unknown; with one look-back or two."""
    parts = tuple(_part(draw.choice([-1.0, -0.4, 0.0, 0.4, 1.0, None])) for _ in range(2))
    return draw.choice([None, *(Trend(value, parts) for value in (-1.0, -0.5, -0.2, 0.0, 0.3, 0.5, 0.9))])


def drawn_flow(draw: Random) -> FlowParams:
    """How flow is read."""
    return replace(FlowParams(), divergence_minimum=draw.choice([0.5, 0.1, 1.0]))


def _part(trend: float | None) -> TrendPart:
    return TrendPart("1d/72h", trend, 0.2, 1.0, trend, 0.5, stale=False)
