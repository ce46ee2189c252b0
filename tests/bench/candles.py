"""Candles of a made-up year, the same in every clone: a seeded random walk whose volatility and drift change.

The time of a backtest follows its trades, and a breakout trades a walk like this about every twentieth bar.
"""

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from core.durations import MINUTE_MS
from core.market.bars import Bars

YEAR_MINUTES: Final = 525_600
_START_MS: Final = 1_640_995_200_000  # 2022-01-01, where the recorded macro values and headlines are too
_START_PRICE: Final = 30_000.0
_STEPS: Final = 12
"""Prices inside a minute, of which its high and low are taken."""
_SPELL_MINUTES: Final = 1_440
_VOLATILITIES: Final = (0.3, 0.6, 1.2)
"""Annualised."""
_DRIFTS: Final = (-2.0, 0.0, 2.0)
_SEED: Final = 20_220_101


@cache
def year(minutes: int) -> Bars:
    """365 days of bars of 1 or 5 minutes: 525,600 or 105,120 of them."""
    opened, high, low, close, volume = _minutes()
    shape = (-1, minutes)
    return Bars(
        "BTCUSDT",
        minutes * MINUTE_MS,
        _START_MS + np.arange(0, YEAR_MINUTES, minutes, dtype=np.int64) * MINUTE_MS,
        opened[::minutes].copy(),
        high.reshape(shape).max(axis=1),
        low.reshape(shape).min(axis=1),
        close[minutes - 1 :: minutes].copy(),
        volume=np.round(volume.reshape(shape).sum(axis=1), 3),
    )


def written(bars: Bars, path: Path) -> Path:
    """A Parquet file of them as every engine here reads it: `timestamp_ms`, prices, `volume`."""
    columns = {"timestamp_ms": bars.open_ms}
    prices = {"open": bars.open, "high": bars.high, "low": bars.low, "close": bars.close, "volume": bars.volume}
    pq.write_table(pa.table(columns | prices), path)
    return path


def _minutes() -> tuple[np.ndarray, ...]:
    rng = np.random.default_rng(_SEED)
    spells = YEAR_MINUTES // _SPELL_MINUTES
    spread = np.repeat(rng.choice(_VOLATILITIES, spells), _SPELL_MINUTES) / np.sqrt(YEAR_MINUTES)
    drift = np.repeat(rng.choice(_DRIFTS, spells), _SPELL_MINUTES) / YEAR_MINUTES
    steps = rng.standard_normal((YEAR_MINUTES, _STEPS)) * (spread / np.sqrt(_STEPS))[:, None]
    steps += ((drift - spread**2 / 2) / _STEPS)[:, None]
    path = np.round(_START_PRICE * np.exp(np.cumsum(steps.ravel())), 1).reshape(steps.shape)
    close = path[:, -1]
    opened = np.concatenate(([_START_PRICE], close[:-1]))  # the market never closes: no gaps
    high = np.maximum(path.max(axis=1), opened)
    low = np.minimum(path.min(axis=1), opened)
    volume = np.round(100 * rng.lognormal(0.0, 0.6, YEAR_MINUTES) + 0.001, 3)
    return opened, high, low, close, volume
