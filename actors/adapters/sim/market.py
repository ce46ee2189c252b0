"""The built-in market: endless, seeded, the same on every run."""

from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from typing import Final, NamedTuple

import numpy as np

from actors.adapters.sim.macro import MacroState, unfold_macro, weekday
from actors.adapters.sim.mood import NO_MOOD, QUIET, Spell, unfold_moods, unfold_stretches
from actors.adapters.sim.news import unfold_news
from actors.adapters.sim.params import SimParams
from actors.adapters.sim.price import Day, PriceState, unfold_prices
from core.durations import DAY_MS, HOUR_MS
from core.errors import ConfigurationError
from core.market.bars import Bars
from core.market.chunk import Chunk
from core.message import Json

START_MS: Final = 1_704_067_200_000
"""Monday 2024-01-01 00:00 UTC."""

_RUN_IN_DAYS: Final = 30
"""Days unfolded before the start: seven-day lookbacks need ten of them, forgetting the first mood the rest."""
_RECENT_NEWS_MS: Final = DAY_MS


class _State(NamedTuple):
    """All that one day leaves to the next."""

    mood: Spell
    stretch: Spell
    price: PriceState
    macro: MacroState


class SimMarket:
    """A market that trends, dozes and storms, with its own DXY, BTC.D and headlines.

    What comes out depends on parameters, seed, symbol, timeframe and start alone; resuming is unfolding from the start.

    Raises:
        ConfigurationError: For a negative seed, a start that is not a midnight UTC, or a timeframe that does not divide
            an hour into whole minutes.
    """

    def __init__(
        self,
        params: SimParams,
        *,
        seed: int,
        symbol: str = "BTCUSDT",
        timeframe_ms: int = 300_000,
        start_ms: int = START_MS,
    ) -> None:
        _check(seed=seed, timeframe_ms=timeframe_ms, start_ms=start_ms)
        self._params = params
        self._seed = seed
        self.symbol = symbol
        self.timeframe_ms = timeframe_ms
        self._start_ms = start_ms
        self._run_in_days = max(_RUN_IN_DAYS, params.history_days)

    def history(self) -> Chunk:
        """What a warmed-up daemon knows at the start: days of bars, weeks of macro values, a day of headlines."""
        days = list(islice(self._unfold(), self._run_in_days))
        return Chunk(
            bars=_join([day.bars for day in days[-self._params.history_days :]]),
            macro=[value for day in days for value in day.macro],
            news=[headline for headline in days[-1].news if headline.ts >= self._start_ms - _RECENT_NEWS_MS],
        )

    def chunks(self) -> Iterator[Chunk]:
        """UTC days from the start on, without end; each with what became known from its midnight to the next."""
        return islice(self._unfold(), self._run_in_days, None)

    def fingerprint(self) -> dict[str, Json]:
        """What decides the market, with the history's digest, so that a changed generator shows as a difference."""
        return {
            "venue": "sim",
            "seed": self._seed,
            "symbol": self.symbol,
            "timeframe_ms": self.timeframe_ms,
            "start_ms": self._start_ms,
            "params": asdict(self._params),
            "history_sha256": self.history().bars.sha256(),
        }

    def _unfold(self) -> Iterator[Chunk]:
        state = self._first()
        day = 0
        while True:
            chunk, state = self._day(state, day)
            yield chunk
            day += 1

    def _first(self) -> _State:
        params = self._params
        return _State(
            mood=Spell(NO_MOOD, 0),
            stretch=Spell(QUIET, 0),
            price=PriceState(params.start_price, float(np.log(params.trend_vol_pct / 100)), 0.0),
            macro=MacroState(params.dollar_start, params.dominance_start_pct),
        )

    def _day(self, state: _State, day: int) -> tuple[Chunk, _State]:
        params = self._params
        bars_an_hour = HOUR_MS // self.timeframe_ms
        day_ms = self._start_ms + (day - self._run_in_days) * DAY_MS
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence([self._seed, day])))
        moods, mood = unfold_moods(rng, state.mood, bars=24 * bars_an_hour, mean_bars=params.mood_hours * bars_an_hour)
        stretches, stretch = unfold_stretches(
            rng, state.stretch, moods=moods, mean_bars=params.stretch_hours * bars_an_hour
        )
        weekend = weekday(day_ms) >= 5
        candles, price = unfold_prices(rng, state.price, stretches=stretches, weekend=weekend, params=params)
        macro_values, macro = unfold_macro(rng, state.macro, day_ms=day_ms, moods=moods, params=params)
        news = unfold_news(rng, day_ms=day_ms, bar_ms=self.timeframe_ms, moods=moods, jumps=candles.jump, params=params)
        return Chunk(self._bars(candles, day_ms), macro_values, news), _State(mood, stretch, price, macro)

    def _bars(self, day: Day, day_ms: int) -> Bars:
        return Bars(
            symbol=self.symbol,
            timeframe_ms=self.timeframe_ms,
            open_ms=day_ms + np.arange(len(day.open), dtype=np.int64) * self.timeframe_ms,
            open=day.open,
            high=day.high,
            low=day.low,
            close=day.close,
            volume=day.volume,
        )


def _check(*, seed: int, timeframe_ms: int, start_ms: int) -> None:
    if seed < 0:
        raise ConfigurationError(f"seed is {seed}; it must be 0 or more")
    if timeframe_ms < 60_000 or timeframe_ms % 60_000 or HOUR_MS % timeframe_ms:
        raise ConfigurationError(
            f"timeframe_ms is {timeframe_ms}; the simulated market makes bars of whole minutes that divide an hour"
        )
    if start_ms < 0 or start_ms % DAY_MS:
        raise ConfigurationError(f"start_ms is {start_ms}; it must be a midnight UTC since 1970, in milliseconds")


def _join(days: list[Bars]) -> Bars:
    first = days[0]
    return Bars(
        symbol=first.symbol,
        timeframe_ms=first.timeframe_ms,
        open_ms=np.concatenate([day.open_ms for day in days]),
        open=np.concatenate([day.open for day in days]),
        high=np.concatenate([day.high for day in days]),
        low=np.concatenate([day.low for day in days]),
        close=np.concatenate([day.close for day in days]),
        volume=np.concatenate([day.volume for day in days]),
    )
