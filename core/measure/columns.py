"""The whole panel over a whole history in one pass: what `core.measure.panel.Panel` reads bar by bar, bit for bit."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from core.errors import InvariantBroken
from core.market.bars import Bars, Floats, Times
from core.measure.panel import PanelParams
from core.measure.reading import Reading
from core.structure.breaks import BOS, CHOCH

if TYPE_CHECKING:
    from core.measure.batch.panel import Measurement

Codes = npt.NDArray[np.int8]

BREAK_KINDS: Final = ("", BOS, CHOCH)
SESSIONS: Final = ("", "asia", "london", "new_york")
LEVELS: Final = ("prior_day", "asia", "london", "new_york", "visible", "swing")
"""Strongest kind first, as the panel has them."""
TARGETS_ABOVE: Final = ("", *(f"{level}_high" for level in LEVELS))
TARGETS_BELOW: Final = ("", *(f"{level}_low" for level in LEVELS))

TEXTS: Final[dict[str, tuple[str, ...]]] = {
    "break_kind": BREAK_KINDS,
    "session": SESSIONS,
    "target_above_kind": TARGETS_ABOVE,
    "target_below_kind": TARGETS_BELOW,
}
"""What the codes of a column stand for."""


@dataclass(frozen=True, slots=True, eq=False)
class ReadingColumns:
    """A column of shape (T,) for every field of `Reading`, which says what they mean; texts as codes, see `TEXTS`.

    Columns may share memory with each other and with the bars: read them only. Those that `columns` gives are worked
    out when they are first asked for, in groups: a history of which little is asked costs little.
    """

    bars: Times
    open_ms: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    prev_close: Floats
    atr: Floats
    prev_atr: Floats
    true_range: Floats
    donchian_high: Floats
    donchian_low: Floats
    prev_donchian_high: Floats
    prev_donchian_low: Floats
    ema_1h: Floats
    ema_1h_slope_pct: Floats
    vwap: Floats
    sigma: Floats
    price_change_72h_pct: Floats
    price_change_7d_pct: Floats
    swing_high: Floats
    swing_low: Floats
    break_kind: Codes
    break_side: Times
    break_age: Times
    sweep_side: Times
    sweep_age: Times
    day_open_ms: Times
    prior_day_high: Floats
    prior_day_low: Floats
    session: Codes
    asia_high: Floats
    asia_low: Floats
    london_high: Floats
    london_low: Floats
    new_york_high: Floats
    new_york_low: Floats
    visible_high: Floats
    visible_low: Floats
    target_above: Floats
    target_above_strength: Floats
    target_above_kind: Codes
    target_below: Floats
    target_below_strength: Floats
    target_below_kind: Codes
    bars_since_gap: Times
    bars_since_incomplete: Times

    def __len__(self) -> int:
        return len(self.bars)

    def forget(self) -> None:
        """Let go of what can be worked out again."""

    def row(self, i: int, into: Reading) -> Reading:
        """The reading as of bar `i`, written over `into`, which is returned."""
        for name in _NUMBERS:
            setattr(into, name, getattr(self, name).item(i))
        for name, texts in TEXTS.items():
            setattr(into, name, texts[getattr(self, name).item(i)])
        return into


_NAMES: Final = frozenset(field.name for field in fields(ReadingColumns))
_NUMBERS: Final = tuple(field.name for field in fields(ReadingColumns) if field.name not in TEXTS)


def columns(bars: Bars, params: PanelParams) -> ReadingColumns:
    """Every reading of a fresh panel folding these bars, as columns.

    As with the panel, only equal first bars give equal readings: put the history in front.

    Raises:
        InvariantBroken: If a bar is not later than the one before.
    """
    from core.measure.batch.panel import Measurement  # noqa: PLC0415 - TA-Lib, a fifth of a second

    plain = _plain(bars)
    _check_order(plain.open_ms)
    return _Unread(Measurement(plain, params))


class _Unread(ReadingColumns):
    """Columns that are worked out when they are asked for."""

    def __init__(self, measurement: "Measurement") -> None:
        object.__setattr__(self, "measurement", measurement)
        object.__setattr__(self, "_worked_out", set())

    def forget(self) -> None:
        """Let go of every column; the next one asked for is worked out anew."""
        for column in self._worked_out:
            object.__delattr__(self, column)
        self._worked_out.clear()

    def __getattr__(self, name: str) -> Any:
        """Only asked for what is not there yet."""
        if name not in _NAMES:
            raise AttributeError(name)
        for column, values in self.measurement.group(name).items():
            object.__setattr__(self, column, values)
            self._worked_out.add(column)
        return object.__getattribute__(self, name)


def _plain(bars: Bars) -> Bars:
    """The same bars as writable, contiguous columns: compiled loops are made for one layout, not again for each."""
    column: Any = {
        name: np.require(getattr(bars, name), dtype, ["C", "A", "W"])
        for name, dtype in (("open_ms", np.int64), *((name, np.float64) for name in _PRICES))
    }
    return Bars(symbol=bars.symbol, timeframe_ms=bars.timeframe_ms, incomplete=bars.incomplete, **column)


_PRICES: Final = ("open", "high", "low", "close", "volume")


def _check_order(open_ms: Times) -> None:
    early = np.flatnonzero(np.diff(open_ms) <= 0)
    if len(early):
        before, bar = open_ms[early[0] : early[0] + 2].tolist()
        raise InvariantBroken(f"bar {bar} came after bar {before}: sort bars and drop duplicates before measuring them")
