"""Every measure of the panel as columns by name, group by group in the order of `core.measure.panel.Panel`."""

from typing import Any

import numpy as np
import numpy.typing as npt

from core.market.bars import Bars, Flags
from core.measure.batch.ages import age, held, lagged, latest
from core.measure.batch.averages import (
    average_true_range,
    donchian_channel,
    hourly_slope,
    price_change,
    true_range,
)
from core.measure.batch.levels import nearest_level
from core.measure.batch.spans import Spans, day_opens, prior_days, session, swings, visible
from core.measure.batch.structure import break_sides, changes_character, sweep_sides
from core.measure.batch.vwap import rolling_deviation, session_vwap
from core.measure.panel import CHANGE_SPAN_MS, PanelParams

Columns = dict[str, npt.NDArray[Any]]


def measure(bars: Bars, params: PanelParams) -> Columns:
    """A column for every field of `core.measure.reading.Reading`."""
    day_open_ms = day_opens(bars)
    day_begins = np.diff(day_open_ms, prepend=-1).astype(np.bool_)
    prior_day = prior_days(bars, day_begins)
    sessions, session_spans = _sessions(bars, params)
    seen, turning = visible(bars, params.visible_bars), swings(bars, params.swing_bars)
    asia, london, new_york = session_spans
    return {
        **_bars(bars),
        **_ranges(bars, params),
        **_vwap(bars, day_begins, params),
        "day_open_ms": day_open_ms,
        "session": sessions,
        **_span("prior_day", prior_day),
        **_span("asia", asia),
        **_span("london", london),
        **_span("new_york", new_york),
        **_span("visible", seen),
        **_span("swing", turning),
        **_structure(bars, turning, params),
        **_targets(bars, (prior_day, *session_spans, seen, turning), params),
    }


def _bars(bars: Bars) -> Columns:
    steps = np.diff(bars.open_ms, prepend=bars.open_ms[:1] - bars.timeframe_ms)
    flawed = np.zeros(len(bars), np.bool_) if bars.incomplete is None else bars.incomplete
    return {
        "bars": np.arange(1, len(bars) + 1),
        "open_ms": bars.open_ms,
        "open": bars.open,
        "high": bars.high,
        "low": bars.low,
        "close": bars.close,
        "volume": bars.volume,
        "prev_close": lagged(bars.close, 1),
        "bars_since_gap": age(latest(steps != bars.timeframe_ms)),
        "bars_since_incomplete": age(latest(flawed)),
    }


def _ranges(bars: Bars, params: PanelParams) -> Columns:
    atr = average_true_range(bars, params.atr_bars)
    upper, lower = donchian_channel(bars, params.donchian_bars)
    ema, slope = hourly_slope(bars, params.slope_ema_hours)
    return {
        "true_range": true_range(bars),
        "atr": atr,
        "prev_atr": lagged(atr, 1),
        "donchian_high": lagged(upper, 1),
        "donchian_low": lagged(lower, 1),
        "prev_donchian_high": lagged(upper, 2),
        "prev_donchian_low": lagged(lower, 2),
        "ema_1h": ema,
        "ema_1h_slope_pct": slope,
        "price_change_72h_pct": price_change(bars, CHANGE_SPAN_MS),
    }


def _vwap(bars: Bars, day_begins: Flags, params: PanelParams) -> Columns:
    vwap = session_vwap(day_begins, bars.high, bars.low, bars.close, bars.volume)
    return {"vwap": vwap, "sigma": rolling_deviation(params.vwap_window_bars, bars.close - vwap)}


def _sessions(bars: Bars, params: PanelParams) -> tuple[npt.NDArray[np.int8], list[Spans]]:
    """The session of each bar, of two the later opened, and every session's span."""
    hours = (
        (params.asia_open_hour, params.asia_close_hour),
        (params.london_open_hour, params.london_close_hour),
        (params.new_york_open_hour, params.new_york_close_hour),
    )
    code = np.zeros(len(bars), np.int8)
    spans = []
    for number, each in enumerate(hours, 1):
        running, span = session(bars, each)
        code[running] = number
        spans.append(span)
    return code, spans


def _span(name: str, span: Spans) -> Columns:
    return {f"{name}_high": span.high, f"{name}_low": span.low}


def _structure(bars: Bars, turning: Spans, params: PanelParams) -> Columns:
    broke = break_sides(bars.close, *turning)
    swept = sweep_sides(bars, turning, within=params.sweep_bars)
    last_break, last_sweep = latest(broke != 0), latest(swept != 0)
    kind = np.where(changes_character(broke, last_break), 2, 1)
    return {
        "break_kind": held(kind, last_break).astype(np.int8),
        "break_side": held(broke, last_break),
        "break_age": age(last_break),
        "sweep_side": held(swept, last_sweep),
        "sweep_age": age(last_sweep),
    }


def _targets(bars: Bars, spans: tuple[Spans, ...], params: PanelParams) -> Columns:
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
