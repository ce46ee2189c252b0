"""Every measure of the panel as columns by name, in groups that are worked out together and only when asked for.

What needs compiled loops is imported where it is used: they cost a second to load, and some histories need none.
"""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from core.market.bars import Bars, Flags
from core.measure.batch.ages import age, held, lagged, latest
from core.measure.batch.averages import (
    average_true_range,
    donchian_channel,
    hourly_slope,
    true_range,
)
from core.measure.batch.change import price_change
from core.measure.panel import CHANGE_SPAN_MS, WEEK_SPAN_MS, PanelParams

if TYPE_CHECKING:
    from core.measure.batch.spans import Spans

Columns = dict[str, npt.NDArray[Any]]


class Measurement:
    """The measures of a whole history.

    Args:
        bars: The history; writable, contiguous columns.
        params: Look-backs.
    """

    def __init__(self, bars: Bars, params: PanelParams) -> None:
        self._bars = bars
        self._params = params
        self._groups: dict[str, Callable[[], Columns]] = {}
        for group, names in (
            (self._plain, "bars open_ms open high low close volume prev_close"),
            (self._ages, "bars_since_gap bars_since_incomplete"),
            (self._average, "atr"),
            (self._ranges, "true_range prev_atr"),
            (self._channel, "donchian_high donchian_low prev_donchian_high prev_donchian_low"),
            (self._slopes, "ema_1h ema_1h_slope_pct"),
            (self._change, "price_change_72h_pct"),
            (self._week, "price_change_7d_pct"),
            (self._vwap, "vwap sigma"),
            (self._days, "day_open_ms prior_day_high prior_day_low"),
            (self._sessions, "session asia_high asia_low london_high london_low new_york_high new_york_low"),
            (self._seen, "visible_high visible_low"),
            (self._structure, "swing_high swing_low break_kind break_side break_age sweep_side sweep_age"),
            (self._targets, "target_above target_above_strength target_above_kind"),
            (self._targets, "target_below target_below_strength target_below_kind"),
        ):
            self._groups |= dict.fromkeys(names.split(), group)

    def group(self, name: str) -> Columns:
        """The columns that are worked out with this one, itself among them."""
        return self._groups[name]()

    def _plain(self) -> Columns:
        bars = self._bars
        return {
            "bars": np.arange(1, len(bars) + 1),
            "open_ms": bars.open_ms,
            "open": bars.open,
            "high": bars.high,
            "low": bars.low,
            "close": bars.close,
            "volume": bars.volume,
            "prev_close": lagged(bars.close, 1),
        }

    def _ages(self) -> Columns:
        bars = self._bars
        steps = np.diff(bars.open_ms, prepend=bars.open_ms[:1] - bars.timeframe_ms)
        flawed = np.zeros(len(bars), np.bool_) if bars.incomplete is None else bars.incomplete
        return {
            "bars_since_gap": age(latest(steps != bars.timeframe_ms)),
            "bars_since_incomplete": age(latest(flawed)),
        }

    def _average(self) -> Columns:
        return {"atr": average_true_range(self._bars, self._params.atr_bars)}

    def _ranges(self) -> Columns:
        return {"true_range": true_range(self._bars), "prev_atr": lagged(self._average()["atr"], 1)}

    def _channel(self) -> Columns:
        upper, lower = donchian_channel(self._bars, self._params.donchian_bars)
        return {
            "donchian_high": lagged(upper, 1),
            "donchian_low": lagged(lower, 1),
            "prev_donchian_high": lagged(upper, 2),
            "prev_donchian_low": lagged(lower, 2),
        }

    def _slopes(self) -> Columns:
        ema, slope = hourly_slope(self._bars, self._params.slope_ema_hours)
        return {"ema_1h": ema, "ema_1h_slope_pct": slope}

    def _change(self) -> Columns:
        bars = self._bars
        return {"price_change_72h_pct": price_change(bars.open_ms, bars.close, CHANGE_SPAN_MS)}

    def _week(self) -> Columns:
        bars = self._bars
        return {"price_change_7d_pct": price_change(bars.open_ms, bars.close, WEEK_SPAN_MS)}

    def _vwap(self) -> Columns:
        from core.measure.batch.vwap import rolling_deviation, session_vwap  # noqa: PLC0415  compiled

        bars = self._bars
        vwap = session_vwap(self._day_begins, bars.high, bars.low, bars.close, bars.volume)
        return {"vwap": vwap, "sigma": rolling_deviation(self._params.vwap_window_bars, bars.close - vwap)}

    def _days(self) -> Columns:
        return {"day_open_ms": self._day_open_ms, **_span("prior_day", self._prior_day)}

    def _sessions(self) -> Columns:
        """The session of each bar, of two the later opened, and every session's span."""
        code = np.zeros(len(self._bars), np.int8)
        for number, (running, _) in enumerate(self._session_spans, 1):
            code[running] = number
        asia, london, new_york = (span for _, span in self._session_spans)
        return {
            "session": code,
            **_span("asia", asia),
            **_span("london", london),
            **_span("new_york", new_york),
        }

    def _seen(self) -> Columns:
        return _span("visible", self._visible)

    def _structure(self) -> Columns:
        from core.measure.batch.structure import (  # noqa: PLC0415  compiled
            break_sides,
            changes_character,
            sweep_sides,
        )

        bars, swings = self._bars, self._swings
        broke = break_sides(bars.close, *swings)
        swept = sweep_sides(bars, swings, within=self._params.sweep_bars)
        last_break, last_sweep = latest(broke != 0), latest(swept != 0)
        kind = np.where(changes_character(broke, last_break), 2, 1)
        return {
            **_span("swing", swings),
            "break_kind": held(kind, last_break).astype(np.int8),
            "break_side": held(broke, last_break),
            "break_age": age(last_break),
            "sweep_side": held(swept, last_sweep),
            "sweep_age": age(last_sweep),
        }

    def _targets(self) -> Columns:
        from core.measure.batch.levels import nearest_level  # noqa: PLC0415  compiled

        bars, params = self._bars, self._params
        spans = (self._prior_day, *(span for _, span in self._session_spans), self._visible, self._swings)
        session_weights = [params.session_weight] * 3
        weights = np.array([params.prior_day_weight, *session_weights, params.visible_weight, params.swing_weight])
        half_life = params.level_half_life_bars
        highs, highs_at = (np.stack(rows) for rows in zip(*((span.high, span.high_at) for span in spans), strict=True))
        lows, lows_at = (np.stack(rows) for rows in zip(*((-span.low, span.low_at) for span in spans), strict=True))
        above, above_strength, above_kind = nearest_level(bars.high, highs, highs_at, weights, half_life)
        below, below_strength, below_kind = nearest_level(-bars.low, lows, lows_at, weights, half_life)
        return {
            "target_above": above,
            "target_above_strength": above_strength,
            "target_above_kind": above_kind.astype(np.int8),
            "target_below": -below,
            "target_below_strength": below_strength,
            "target_below_kind": below_kind.astype(np.int8),
        }

    @cached_property
    def _day_open_ms(self) -> npt.NDArray[np.int64]:
        from core.measure.batch.spans import day_opens  # noqa: PLC0415  compiled

        return day_opens(self._bars)

    @cached_property
    def _day_begins(self) -> Flags:
        return np.diff(self._day_open_ms, prepend=-1).astype(np.bool_)

    @cached_property
    def _prior_day(self) -> "Spans":
        from core.measure.batch.spans import prior_days  # noqa: PLC0415  compiled

        return prior_days(self._bars, self._day_begins)

    @cached_property
    def _session_spans(self) -> "list[tuple[Flags, Spans]]":
        from core.measure.batch.spans import session  # noqa: PLC0415  compiled

        params = self._params
        hours = (
            (params.asia_open_hour, params.asia_close_hour),
            (params.london_open_hour, params.london_close_hour),
            (params.new_york_open_hour, params.new_york_close_hour),
        )
        return [session(self._bars, each) for each in hours]

    @cached_property
    def _visible(self) -> "Spans":
        from core.measure.batch.spans import visible  # noqa: PLC0415  compiled

        return visible(self._bars, self._params.visible_bars)

    @cached_property
    def _swings(self) -> "Spans":
        from core.measure.batch.spans import swings  # noqa: PLC0415  compiled

        return swings(self._bars, self._params.swing_bars)


def _span(name: str, span: "Spans") -> Columns:
    return {f"{name}_high": span.high, f"{name}_low": span.low}
