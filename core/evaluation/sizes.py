"""Whether the account could take each of many signals: in floats where they cannot err, else in Decimal, one by one."""

from math import ceil, nan
from typing import Final

import numpy as np
import numpy.typing as npt

from core.evaluation.block import CODES, Column, of_verdict
from core.evaluation.confidence import size_multiplier
from core.evaluation.evaluator import EvaluationParams
from core.evaluation.moment import Views
from core.market.bars import Flags, Floats
from core.reasons import Reason
from core.records import Verdict
from core.risk.sizing import size
from core.strategies.columns import SetupColumns
from core.trading.signal import Management, Signal
from core.verdict import Rejected

Rows = npt.NDArray[np.intp]

_UNMANAGED: Final = Management(nan, None, None, None, 0, None)
_MARGIN: Final = 1e-6
"""Lots between a quantity and the next step within which Decimal decides; float division errs by less than
`_MOST_LOTS` times 2^-51 = 4.4e-7."""
_MOST_LOTS: Final = 1e9
_FEW: Final = 4
"""Signals that are asked one by one sooner than together."""
_MOST_DIGITS: Final = 1_000_000
"""Numerator of a lot as a fraction: times the most lots it is still an exact float, so one division rounds once."""


class Sizes:
    """The risk guard's last question, asked of signals that no halt and no open position stands against.

    Args:
        params: Risk, steps of the instrument, and whether confidence scales.
    """

    def __init__(self, params: EvaluationParams) -> None:
        self._risk = params.risk
        self._instrument = instrument = params.instrument
        self._confidence_scales = "confidence" not in params.guards.off
        self._lot = float(instrument.lot)
        self._part, self._parts = instrument.lot.as_integer_ratio()
        self._fewest = max(1, ceil(instrument.min_quantity / instrument.lot)) if instrument.lot else 0
        is_capped = bool(instrument.max_market or instrument.max_limit)  # what the venue cuts is left to Decimal
        self._in_floats = not is_capped and 0 < self._part <= _MOST_DIGITS and self._parts <= _MOST_LOTS
        self._min_notional = float(instrument.min_notional)

    def ask(self, setup: SetupColumns, rows: Rows, confidence: Floats, views: Views) -> Column:
        """The verdicts on the signals of these rows; `confidence` has one value for each."""
        passed, value = np.empty(len(rows), np.int8), np.empty(len(rows))
        reason = np.full(len(rows), CODES[Reason.SIZE_BELOW_MINIMUM], np.int16)
        unsure = list(range(len(rows)))
        if self._in_floats and len(rows) > _FEW:
            with np.errstate(all="ignore"):  # what is not finite is left to Decimal
                passed[:], value[:], sure = self._ask_all(setup, rows, confidence, views)
            unsure = np.flatnonzero(~sure).tolist()
        for place in unsure:
            verdict = self._ask_one(setup, int(rows[place]), float(confidence[place]), views)
            passed[place], reason[place], value[place], _ = of_verdict(verdict)
        return Column(passed, reason, value, nan)

    def _ask_all(
        self, setup: SetupColumns, rows: Rows, confidence: Floats, views: Views
    ) -> tuple[Flags, Floats, Flags]:
        """Whether the account can take each, the quantity (the one wanted where it cannot), and where that is sure."""
        wanted = self._wanted(setup, rows, confidence, views)
        lots = np.floor(wanted / self._lot)
        over = wanted / self._lot - lots
        quantity = lots * self._part / self._parts
        notional, least = quantity * setup.entry_price[rows], self._min_notional
        fits = (lots >= self._fewest) & (notional >= least)
        between = (over > _MARGIN) & (over < 1.0 - _MARGIN) & (lots < _MOST_LOTS)
        apart = np.abs(notional - least) >= _MARGIN * least
        return fits, np.where(fits, quantity, wanted), (setup.stop_distance[rows] > 0) & between & apart

    def _wanted(self, setup: SetupColumns, rows: Rows, confidence: Floats, views: Views) -> Floats:
        """As `core.risk.sizing.quantity`, operation by operation."""
        params = self._risk
        regime = _regime_multiplier(views)
        scale = regime * np.minimum(1.0, np.maximum(0.5, confidence)) if self._confidence_scales else regime
        multiplier = scale * (params.reduced_multiplier if views.risk == "reduced" else 1.0)
        at_risk = views.balance * params.risk_pct / 100.0 * multiplier / setup.stop_distance[rows]
        notional = views.balance * params.max_notional_pct / 100.0
        if params.max_notional:
            notional = min(notional, params.max_notional)
        return np.asarray(np.minimum(at_risk, notional / setup.entry_price[rows]))

    def _ask_one(self, setup: SetupColumns, row: int, confidence: float, views: Views) -> Verdict:
        regime = _regime_multiplier(views)
        signal = Signal(
            symbol="",
            mode=setup.mode,
            side=int(setup.side[row]),
            entry_price=float(setup.entry_price[row]),
            stop_distance=float(setup.stop_distance[row]),
            target=None,
            size_multiplier=regime * size_multiplier(confidence) if self._confidence_scales else regime,
            management=_UNMANAGED,
            reasons=(),
        )
        reduced = views.risk == "reduced"
        sized = size(signal, balance=views.balance, reduced=reduced, params=self._risk, instrument=self._instrument)
        if isinstance(sized, Rejected):
            return (False, sized.reason, sized.value, None)
        return (True, Reason.SIZE_BELOW_MINIMUM, float(sized.item.quantity), None)


def _regime_multiplier(views: Views) -> float:
    return views.permission.size_multiplier if views.permission is not None else 0.0
