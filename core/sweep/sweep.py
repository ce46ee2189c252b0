"""A parameter search: the same strategies, positions and limits for many sets of numbers at once, compiled.

Every trade and every transition of a set is the one that the deciding actors would have made with its settings. What
sets share is worked out once: the regime, the measures, each pattern's signals. What differs goes from signal to
signal: guards, then the account. Sets are taken in batches ordered by pattern, so memory does not grow with their
number but for the results.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from core.errors import ConfigurationError
from core.evaluation.block import INDEX
from core.evaluation.evaluator import EvaluationParams
from core.flow.bias import FlowParams
from core.market.bars import Bars
from core.measure.panel import PanelParams
from core.regime.path import RegimePath
from core.sweep.kernel import Books, run
from core.sweep.market import Market
from core.sweep.params import Trial, settings
from core.sweep.records import ACCOUNT, TRADE, Records
from core.sweep.result import SweepResult

_BATCH_SETS: Final = 1024
"""Sets between two calls of `on_progress`."""
_GROUP_SETS: Final = 64
_GROUPS: Final = 8
"""Groups that a batch of one pattern is cut into, at least."""
_MOST_CELLS: Final = 1 << 23
"""ATR columns times bars that may stand side by side."""
_MEASURED: Final = sum(
    1 << INDEX[name]
    for name in ("gap", "complete", "flow", "liquidity", "structure", "slope", "volatility", "reward", "confidence")
)
"""The guards that look at more than ATR and channel."""


class Sweep:
    """Runs parameter sets over one market; what they share is kept from call to call.

    Args:
        bars: The history; at least one bar.
        path: The regime at each of them, from the faithful actors.
        measure: The base that trials change.
        evaluation: Likewise.
        flow: How capital flow is read.
    """

    def __init__(
        self, bars: Bars, path: RegimePath, *, measure: PanelParams, evaluation: EvaluationParams, flow: FlowParams
    ) -> None:
        self._market = Market(bars, path, measure=measure, flow=flow)
        self._measure = measure
        self._evaluation = evaluation

    def run(
        self,
        trials: Sequence[Trial],
        *,
        keep_trades: bool = False,
        keep_days: bool = False,
        on_progress: Callable[[int], None] | None = None,
    ) -> SweepResult:
        """What every trial comes to.

        Args:
            trials: Settings by dotted name, at least one trial; an empty one is the base itself.
            keep_trades: Also give every trade, which takes twice the time.
            keep_days: Also give the equity at each UTC day's end.
            on_progress: Called now and then with the trials done.

        Raises:
            ConfigurationError: If a setting cannot be swept or a value is not allowed.
        """
        if not trials:
            raise ConfigurationError("a sweep needs at least one trial: give a grid of values, or a number of trials")
        sets = settings(trials, measure=self._measure, evaluation=self._evaluation)
        days = int(self._market.told_day[-1]) + 1 if keep_days else 0
        accounts, marks = np.zeros(len(sets), ACCOUNT), np.zeros((len(sets), days))
        kept: list[Records] = []
        done = 0
        for places, batch in self._batches(sets):
            ran = self._run(batch, days, keep_trades=keep_trades)
            accounts[places], marks[places] = ran.accounts, ran.marks
            kept.append(ran.trades)
            done += len(batch)
            if on_progress is not None:
                on_progress(done)
        return SweepResult(
            trials=tuple(trials),
            start_equity=sets["risk_start_balance"],
            accounts=accounts,
            shared=self._market.path.transitions,
            marks=marks if keep_days else None,
            trades=_in_order(kept) if keep_trades else None,
        )

    def _batches(self, sets: Records) -> Iterator[tuple[npt.NDArray[np.intp], Records]]:
        """Sets with equal patterns beside each other, some at a time, and where each of them belongs."""
        sets["pattern"] = self._patterns(sets)
        order = np.argsort(sets["pattern"], kind="stable")
        side_by_side = max(1, _MOST_CELLS // len(self._market))
        step = _BATCH_SETS if len(np.unique(sets["measure_atr_bars"])) <= side_by_side else side_by_side
        for first in range(0, len(order), step):
            places = order[first : first + step]
            yield places, sets[places]

    def _patterns(self, sets: Records) -> npt.NDArray[np.intp]:
        """A number for each set, equal where signals must be: by look-backs and band, as far as the regime asks."""
        has_fades, by_sigma = self._market.has_fades, sets["reversion_band_method"] != 0
        width = np.where(by_sigma, sets["reversion_k_sigma"], sets["reversion_k_atr"])
        parts = (by_sigma, width, np.where(by_sigma, 0, sets["measure_atr_bars"]))
        keys = np.column_stack((sets["measure_donchian_bars"], *(part * has_fades for part in parts)))
        return np.unique(keys, axis=0, return_inverse=True)[1].reshape(-1)

    def _run(self, sets: Records, days: int, *, keep_trades: bool) -> Books:
        spans, sets["atr"] = np.unique(sets["measure_atr_bars"], return_inverse=True)
        in_full = bool((~sets["guards_off"] & _MEASURED).any())
        tape = self._market.tape(tuple(spans.tolist()), in_full=in_full)
        groups, books = _groups(sets), _books(np.ones(len(sets), np.int64), days, keeps=False)
        run(tape, sets, groups, np.zeros(1, np.int64), books)
        if not keep_trades:
            return books
        filled = books.accounts["trades"]
        books = _books(filled + 1, days, keeps=True)  # one place more, for an entry that was never filled
        run(tape, sets, groups, np.zeros(1, np.int64), books)
        return books._replace(trades=books.trades[_told(filled)])


def _groups(sets: Records) -> npt.NDArray[np.int64]:
    """Where each group begins, and the end: sets of one pattern, and few enough for every core to get some."""
    most = max(1, min(_GROUP_SETS, len(sets) // _GROUPS))
    place = np.arange(len(sets))
    begins = np.diff(sets["pattern"], prepend=-1) != 0
    within = place - np.maximum.accumulate(np.where(begins, place, 0))
    return np.append(np.flatnonzero(within % most == 0), len(sets))


def _books(places: npt.NDArray[np.int64], days: int, *, keeps: bool) -> Books:
    return Books(
        accounts=np.zeros(len(places), ACCOUNT),
        trades=np.zeros(int(places.sum()), TRADE),
        firsts=np.cumsum(places) - places,
        keeps=keeps,
        marks=np.zeros((len(places), days)),
    )


def _told(filled: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """All places but each set's last."""
    told = np.ones(int(filled.sum()) + len(filled), np.bool_)
    told[np.cumsum(filled + 1) - 1] = False
    return told


def _in_order(kept: list[Records]) -> Records:
    trades = np.concatenate(kept)
    ordered: npt.NDArray[Any] = trades[np.argsort(trades["set"], kind="stable")]
    return ordered
