"""One closed bar in, every guard's verdict out, and the signal where all of them agree."""

from dataclasses import dataclass, field
from math import nan

from core.evaluation.confidence import confidence, size_multiplier
from core.evaluation.guards import GUARDS, Guard
from core.evaluation.moment import Moment, Views
from core.evaluation.params import GuardParams
from core.evaluation.propose import propose
from core.measure.reading import Reading
from core.records import Verdict
from core.risk.params import RiskParams
from core.risk.sizing import size
from core.strategies.breakout import BreakoutParams, breakout
from core.strategies.reversion import ReversionParams, reversion
from core.strategies.setup import Setup
from core.trading.cost import CostParams, reversion_cost_pct, trend_cost_pct
from core.trading.instrument import Instrument
from core.trading.modes import TREND_BREAKOUT, VWAP_REVERSION
from core.trading.signal import Signal
from core.verdict import Rejected

_SIGNAL = [guard.name for guard in GUARDS].index("signal")


@dataclass(frozen=True, slots=True)
class EvaluationParams:
    """Everything an evaluation depends on but the bar and the views."""

    trend: BreakoutParams = field(default_factory=BreakoutParams)
    reversion: ReversionParams = field(default_factory=ReversionParams)
    guards: GuardParams = field(default_factory=GuardParams)
    cost: CostParams = field(default_factory=CostParams)
    risk: RiskParams = field(default_factory=RiskParams)
    instrument: Instrument = field(default_factory=Instrument)
    warm_up_bars: int = 500


class Evaluator:
    """Asks every guard about every bar.

    Args:
        symbol: Whose bars these are.
        params: Thresholds, costs and sizes.
    """

    def __init__(self, symbol: str, params: EvaluationParams) -> None:
        self._symbol = symbol
        self._params = params
        self._trend_cost = trend_cost_pct(params.cost, params.trend.partial_fraction) / 100.0
        self._reversion_cost = reversion_cost_pct(params.cost) / 100.0
        self._asked = tuple((guard, guard.name not in params.guards.off) for guard in GUARDS)
        self._blocks = tuple(guard.name in params.guards.block_unmeasured for guard in GUARDS)

    def evaluate(self, reading: Reading, views: Views) -> tuple[Setup, tuple[Verdict, ...], int, Signal | None]:
        """The setup looked at, all verdicts, the first guard that blocks (-1: none) and the signal if none does."""
        setup = self._setup(reading, views)
        moment = self._moment(reading, setup, views)
        signal = self._sized(moment)
        verdicts = tuple(_ask(guard, moment, self._params.guards, on=on) for guard, on in self._asked)
        first = self._first(verdicts)
        if first < 0 and signal is None:  # the signal guard is off, yet nothing was signaled
            first = _SIGNAL
        return setup, verdicts, first, signal if first < 0 else None

    def _setup(self, reading: Reading, views: Views) -> Setup:
        permission = views.permission
        if permission is not None and VWAP_REVERSION in permission.modes:
            return reversion(reading, self._params.reversion)
        return breakout(reading, self._params.trend)

    def _moment(self, reading: Reading, setup: Setup, views: Views) -> Moment:
        params = self._params
        moment = Moment(reading, setup, views, params.warm_up_bars)
        moment.level_ahead = reading.target_above if setup.side > 0 else reading.target_below
        if setup.mode == TREND_BREAKOUT:
            ahead = abs(moment.level_ahead - setup.entry_price)
            moment.reward = ahead if ahead == ahead else params.trend.open_air_target_r * setup.stop_distance  # noqa: PLR0124  NaN: open air
            moment.cost = setup.entry_price * self._trend_cost
            moment.cost_base, moment.cost_limit = setup.stop_distance, params.cost.trend_max_r
            moment.min_reward = params.guards.min_reward_to_risk
            moment.slope_limit_pct = 0.0 if params.trend.slope_filter else nan
        else:
            moment.reward = (setup.target - setup.entry_price) * setup.side
            moment.level_ahead = setup.target
            moment.cost = setup.entry_price * self._reversion_cost
            moment.cost_base, moment.cost_limit = moment.reward, params.cost.reversion_max_target
            moment.min_reward = params.reversion.min_reward_to_risk
            moment.slope_limit_pct = (
                -params.reversion.anti_trend_slope_pct if params.reversion.anti_trend_filter else nan
            )
        return moment

    def _sized(self, moment: Moment) -> Signal | None:
        """The signal this bar would make, and whether the account could take it; fills the moment's risk part."""
        views, params = moment.views, self._params
        moment.confidence = confidence(moment.setup, moment.reading, views, views.sample)
        if not moment.setup.signaled:
            return None
        signal = propose(self._symbol, moment, params.trend, params.reversion, scale=self._scale(moment))
        sized = size(
            signal,
            balance=views.balance,
            reduced=views.risk == "reduced",
            params=params.risk,
            instrument=params.instrument,
        )
        if isinstance(sized, Rejected):
            moment.size_refusal, moment.quantity = sized.reason, sized.value if sized.value is not None else nan
        else:
            moment.quantity = float(sized.item.quantity)
        return signal

    def _scale(self, moment: Moment) -> float:
        """Size multiplier: the regime's, times what the confidence earns (1 where that guard is off)."""
        permission = moment.views.permission
        regime = permission.size_multiplier if permission is not None else 0.0
        return regime if "confidence" in self._params.guards.off else regime * size_multiplier(moment.confidence)

    def _first(self, verdicts: tuple[Verdict, ...]) -> int:
        for index, verdict in enumerate(verdicts):
            passed = verdict[0]
            if passed is False or (passed is None and self._blocks[index] and self._asked[index][1]):
                return index
        return -1


def _ask(guard: Guard, moment: Moment, params: GuardParams, *, on: bool) -> Verdict:
    return guard.ask(moment, params) if on else (None, guard.reason, None, None)
