"""Every guard's verdict for a stretch of bars at once, equal to what `Evaluator` says bar by bar.

What depends on the bars alone is asked once for the whole history (`core.evaluation.standing`); a stretch under
constant views adds the rest. Guards that answer the same on every bar of a stretch are the scalar ones themselves;
those that compare columns are written a second time, because a comparison that serves both would be slower on one bar
and harder to read on many, and a test holds the two forms together, bit for bit.
"""

from functools import cached_property
from math import isnan, nan
from typing import Final

import numpy as np

from core.evaluation.block import CODES, INDEX, Answers, Block, Column, blank, of_verdict
from core.evaluation.confidence import FLOW_WEIGHT, REGIME_WEIGHT
from core.evaluation.evaluator import EvaluationParams
from core.evaluation.guards import GUARDS
from core.evaluation.moment import Moment, Views
from core.evaluation.proposer import Proposer
from core.evaluation.sizes import Sizes
from core.evaluation.standing import (
    CLEAR,
    Columns,
    Standing,
    blocking,
    common_columns,
    reversion_plan,
    standing,
    trend_plan,
)
from core.flow.bias import FlowParams
from core.flow.columns import FlowColumns
from core.market.bars import Flags, Floats
from core.measure.columns import ReadingColumns
from core.measure.reading import Reading
from core.reasons import Reason
from core.records import Verdict
from core.regime.path import RegimePath
from core.regime.trend import Trend
from core.strategies.setup import Setup
from core.trading.modes import VWAP_REVERSION
from core.trading.signal import Signal

_SIGNAL: Final = INDEX["signal"]
_RISK: Final = INDEX["risk"]
_UNREAD: Final = Reading()
_CONSTANT: Final = ("session", "connection", "spread", "risk")


