"""A day of candles out of the day's stretches: drift, volatility, jumps, and a path inside every bar."""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from actors.adapters.sim.mood import QUIET, RALLY, SLUMP, VIOLENT, Kinds
from actors.adapters.sim.params import SimParams
from core.market.bars import Floats

HOURS_A_YEAR = 365 * 24
_STEPS = 10
_LOWEST_PRICE = 1.0  # ten ticks: whatever the parameters, a price and its logarithm stay meaningful
_TICK_DECIMALS, _LOT_DECIMALS = 1, 3
_REFERENCE_VOL = 0.60
_VOLUME_SPREAD = 0.35


class PriceState(NamedTuple):
    """What the price remembers overnight."""

    close: float
    log_vol: float
    """Log of the annualised volatility, before the hour of day."""
    swing: float
    """Drift of the leg under way, standard deviations an hour."""


class Day(NamedTuple):
    """A day's candles as columns of shape (bars,)."""

    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats
    jump: Floats
    """Log return of each bar's jump, 0 for most."""


def unfold_prices(
    rng: np.random.Generator, state: PriceState, *, stretches: Kinds, weekend: bool, params: SimParams
) -> tuple[Day, PriceState]:
    """One day's candles, prices to 0.1 and volume to 0.001, and the state for the next day."""
    bars = len(stretches)
    bars_an_hour = bars / 24
    log_vol = _log_vol(rng, state, stretches=stretches, params=params)
    swing = _swing(rng, state, bars=bars, params=params)
    vol = np.exp(log_vol) * _hour_of_day(bars) * (params.weekend_vol if weekend else 1.0)
    spread = vol / math.sqrt(HOURS_A_YEAR * bars_an_hour)
    drift = (_directions(params)[stretches] + swing) * spread / math.sqrt(bars_an_hour)
    pull = math.log(2) / params.price_home_days / bars * math.log(params.start_price / state.close)
    jump = _jumps(rng, stretches=stretches, spread=spread, params=params)
    path = _path(rng, start=state.close, drift=drift + pull + jump, spread=spread, gap_bps=params.open_gap_bps)
    volume = _volumes(rng, returns=np.log(path[:, -1] / path[:, 0]), spread=spread, vol=vol, params=params)
    day = Day(path[:, 0].copy(), path.max(axis=1), path.min(axis=1), path[:, -1].copy(), volume, jump)
    return day, PriceState(float(day.close[-1]), float(log_vol[-1]), float(swing[-1]))


def _log_vol(rng: np.random.Generator, state: PriceState, *, stretches: Kinds, params: SimParams) -> Floats:
    keep = _keep(params.vol_half_life_h, len(stretches))
    noise = params.vol_spread * math.sqrt(1 - keep * keep) * rng.standard_normal(len(stretches))
    return _remember((1 - keep) * _levels(params)[stretches] + noise, state.log_vol, keep)


def _swing(rng: np.random.Generator, state: PriceState, *, bars: int, params: SimParams) -> Floats:
    keep = _keep(params.swing_half_life_h, bars)
    noise = params.swing_strength * math.sqrt(1 - keep * keep) * rng.standard_normal(bars)
    return _remember(noise, state.swing, keep)


def _keep(half_life_h: float, bars_a_day: int) -> float:
    return float(0.5 ** (24 / bars_a_day / half_life_h))


def _remember(news: Floats, last: float, keep: float) -> Floats:
    # x[i] = keep * x[i-1] + news[i] without a loop; safe while keep ** bars stays far above 1e-300 (0.25 h: 2 ** -96)
    powers = keep ** np.arange(1, len(news) + 1)
    remembered: Floats = powers * (last + np.cumsum(news / powers))
    return remembered


def _levels(params: SimParams) -> Floats:
    levels = np.empty(4)
    levels[[RALLY, SLUMP]] = params.trend_vol_pct
    levels[QUIET] = params.quiet_vol_pct
    levels[VIOLENT] = params.violent_vol_pct
    return np.asarray(np.log(levels / 100))


def _directions(params: SimParams) -> Floats:
    directions = np.zeros(4)
    directions[RALLY], directions[SLUMP] = params.trend_strength, -params.trend_strength
    return directions


def _hour_of_day(bars: int) -> Floats:
    """Volatility by the clock: a dip before Asia, a hump at London's open, the peak where London meets New York."""
    hour = np.arange(bars) * 24 / bars
    humps = 0.25 * np.exp(-(((hour - 8) / 1.5) ** 2)) + 0.55 * np.exp(-(((hour - 14.5) / 2.5) ** 2))
    profile = 0.85 + humps
    return np.asarray(profile / math.sqrt(float(np.mean(profile**2))))


def _jumps(rng: np.random.Generator, *, stretches: Kinds, spread: Floats, params: SimParams) -> Floats:
    hits = rng.random(len(stretches)) < params.jumps_per_day / len(stretches)
    sizes = params.jump_size * spread * (0.5 + rng.exponential(0.5, len(stretches)))
    signs = np.where(rng.random(len(stretches)) < 0.5, -1.0, 1.0)
    return np.where(hits & (stretches == VIOLENT), signs * sizes, 0.0)


def _path(
    rng: np.random.Generator, *, start: float, drift: Floats, spread: Floats, gap_bps: float
) -> npt.NDArray[np.float64]:
    """Prices inside each bar, shape (bars, 1 + steps): the open, a small gap from the last close, to the close."""
    steps = rng.standard_normal((len(drift), _STEPS + 1))
    steps[:, 1:] *= (spread / math.sqrt(_STEPS))[:, None]
    steps[:, 1] += drift
    steps[:, 0] *= gap_bps / 10_000
    path = start * np.exp(np.cumsum(steps.ravel()))
    path = np.maximum(np.round(path, _TICK_DECIMALS), _LOWEST_PRICE)
    return np.asarray(path.reshape(steps.shape))


def _volumes(rng: np.random.Generator, *, returns: Floats, spread: Floats, vol: Floats, params: SimParams) -> Floats:
    usual = params.volume_per_hour * 24 / len(vol) * vol / _REFERENCE_VOL
    surprise = 0.4 + 0.6 * np.abs(returns) / spread
    chance = np.exp(_VOLUME_SPREAD * rng.standard_normal(len(vol)))
    return np.asarray(np.round(usual * surprise * chance, _LOT_DECIMALS))
