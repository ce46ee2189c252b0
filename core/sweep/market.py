"""One market as the records that the compiled loops read, each made once and only where something asks for it."""

from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from core.durations import DAY_MS, HOUR_MS
from core.errors import InvariantBroken
from core.flow.bias import FlowParams
from core.market.bars import Bars, Floats
from core.measure.columns import columns
from core.measure.panel import PanelParams
from core.regime.path import RegimePath
from core.sweep.kernel import Tape
from core.sweep.records import BAR, CALENDAR, FADE, FUNDING, LOOK, TREND, Records
from core.sweep.regime_path import agreement, rules

FUNDING_MS: Final = 8 * HOUR_MS
"""Funding is charged at 00:00, 08:00 and 16:00 UTC."""

_LOOKS: Final = {
    **{name: name for name in ("vwap", "sigma", "true_range", "swing_high", "swing_low", "target_above")},
    "target_below": "target_below",
    "slope": "ema_1h_slope_pct",
    "break_side": "break_side",
    "since_gap": "bars_since_gap",
    "since_incomplete": "bars_since_incomplete",
}
"""Fields of a look and the readings they are."""


class Market:
    """Bars with everything that does not depend on what is swept.

    Args:
        bars: The history; at least one bar.
        path: The regime at each of them.
        measure: The base's look-backs; those that are not swept hold for all sets.
        flow: How capital flow is read.

    Raises:
        InvariantBroken: If the path is not over these bars.
    """

    def __init__(self, bars: Bars, path: RegimePath, *, measure: PanelParams, flow: FlowParams) -> None:
        if len(bars) != path.bars or not len(bars):
            raise InvariantBroken(f"a regime path over {path.bars} bars is not one over these {len(bars)}")
        self.path = path
        self.rules, self._rule = rules(path)
        self._measure = measure
        self._flow = flow
        self._bars = Bars(bars.symbol, bars.timeframe_ms, bars.open_ms, *_plain(bars), incomplete=bars.incomplete)

    def __len__(self) -> int:
        return len(self._bars)

    @cached_property
    def has_fades(self) -> bool:
        """Whether the regime ever allows the reversion."""
        return bool((self.rules["mode"] == FADE).any())

    @cached_property
    def told_day(self) -> npt.NDArray[np.int64]:
        """Of each bar the UTC day whose end its close may be, counted from the first bar's; shape (T,)."""
        day = (self._bars.open_ms + self._bars.timeframe_ms - 1) // DAY_MS
        return np.asarray(day - day[0])

    def tape(self, atr_bars: tuple[int, ...], *, in_full: bool) -> Tape:
        """What sets run over.

        Args:
            atr_bars: The look-backs of the ATR that they ask for.
            in_full: Whether guards look at more than ATR and channel.
        """
        from core.measure.batch.averages import average_true_range  # noqa: PLC0415  TA-Lib, only where it is needed

        bars = self._bars
        atr = np.stack([average_true_range(bars, length) for length in atr_bars])
        looks = self._looks if in_full or self.has_fades else np.zeros(len(bars), LOOK)
        has_breakouts = bool((self.rules["mode"] == TREND).any())
        return Tape(self._records, looks, self.rules, has_breakouts, bars.high, bars.low, atr)

    @cached_property
    def _records(self) -> Records:
        bars, records = self._bars, np.zeros(len(self._bars), BAR)
        for name in ("open", "high", "low", "close"):
            records[name] = getattr(bars, name)
        records["day_open"] = bars.open_ms // DAY_MS
        records["day_close"] = day_close = (bars.open_ms + bars.timeframe_ms) // DAY_MS
        records["told_day"] = self.told_day
        begins = (np.diff(day_close, prepend=-1) != 0) | (np.diff(self.told_day, prepend=-1) != 0)
        records["note"] = CALENDAR * begins + FUNDING * (bars.open_ms % FUNDING_MS == 0)
        records["next_day"] = _next_noted(records["note"] & CALENDAR)
        records["next_note"] = _next_noted(records["note"])
        records["rule"] = self._rule
        records["chop"] = self.rules["chop"][self._rule]
        return records

    @cached_property
    def _looks(self) -> Records:
        readings, looks = columns(self._bars, self._measure), np.zeros(len(self._bars), LOOK)
        for name, reading in _LOOKS.items():
            looks[name] = getattr(readings, reading)
        looks["supports"] = supports = self.path.supports(readings.price_change_72h_pct, self._flow)
        looks["agreement"] = agreement(self.path, supports)
        return looks


def _plain(bars: Bars) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """The prices and the volume, contiguous and writable: compiled loops are made for one layout."""
    open_, high, low, close, volume = (
        np.require(column, np.float64, ["C", "A", "W"])
        for column in (bars.open, bars.high, bars.low, bars.close, bars.volume)
    )
    return open_, high, low, close, volume


def _next_noted(notes: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Of each bar the next after it with a note, or the number of bars; shape (T,)."""
    noted = np.append(np.flatnonzero(notes), len(notes))
    return noted[np.searchsorted(noted, np.arange(1, len(notes) + 1))]
