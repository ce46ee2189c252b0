"""The panel of instruments: folds closed bars into one reading.

All state is the fold of every bar since the first. There is no way to re-open a panel on a window, because neither
TA-Lib's averages nor the levels would come out equal: a restart folds again.
"""

from dataclasses import dataclass
from math import nan
from typing import Annotated, Final

from pydantic import Field

from core.errors import InvariantBroken
from core.liquidity.days import Days
from core.liquidity.levels import Levels
from core.liquidity.sessions import Session
from core.liquidity.visible import Visible
from core.measure.change import PriceChange
from core.measure.reading import Reading
from core.measure.slope import HourlySlope
from core.measure.stream import average_true_range, donchian_channel
from core.measure.vwap import RollingDeviation, SessionVwap
from core.structure.breaks import Breaks
from core.structure.sweep import Sweeps
from core.structure.swing import Swings

__all__ = ["Panel", "PanelParams", "Reading"]

CHANGE_SPAN_MS: Final = 72 * 3_600_000
WEEK_SPAN_MS: Final = 168 * 3_600_000

Hour = Annotated[int, Field(ge=0, le=24, description="UTC hour; a close not after its open is the next day's")]


@dataclass(frozen=True, slots=True)
class PanelParams:
    """What is measured, and over how many bars."""

    timeframe_minutes: Annotated[
        int,
        Field(ge=0, le=1_440, description="minutes; bars that finer candles are made into, 0: the file's own. 5: 001"),
    ] = 5
    donchian_bars: Annotated[int, Field(ge=2, le=1_000, description="bars; 20 is the channel's textbook length")] = 20
    atr_bars: Annotated[int, Field(ge=2, le=1_000, description="bars; 14 is Wilder's")] = 14
    warm_up_bars: Annotated[
        int, Field(ge=0, le=100_000, description="bars; by 300 a smoothed average has forgotten its seed, 500 is safe")
    ] = 500
    slope_ema_hours: Annotated[
        int, Field(ge=2, le=1_000, description="hours; about a day of trading behind the slope filter")
    ] = 20
    vwap_window_bars: Annotated[
        int, Field(ge=2, le=10_000, description="bars; one day of 5m bars, so every hour of the day weighs the same")
    ] = 288
    visible_bars: Annotated[
        int, Field(ge=2, le=10_000, description="bars; one day of 5m bars, about what a screen shows")
    ] = 288
    swing_bars: Annotated[
        int, Field(ge=1, le=100, description="bars on each side of a swing; 3 ignores single-bar noise")
    ] = 3
    sweep_bars: Annotated[
        int, Field(ge=1, le=100, description="bars within which a pierced swing must be reclaimed to be a sweep")
    ] = 3
    level_half_life_bars: Annotated[
        int, Field(ge=1, le=100_000, description="bars after which a level is worth half; one day of 5m bars")
    ] = 288
    prior_day_weight: Annotated[float, Field(ge=0.0, le=1.0, description="the most watched levels of all")] = 1.0
    session_weight: Annotated[float, Field(ge=0.0, le=1.0, description="watched by those who trade that session")] = 0.8
    visible_weight: Annotated[
        float, Field(ge=0.0, le=1.0, description="seen by all, but defined by nobody's calendar")
    ] = 0.7
    swing_weight: Annotated[float, Field(ge=0.0, le=1.0, description="local: the stops of a few")] = 0.5
    asia_open_hour: Hour = 0
    asia_close_hour: Hour = 8
    london_open_hour: Hour = 7
    london_close_hour: Hour = 16
    new_york_open_hour: Hour = 12
    new_york_close_hour: Hour = 21


