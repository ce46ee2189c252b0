"""From what a user names to a sandbox: candles or the built-in market, a speed, faults, a key."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path

import numpy as np

from actors.adapters.files.candles import read_candles
from actors.adapters.files.times import spell
from actors.adapters.sandbox.exchange.exchange import Exchange
from actors.adapters.sandbox.exchange.listing import listing
from actors.adapters.sandbox.exchange.market import Market
from actors.adapters.sandbox.exchange.params import ExchangeParams
from actors.adapters.sandbox.faults.faults import Faults
from actors.adapters.sandbox.faults.plan import Plan
from actors.adapters.sandbox.server.clock import MarketClock, wall_ms
from actors.adapters.sandbox.server.credentials import Credentials
from actors.adapters.sandbox.server.sandbox import Sandbox
from actors.adapters.sim.market import SimMarket
from actors.adapters.sim.params import SimParams
from core.durations import DAY_MS, MINUTE_MS
from core.errors import ConfigurationError
from core.market.aggregate import Bar
from core.market.bars import Bars

HISTORY_MS = 10 * DAY_MS
"""Bars that clients can ask for when the market opens."""
_STEPS_A_SECOND = 10
"""Prices per real second at most, so that a fast market is not buried in its own ticks."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A sandbox as a user names it."""

    candles: tuple[Path, ...] = ()
    """A file per symbol; none: the built-in market."""
    symbols: tuple[str, ...] = ()
    """What the files are of, in their order; none: what their names say."""
    first_ms: int | None = None
    """The market opens with the first bar from here on; None: ten days into the file, or half of it."""
    speed: float = 1.0
    """Market time over real time."""
    own_time: bool = False
    """The candles' own dates even at real speed."""
    params: ExchangeParams = field(default_factory=ExchangeParams)
    key: str = "sandbox"
    secret: str = "sandbox"  # noqa: S105  the published one
    plan: Plan = field(default_factory=Plan)


@dataclass(frozen=True, slots=True)
class Opened:
    """A sandbox, and what there is to say about it."""

    sandbox: Sandbox
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """A symbol's bars on both sides of the opening."""

    history: Bars
    future: Iterator[Bar]
    opens_ms: int


def opened(wanted: Wanted) -> Opened:
    """A sandbox whose market opens now.

    Raises:
        ConfigurationError: If an option is at fault.
        FeedMalformed: If a file's contents cannot be believed.
    """
    if not 0 < wanted.speed <= 100_000:
        raise ConfigurationError(f"--speed is {wanted.speed:g}; it must be above 0 and at most 100000")
    told, remarks = _from_files(wanted) if wanted.candles else ([_simulated(wanted.params.seed)], ())
    first = max(one.opens_ms for one in told)
    timeframe = max(one.history.timeframe_ms for one in told)
    is_real = wanted.speed == 1 and not wanted.own_time
    shift = _shift(first, timeframe) if is_real else 0
    params = replace(wanted.params, step_ms=_step(wanted, timeframe))
    markets = {one.history.symbol: _market(one, shift, params) for one in told}
    now = wall_ms() if is_real else first
    clock = MarketClock() if is_real else MarketClock(now, wanted.speed)
    sandbox = Sandbox(
        Exchange(markets, params, now), clock, Credentials(wanted.key, wanted.secret), Faults(wanted.plan)
    )
    return Opened(sandbox, remarks)


def _from_files(wanted: Wanted) -> tuple[list[_Told], tuple[str, ...]]:
    if wanted.symbols and len(wanted.symbols) != len(wanted.candles):
        raise ConfigurationError(
            f"{len(wanted.candles)} --candles and {len(wanted.symbols)} --symbol: give one --symbol per file, or none"
        )
    names = wanted.symbols or (None,) * len(wanted.candles)
    found = [read_candles(path, symbol=name) for path, name in zip(wanted.candles, names, strict=True)]
    symbols = [one.bars.symbol for one in found]
    if len(set(symbols)) < len(symbols):
        raise ConfigurationError(f"--candles give {', '.join(symbols)}: each symbol once; name them with --symbol")
    odd = [symbol for symbol in symbols if not symbol.endswith("USDT")]
    if odd:
        raise ConfigurationError(f"{odd[0]} is not settled in USDT: name the file's symbol with --symbol, as BTCUSDT")
    told = [_split(one.bars, path, wanted.first_ms) for one, path in zip(found, wanted.candles, strict=True)]
    return told, tuple(chain.from_iterable(one.warnings for one in found))


def _split(bars: Bars, path: Path, first_ms: int | None) -> _Told:
    times = bars.open_ms
    wanted = min(int(times[0]) + HISTORY_MS, int(times[len(bars) // 2])) if first_ms is None else first_ms
    cut = int(np.searchsorted(times, wanted))
    if not 0 < cut < len(bars):
        raise ConfigurationError(
            f"{path}: a market needs bars before and after its opening; the file holds {spell(int(times[0]))} to "
            f"{spell(int(times[-1]))}, and --from is {spell(wanted)}"
        )
    return _Told(bars.between(0, cut), _rows(bars.between(cut, len(bars))), int(times[cut]))


def _simulated(seed: int) -> _Told:
    market = SimMarket(SimParams(), seed=seed, timeframe_ms=MINUTE_MS)
    history = market.history().bars
    future = chain.from_iterable(_rows(chunk.bars) for chunk in market.chunks())
    return _Told(history, future, int(history.open_ms[-1]) + MINUTE_MS)


def _rows(bars: Bars) -> Iterator[Bar]:
    columns = (bars.open_ms, bars.open, bars.high, bars.low, bars.close, bars.volume)
    return (Bar(*row) for row in zip(*(column.tolist() for column in columns), strict=True))


def _shift(first_ms: int, timeframe_ms: int) -> int:
    """What to add to the bars' times so that the market's first bar is the one that is forming now."""
    now = wall_ms()
    return now - now % timeframe_ms - first_ms


def _step(wanted: Wanted, timeframe_ms: int) -> int:
    return max(100, min(max(wanted.params.step_ms, int(wanted.speed * 1_000 / _STEPS_A_SECOND)), timeframe_ms // 12))


def _market(told: _Told, shift: int, params: ExchangeParams) -> Market:
    history = replace(told.history, open_ms=told.history.open_ms + shift)
    future = (bar._replace(open_ms=bar.open_ms + shift) for bar in told.future)
    return Market(listing(history.symbol, float(history.close[-1])), history, future, params)