class EvaluationColumns:
    """All guards over a whole history.

    Args:
        readings: The measures of every bar.
        params: Thresholds, costs and sizes.
        flow_params: How capital flow is read.
    """

    def __init__(self, readings: ReadingColumns, params: EvaluationParams, flow_params: FlowParams) -> None:
        self._own = params
        self.guards = params.guards
        self._off = frozenset(params.guards.off)
        self._readings = readings
        self._flow_params = flow_params
        self._sizes = Sizes(params)
        self._proposer = Proposer(readings, params)

    def __len__(self) -> int:
        return len(self._readings)

    @cached_property
    def _flow(self) -> FlowColumns:
        with np.errstate(all="ignore"):  # NaN and infinity are answers here, as they are for floats
            return FlowColumns(self._readings.price_change_72h_pct, self._flow_params)

    @cached_property
    def trend(self) -> Standing:
        """Every bar as a breakout."""
        with np.errstate(all="ignore"):
            return standing(self._readings, trend_plan(self._readings, self._own), self._common, self.guards)

    @cached_property
    def reversion(self) -> Standing:
        """Every bar as a fade."""
        with np.errstate(all="ignore"):
            return standing(self._readings, reversion_plan(self._readings, self._own), self._common, self.guards)

    @cached_property
    def _common(self) -> Columns:
        with np.errstate(all="ignore"):
            return common_columns(self._readings, self._own)

    def judge(self, first: int, last: int, views: Views, dominance: Trend | None) -> Block:
        """Every verdict on the bars first <= i < last.

        Args:
            first: Index of the first bar.
            last: Index behind the last bar.
            views: What holds on all of them; `flow` is not read, it follows from dominance and price.
            dominance: The trend of bitcoin's dominance that holds on all of them.
        """
        mode, at = self._mode(views), slice(first, last)
        constant = self._constant(mode, views)
        varying, confidence = self._varying(mode, at, views, dominance)
        heard = constant | varying
        if "risk" not in self._off | heard.keys():
            heard["risk"] = self._sized(mode, at, confidence, views)
        found = self._foremost(mode.first[at], heard)
        block = blank(mode.setup.mode, mode.setup.side[at], _entered(found, mode.setup.signaled[at]))
        for name, column in mode.columns.items():
            block.fill(INDEX[name], column.over(at))
        for name, column in heard.items():
            block.fill(INDEX[name], column)
        return block

    def signal(self, symbol: str, row: int, confidence: float, views: Views) -> Signal:
        """The signal of a bar that nothing blocks; the same as `Evaluator` makes of it."""
        return self._proposer.signal(symbol, row, self._mode(views).setup, confidence, views)

    def supports(self, path: RegimePath) -> Answers:
        """Whether the capital flow suits the mode of each bar; where nobody asks, nothing is measured."""
        if {"flow", "confidence"} <= self._off:
            return np.full(len(self), -1, np.int8)
        return path.supports(self._readings.price_change_72h_pct, self._flow_params)

    def constant(self, views: Views) -> dict[str, Answers]:
        """The answers of the guards that look at neither bar nor regime, each as a column."""
        heard = self._constant(self._mode(views), views)
        heard.pop("risk", None)
        return {name: np.full(len(self), column.passed, np.int8) for name, column in heard.items()}

    def regime(self, views: Views) -> list[tuple[int, int]]:
        """The regime guard's answer and reason code for the sides 0, +1 and -1."""
        verdicts = (self._ask("regime", _moment(self._mode(views), side, views)) for side in (0, 1, -1))
        return [(-1 if passed is None else int(passed), CODES[reason]) for passed, reason, _, _ in verdicts]

    def blocks(self, name: str, passed: Answers) -> Flags:
        """Where a guard that answers so keeps an entry from being made; nowhere if it is off."""
        if name in self._off:
            return np.zeros(len(passed), np.bool_)
        return np.asarray(blocking(name, passed, self.guards))

    def _mode(self, views: Views) -> Standing:
        permission = views.permission
        return self.reversion if permission is not None and VWAP_REVERSION in permission.modes else self.trend

    def _constant(self, mode: Standing, views: Views) -> Columns:
        """The guards that say the same on each bar; risk among them where it halts or is full."""
        moment = _moment(mode, 0, views)
        verdicts = {name: self._ask(name, moment) for name in _CONSTANT if name not in self._off}
        if "risk" in verdicts and verdicts["risk"][0]:
            del verdicts["risk"]  # no halt, and room for a position: it depends on the signal's size
        return {name: of_verdict(verdict) for name, verdict in verdicts.items()}

    def _varying(self, mode: Standing, at: slice, views: Views, dominance: Trend | None) -> tuple[Columns, Floats]:
        """The guards that look at views and bar alike, but for size, and the confidence on each bar."""
        supports = self._flow.supports(at, dominance, mode.setup.mode)
        flow = 0.5 if isinstance(supports, int) and supports < 0 else supports
        regime = 0.5 if isnan(views.regime_score) else views.regime_score
        agrees = REGIME_WEIGHT * regime + FLOW_WEIGHT * flow
        confidence = agrees + mode.structure_share[at] + mode.slope_share[at]
        enough = self.guards.execution_confidence
        columns = {
            "regime": self._regime(mode, at, views),
            "flow": Column(supports, CODES[Reason.FLOW_AGAINST], nan, nan),
            "confidence": Column(
                (confidence >= enough).astype(np.int8), CODES[Reason.CONFIDENCE_TOO_LOW], confidence, enough
            ),
        }
        return {name: column for name, column in columns.items() if name not in self._off}, confidence

    def _regime(self, mode: Standing, at: slice, views: Views) -> Column:
        """Asked once for each side: neither, long and short, which is -1 and so the last."""
        columns = [of_verdict(self._ask("regime", _moment(mode, side, views))) for side in (0, 1, -1)]
        by_side = np.array([column.passed for column in columns], np.int8)
        return columns[0]._replace(passed=by_side[mode.setup.side[at]])

    def _sized(self, mode: Standing, at: slice, confidence: Floats, views: Views) -> Column:
        """The risk guard's last question; where nothing is signaled there is nothing to refuse."""
        bars, places = len(confidence), np.flatnonzero(mode.setup.signaled[at])
        passed, value = np.ones(bars, np.int8), np.full(bars, nan)
        reason = np.full(bars, CODES[Reason.SIZE_BELOW_MINIMUM], np.int16)
        asked = self._sizes.ask(mode.setup, places + at.start, confidence[places], views)
        passed[places], reason[places], value[places], _ = asked
        return Column(passed, reason, value, nan)

    def _foremost(self, standing_first: Answers, heard: Columns) -> Answers:
        """Index of the first guard that blocks each bar, `CLEAR` where none does."""
        everywhere, found = CLEAR, standing_first.copy()
        for name, column in heard.items():
            blocks, index = blocking(name, column.passed, self.guards), INDEX[name]
            if not isinstance(blocks, bool):
                np.minimum(found, index, out=found, where=blocks)
            elif blocks:
                everywhere = min(everywhere, index)
        return found if everywhere == CLEAR else np.minimum(found, np.int8(everywhere))

    def _ask(self, name: str, moment: Moment) -> Verdict:
        return GUARDS[INDEX[name]].ask(moment, self.guards)


def _moment(mode: Standing, side: int, views: Views) -> Moment:
    """What a guard that reads no measure needs."""
    return Moment(_UNREAD, Setup(mode.setup.mode, side, False, nan, nan, nan, nan), views)


def _entered(found: Answers, signaled: Flags) -> Answers:
    """-1 where nothing blocks; where the signal guard is off and nothing was signaled, that blocks."""
    return np.where(found < CLEAR, found, np.where(signaled, -1, _SIGNAL)).astype(np.int8)