class Panel:
    """Every instrument over one symbol and timeframe; bounded memory, about 7 µs a bar.

    A gap is noted and folded over: averages run through it, as batch indicators over the same bars do.
    """

    def __init__(self, params: PanelParams, timeframe_ms: int) -> None:
        self._timeframe_ms = timeframe_ms
        self._reading = Reading()
        self._atr = average_true_range(params.atr_bars)
        self._donchian = donchian_channel(params.donchian_bars)
        self._upper = self._lower = nan
        self._slope = HourlySlope(params.slope_ema_hours, timeframe_ms)
        self._vwap = SessionVwap()
        self._deviation = RollingDeviation(params.vwap_window_bars)
        self._change = PriceChange(CHANGE_SPAN_MS)
        self._week = PriceChange(WEEK_SPAN_MS)
        self._swings = Swings(params.swing_bars, weight=params.swing_weight)
        self._breaks = Breaks()
        self._sweeps = Sweeps(params.sweep_bars)
        self._days = Days(weight=params.prior_day_weight)
        self._sessions = _sessions(params)
        self._visible = Visible(params.visible_bars, weight=params.visible_weight)
        self.spans = (self._days.prior, *(each.span for each in self._sessions), self._visible.span, self._swings.span)
        """Where liquidity levels come from, strongest kind first."""
        self._levels = Levels(self.spans, half_life=params.level_half_life_bars)

    def update(
        self,
        open_ms: int,
        open: float,  # noqa: A002 - the field's name everywhere
        high: float,
        low: float,
        close: float,
        volume: float,
        incomplete: bool = False,  # noqa: FBT001, FBT002 - the seventh column
    ) -> Reading:
        """Fold one closed bar.

        Args:
            open_ms: Its open, UTC ms; later than the bar before.
            open: Price; likewise `high`, `low`, `close`.
            high: See `open`.
            low: See `open`.
            close: See `open`.
            volume: Base coin.
            incomplete: Whether parts of an aggregated bar are missing.

        Returns:
            The panel's one reading, overwritten with the next bar.

        Raises:
            InvariantBroken: If the bar is not later than the one before.
        """
        reading = self._reading
        self._note_order(reading, open_ms, incomplete=incomplete)
        reading.bars += 1
        reading.open_ms = open_ms
        reading.prev_close = reading.close
        reading.open = open
        reading.high = high
        reading.low = low
        reading.close = close
        reading.volume = volume
        self._measure(reading)
        self._follow_liquidity(reading)
        self._follow_structure(reading)
        self._find_targets(reading)
        return reading

    def _note_order(self, reading: Reading, open_ms: int, *, incomplete: bool) -> None:
        step = open_ms - reading.open_ms
        first = reading.bars == 0
        if step <= 0 and not first:
            raise InvariantBroken(
                f"bar {open_ms} came after bar {reading.open_ms}: sort bars and drop duplicates before measuring them"
            )
        reading.bars_since_gap = reading.bars_since_gap + 1 if first or step == self._timeframe_ms else 0
        reading.bars_since_incomplete = 0 if incomplete else reading.bars_since_incomplete + 1

    def _measure(self, reading: Reading) -> None:
        high, low, close, before = reading.high, reading.low, reading.close, reading.prev_close
        spread = high - low
        reading.true_range = max(spread, abs(high - before), abs(low - before)) if before == before else spread  # noqa: PLR0124 - NaN on the first bar
        reading.prev_atr = reading.atr
        reading.atr = self._atr.update(high, low, close)
        reading.prev_donchian_high = reading.donchian_high
        reading.prev_donchian_low = reading.donchian_low
        reading.donchian_high = self._upper
        reading.donchian_low = self._lower
        self._upper, _, self._lower = self._donchian.update(high, low)
        slope = self._slope
        slope.update(reading.open_ms, close)
        reading.ema_1h = slope.ema
        reading.ema_1h_slope_pct = slope.slope_pct
        reading.price_change_72h_pct = self._change.update(reading.open_ms, close)
        reading.price_change_7d_pct = self._week.update(reading.open_ms, close)

    def _follow_liquidity(self, reading: Reading) -> None:
        open_ms, high, low, bar = reading.open_ms, reading.high, reading.low, reading.bars
        days = self._days
        if days.update(open_ms, high, low, bar):
            self._vwap.anchor()
            reading.day_open_ms = days.open_ms
            reading.prior_day_high = days.prior.high
            reading.prior_day_low = days.prior.low
        reading.vwap = self._vwap.update(high, low, reading.close, reading.volume)
        reading.sigma = self._deviation.update(reading.close - reading.vwap)
        reading.session = ""
        for session in self._sessions:
            session.update(open_ms, high, low, bar)
            if session.running:
                reading.session = session.name
        self._visible.update(high, low, bar)
        asia, london, new_york = self._sessions
        reading.asia_high, reading.asia_low = asia.span.high, asia.span.low
        reading.london_high, reading.london_low = london.span.high, london.span.low
        reading.new_york_high, reading.new_york_low = new_york.span.high, new_york.span.low
        reading.visible_high, reading.visible_low = self._visible.span.high, self._visible.span.low

    def _follow_structure(self, reading: Reading) -> None:
        high, low, close = reading.high, reading.low, reading.close
        swing, breaks, sweeps = self._swings.span, self._breaks, self._sweeps
        self._swings.update(high, low, reading.bars)
        breaks.update(close, swing)
        sweeps.update(high, low, close, swing, rising=close > reading.open)
        reading.swing_high = swing.high
        reading.swing_low = swing.low
        reading.break_kind = breaks.kind
        reading.break_side = breaks.side
        reading.break_age = breaks.age
        reading.sweep_side = sweeps.side
        reading.sweep_age = sweeps.age

    def _find_targets(self, reading: Reading) -> None:
        above = self._levels.above(reading.high, reading.bars)
        reading.target_above, reading.target_above_strength, reading.target_above_kind = above
        below = self._levels.below(reading.low, reading.bars)
        reading.target_below, reading.target_below_strength, reading.target_below_kind = below


def _sessions(params: PanelParams) -> tuple[Session, Session, Session]:
    weight = params.session_weight
    return (
        Session("asia", (params.asia_open_hour, params.asia_close_hour), weight=weight),
        Session("london", (params.london_open_hour, params.london_close_hour), weight=weight),
        Session("new_york", (params.new_york_open_hour, params.new_york_close_hour), weight=weight),
    )
