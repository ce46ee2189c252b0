"""The compiled sweep, warm: fifty and ten thousand parameter sets over a year of 5-minute bars."""

from itertools import product
from typing import Final

from actors.lab.regime_path import regime_path
from actors.replay import ReplaySource
from core.sweep.params import Trial
from core.sweep.sweep import Sweep
from tests.bench.candles import year
from tests.bench.engine import params
from tests.bench.figure import Figure, repeated

_CHANNELS: Final = (10, 15, 20, 25, 30, 35, 40, 45, 50, 60)
_STOPS: Final = (1.0, 1.25, 1.5, 2.0, 2.5)
_MANY: Final = 10_000


def sweep(repeat: int) -> list[Figure]:
    """Seconds of both, first use and its compiling left out."""
    runs, fifty = made(), grid()
    return [
        Figure("sweep: 50 sets", repeated(lambda: runs.run(fifty), repeat), "s", goal=0.05),
        Figure("sweep: 10,000 sets", repeated(lambda: runs.run(many()), repeat, warm_up=0), "s", goal=3.0),
    ]


def made(bars: int | None = None) -> Sweep:
    """A sweep of the breakout over the made-up year, or over its first so many bars."""
    bare, history = params("bare-trend"), year(5)
    source = ReplaySource(history if bars is None else history.between(0, bars), [], [])
    path = regime_path(source, bare)
    return Sweep(source.whole().bars, path, measure=bare.measure, evaluation=bare.evaluation, flow=bare.flow)


def grid() -> list[Trial]:
    """The fifty sets of channel and stop that the other engines are given too."""
    return [{"measure.donchian_bars": channel, "trend.stop_atr": stop} for channel, stop in product(_CHANNELS, _STOPS)]


def many() -> list[Trial]:
    """Ten thousand sets: channel, stop and trail."""
    stops = [0.5 + place / 20 for place in range(40)]
    trails = [1.0 + place / 10 for place in range(_MANY // len(_CHANNELS) // len(stops))]
    return [
        {"measure.donchian_bars": channel, "trend.stop_atr": stop, "trend.trail_atr": trail}
        for channel, stop, trail in product(_CHANNELS, stops, trails)
    ]
