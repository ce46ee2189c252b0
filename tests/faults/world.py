"""A daemon's engine against a sandbox that misbehaves, both in one loop, over real sockets, on a fast market."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import anyio
import numpy as np
from pydantic import SecretStr

from actors.adapters.bybit.client import Client
from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.intake import BybitIntake
from actors.adapters.bybit.opened import Bybit
from actors.adapters.bybit.params import BybitParams
from actors.adapters.bybit.prices import Contract
from actors.adapters.ledger.manifest import Manifest
from actors.adapters.ledger.reader import LedgerReader
from actors.adapters.ledger.writer import Ledger
from actors.adapters.sandbox.exchange.exchange import Exchange
from actors.adapters.sandbox.exchange.listing import listing
from actors.adapters.sandbox.exchange.market import Market
from actors.adapters.sandbox.exchange.params import ExchangeParams
from actors.adapters.sandbox.faults.faults import Faults
from actors.adapters.sandbox.faults.plan import Plan
from actors.adapters.sandbox.server.clock import MarketClock
from actors.adapters.sandbox.server.credentials import Credentials
from actors.adapters.sandbox.server.sandbox import Sandbox
from actors.adapters.sandbox.server.serve import serve
from actors.clock import wall_clock_ms
from actors.crew import CrewParams
from actors.engine import Engine
from actors.server import bound
from actors.system import crew_params
from core.book.params import BookParams
from core.durations import MINUTE_MS
from core.errors import VenueError
from core.market.aggregate import Bar
from core.market.bars import Bars
from core.records import JournalRow
from core.trading.live import LiveParams
from settings import load
from tests.faults.rules import Rules

SPEED = 240.0
"""Four one-minute bars a second."""
CHASE_SPEED = 120.0
"""Two one-minute bars a second; a sample of the book every 24 s of its market."""
OPENS = 1_709_640_000_000
SYMBOL = "BTCUSDT"
OWNER = "faults"
LIVE = LiveParams(
    report_ms=500,
    look_ms=100,
    look_most_ms=1_000,
    absent_ms=3_000,
    retry_ms=100,
    stop_confirm_ms=2_500,
    stop_fill_ms=1_000,
    compare_ms=400,
    audit_ms=2_000,
)
_LIVELY = (
    "measure.timeframe_minutes=1",
    "measure.donchian_bars=3",
    "measure.atr_bars=5",
    "trend.partial_at_r=0.7",
    "trend.trail_atr=1.0",
    "trend.time_stop_bars=5",
    "risk.risk_pct=0.2",
    "risk.max_notional_pct=300",
    "instrument.tick=0.1",
    "instrument.lot=0.001",
    "instrument.min_quantity=0.001",
    "instrument.min_notional=5",
)


def bars(seed: int, count: int) -> Bars:
    """A market that never rests, so that something is nearly always under way."""
    rng = np.random.default_rng(seed)
    close = 60_000 * np.exp(np.cumsum(rng.normal(0, 8e-4, count)))
    opened = np.concatenate(([60_000.0], close[:-1]))
    reach = np.abs(rng.normal(0, 3e-4, (2, count)))
    high, low = np.maximum(opened, close) * (1 + reach[0]), np.minimum(opened, close) * (1 - reach[1])
    times = OPENS + np.arange(-1_100, count - 1_100, dtype=np.int64) * MINUTE_MS
    return Bars(SYMBOL, MINUTE_MS, times, opened, high, low, close, rng.uniform(50, 500, count))


def sandbox(plan: Plan, *, seed: int, speed: float = SPEED, max_market: Decimal | None = None) -> Sandbox:
    """An exchange in which so much happens; its largest market order is the venue's own unless given."""
    drawn = bars(seed, 12_000)
    params = ExchangeParams(step_ms=2_000)
    columns = (drawn.open_ms, drawn.open, drawn.high, drawn.low, drawn.close, drawn.volume)
    future = (Bar(*row) for row in zip(*(column[1_100:].tolist() for column in columns), strict=True))
    listed = listing(SYMBOL, 60_000.0)
    listed = replace(listed, max_market=max_market or listed.max_market)
    market = Market(listed, drawn.between(0, 1_100), future, params)
    exchange = Exchange({SYMBOL: market}, params, OPENS)
    return Sandbox(exchange, MarketClock(OPENS, speed), Credentials("sandbox", "sandbox"), Faults(plan))


