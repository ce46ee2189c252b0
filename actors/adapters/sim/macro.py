"""The dollar index and Bitcoin's dominance, moved by the mood and published when their bars close."""

import math
from typing import NamedTuple

import numpy as np

from actors.adapters.sim.mood import MOODS, Kinds, Mood
from actors.adapters.sim.params import SimParams
from core.durations import DAY_MS, HOUR_MS
from core.messages import MacroPublished

_DOLLAR_DAY_ENDS_H = 21
"""17:00 in New York in summer; an hour before the week's close, so that Friday's bar is a whole one."""
_WEEK_CLOSES_H, _WEEK_OPENS_H = 4 * 24 + 22, 6 * 24 + 22
_DOLLAR_RANGE = (60.0, 190.0)
_DOMINANCE_RANGE_PCT = (20.0, 80.0)


class MacroState(NamedTuple):
    """Levels at midnight UTC."""

    dollar: float
    dominance_pct: float


def weekday(day_ms: int) -> int:
    """0 is Monday; 1970-01-01 was a Thursday."""
    return (day_ms // DAY_MS + 3) % 7


def dollar_trades(ts: int) -> bool:
    """Whether the dollar's week is open: not from Friday 22:00 to Sunday 22:00 UTC."""
    hour = weekday(ts) * 24 + ts % DAY_MS // HOUR_MS
    return not _WEEK_CLOSES_H <= hour < _WEEK_OPENS_H


def unfold_macro(
    rng: np.random.Generator, state: MacroState, *, day_ms: int, moods: Kinds, params: SimParams
) -> tuple[list[MacroPublished], MacroState]:
    """What is published from this midnight to before the next, oldest first, and the state at the next midnight."""
    levels = _levels(rng.standard_normal((24, 2)).tolist(), state, day_ms=day_ms, moods=moods, params=params)
    published = [MacroPublished(day_ms, "btc_dominance", "1d", round(state.dominance_pct, 2))]
    for hour, level in enumerate(levels[:24]):
        ts = day_ms + hour * HOUR_MS
        if not dollar_trades(ts):
            continue
        if hour % 4 == 0:
            published.append(MacroPublished(ts, "dxy", "4h", round(level.dollar, 3)))
        if hour == _DOLLAR_DAY_ENDS_H:
            published.append(MacroPublished(ts, "dxy", "1d", round(level.dollar, 3)))
    return published, levels[24]


def _levels(
    noise: list[list[float]], state: MacroState, *, day_ms: int, moods: Kinds, params: SimParams
) -> list[MacroState]:
    """The state at each of the day's 25 full hours."""
    levels = [state]
    for hour, (dollar_noise, dominance_noise) in enumerate(noise):
        mood = MOODS[moods[hour * len(moods) // 24]]
        now = levels[-1]
        rests = not dollar_trades(day_ms + hour * HOUR_MS)
        levels.append(
            MacroState(
                now.dollar if rests else _dollar(now.dollar, mood, noise=dollar_noise, params=params),
                _dominance_pct(now.dominance_pct, mood, noise=dominance_noise, params=params),
            )
        )
    return levels


def _dollar(level: float, mood: Mood, *, noise: float, params: SimParams) -> float:
    """DXY an hour later."""
    move_pct = mood.dollar * params.dollar_drift_pct / 24 + noise * params.dollar_noise_pct / math.sqrt(24)
    home = _homing(mood, params) * (params.dollar_start - level)
    return _within(_DOLLAR_RANGE, level * (1 + move_pct / 100) + home)


def _dominance_pct(level: float, mood: Mood, *, noise: float, params: SimParams) -> float:
    """BTC.D an hour later."""
    move = mood.dominance * params.dominance_drift_points / 24 + noise * params.dominance_noise_points / math.sqrt(24)
    home = _homing(mood, params) * (params.dominance_start_pct - level)
    return _within(_DOMINANCE_RANGE_PCT, level + move + home)


def _homing(mood: Mood, params: SimParams) -> float:
    """Share of the way home that an hour goes."""
    return float(1 - 0.5 ** (mood.homing / params.macro_home_days / 24))


def _within(bounds: tuple[float, float], level: float) -> float:
    return min(max(level, bounds[0]), bounds[1])