@dataclass
class World:
    """Both sides."""

    sandbox: Sandbox
    address: str
    folder: Path
    speed: float
    rules: Rules
    intake: type[BybitIntake] = BybitIntake
    live: LiveParams = LIVE
    settings: tuple[str, ...] = _LIVELY
    book: BookParams | None = None

    @property
    def params(self) -> BybitParams:
        """Impatient, so that a test need not be patient."""
        return BybitParams(
            rest_url=f"http://{self.address}",
            ws_url=f"ws://{self.address}",
            request_timeout_ms=700,
            heartbeat_ms=400,
            heartbeat_timeout_ms=250,
            kline_silence_ms=2_000,
            connect_timeout_ms=2_000,
            first_backoff_ms=50,
            last_backoff_ms=500,
            ban_ms=5_000,
            refused_ms=500,
            confirm_grace_ms=300,
            clock_every_ms=1_000,
            clock_speed=self.speed,
            writes_per_s=100,
        )

    @property
    def crew(self) -> CrewParams:
        """A lively strategy on a real venue."""
        found = crew_params(load(profile="bare-trend", overrides=self.settings))
        risk = replace(found.evaluation.risk, start_balance=100_000.0)
        return replace(
            found, evaluation=replace(found.evaluation, risk=risk), live=self.live.scaled(self.speed), book=self.book
        )

    def venue(self) -> Bybit:
        """What the daemon knows of the exchange."""
        contract = Contract(self.crew.evaluation.instrument, Decimal(0), is_trading=True, settled_in="USDT")
        secret = SecretStr("sandbox")
        return Bybit(SYMBOL, MINUTE_MS, self.params, secret, secret, VenueClock(self.speed), contract)

    def chase(self, then: str) -> None:
        """From now on entries are chased on the book's stream."""
        self.book = BookParams(sample_ms=200).scaled(self.speed)
        given = ("kind=chase", f"chase_then={then}", "chase_ms=100", "chase_budget_bps=60", "chase_tries=8")
        self.settings = (*self.settings, *(f"entry.{each}" for each in given), f"bybit.clock_speed={self.speed:g}")

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'journal.sqlite'}"

    @asynccontextmanager
    async def engine(self) -> AsyncIterator[Engine]:
        """One life of the daemon's engine; stopped cleanly at the end."""
        ledger = Ledger.open(self.url, owner=OWNER)
        try:
            run = ledger.begin(_MANIFEST, fresh=False, now_ms=wall_clock_ms())
            bybit = self.venue()
            await _set(bybit)
            # Asked beforehand, off the loop that the sandbox runs on.
            history = await anyio.to_thread.run_sync(_history, bybit)
            intake = self.intake(
                SYMBOL,
                MINUTE_MS,
                params=bybit.params,
                key=bybit.key,
                secret=bybit.secret,
                clock=bybit.clock,
                history=lambda: history,
                journaled=self._journaled,
                feeds=load().feeds,
                folder=self.folder,
                book=self.book,
            )
            engine = Engine(intake, self.crew, ledger, run, release=self._released, clock_ms=wall_clock_ms)
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(engine.run)
                yield engine
                await engine.stop("test")
        finally:
            ledger.close()

    def journal(self) -> Iterator[JournalRow]:
        """Every row of the run, all its lives."""
        reader = LedgerReader.open(self.url, owner=OWNER)
        try:
            after = 0
            while rows := reader.rows(after=after, limit=5_000):
                yield from rows
                after = rows[-1].seq
        finally:
            reader.close()

    def _released(self, rows: Sequence[JournalRow]) -> None:
        for row in rows:
            self.rules.take(row)

    def _journaled(self, run_id: str) -> Iterator[JournalRow]:
        reader = LedgerReader.open(self.url, owner=OWNER, run_id=run_id)
        try:
            after = 0
            while rows := reader.rows(after=after, limit=5_000, kinds=("input",)):
                yield from rows
                after = rows[-1].seq
        finally:
            reader.close()


_MANIFEST = Manifest(fingerprint={"test": "faults"}, settings={}, versions={}, seed=0)


async def _set(bybit: Bybit) -> None:
    """Set the clock, off the loop that the sandbox runs on."""
    client = Client(bybit.params, None, None, bybit.clock)
    try:
        while not await anyio.to_thread.run_sync(client.set_clock):
            pass
    finally:
        client.close()


def _history(bybit: Bybit) -> Bars:
    while True:
        with suppress(VenueError):
            return bybit.history()


@asynccontextmanager
async def world(
    folder: Path, plan: Plan, *, seed: int, speed: float = SPEED, max_market: Decimal | None = None
) -> AsyncIterator[World]:
    """A served sandbox, and a place for the daemon's journal."""
    made = sandbox(plan, seed=seed, speed=speed, max_market=max_market)
    with bound("127.0.0.1", 0) as listening:
        host, port = listening.getsockname()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(serve, made, listening)
            yield World(made, f"{host}:{port}", folder, speed, Rules())
            tasks.cancel_scope.cancel()
