"""A run with an order book: its samples reach guard, view and API; without it the bars go on, and it comes back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import anyio
import pytest

from actors.adapters.bybit.opened import Bybit
from actors.adapters.feeds.config import FeedsConfig
from actors.adapters.ledger.reader import LedgerReader
from actors.adapters.sandbox.faults.plan import Plan
from actors.adapters.sandbox.server.clock import MarketClock
from actors.cli.journals import journaled_by
from actors.daemon import Daemon, DaemonOptions
from actors.system import RunOptions, manifest
from core.book.params import BookParams
from core.book.sample import FeatureSample
from core.records import JournalRow
from tests.actors.adapters.bybit.heard import timed, walk
from tests.actors.adapters.bybit.test_intake import SPEED, bybit
from tests.actors.adapters.sandbox.stall import OPENS
from tests.actors.made import OWNER, PARAMS, SETTINGS, until
from tests.faults.world import World, world
from tests.web.asgi import call
from web.app import build
from web.config import WebConfig
from web.stream import Hub

pytestmark = pytest.mark.anyio
BOOK = BookParams(sample_ms=200, stale_ms=1_000)


def daemon(market: Bybit, folder: Path, book: BookParams | None) -> Daemon:
    """A paper daemon that follows the book as told, and asks the spread guard."""
    url = f"sqlite:///{folder / 'journal.sqlite'}"
    about = manifest(SETTINGS, market, RunOptions("bybit", "bare-trend", 1))
    journaled = journaled_by(url, OWNER)
    guards = replace(PARAMS.evaluation.guards, off=())
    params = replace(PARAMS, evaluation=replace(PARAMS.evaluation, guards=guards), book=book)
    return Daemon(
        lambda: market.intake(journaled, feeds=FeedsConfig(), folder=folder, is_real=False, book=book),
        params,
        DaemonOptions(folder, url, OWNER, about, {"venue": "bybit"}),
    )


@asynccontextmanager
async def running(found: Daemon) -> AsyncIterator[None]:
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(found.run)
        yield
        await found._engine.stop("test")


async def asked(found: Daemon, path: str) -> tuple[int, Any]:
    """What the daemon's API answers."""
    reader = found._reader()
    hub = Hub()
    hub.close()
    try:
        app = build(journal=reader, board=found._board, hub=hub, config=WebConfig(port=0))
        answer = await call(app, path)
        return answer.status, answer.json()
    finally:
        reader.close()


def book_of(view: dict[str, Any]) -> dict[str, Any] | None:
    """The newest sample that a view shows."""
    found: dict[str, Any] | None = view["market"]["book"]
    return found


def spread_verdict(view: dict[str, Any]) -> dict[str, Any]:
    """The spread guard's word on the last bar; empty before the first."""
    guards = view["evaluation"].get("guards", [])
    return next((guard for guard in guards if guard["guard"] == "spread"), {})


async def test_the_book_reaches_guard_view_and_api_and_a_restart_waits_for_a_new_sample(tmp_path: Path) -> None:
    book = BOOK.scaled(SPEED)
    with timed(MarketClock(OPENS, SPEED), walk(600)) as address:
        market = bybit(address, speed=SPEED)
        first = daemon(market, tmp_path, book)
        async with running(first):
            await until(lambda: spread_verdict(first._board.view()).get("passed"), "a measured spread")
            verdict = spread_verdict(first._board.view())
            assert 0 < verdict["value"] < verdict["threshold"]
            assert first._board.view()["connections"]["book"]["state"] == "live"  # type: ignore[index,call-overload]  # a view
            status, sample = await asked(first, "/api/market/orderbook")
            assert (status, sample["book"], sample["symbol"]) == (200, "", "BTCUSDT")
            assert sample["spread_bps"] > 0
            await until(lambda: (book_of(first._board.view()) or {}).get("flow_delta"), "a trade in the window")
            assert sample["imbalance"] is not None
        again = daemon(market, tmp_path, book)
        assert again.resumed
        assert book_of(again._board.view()) is None
        async with running(again):
            await until(lambda: (book_of(again._board.view()) or {}).get("spread_bps"), "a new sample")
    samples = [FeatureSample(**row.facts) for row in rows(tmp_path) if row.event == "FeatureSample"]  # type: ignore[arg-type]  # the scribe wrote them
    assert [each.ts for each in samples] == sorted(each.ts for each in samples)
    assert any(each.at_close for each in samples)


async def test_where_the_book_is_not_wanted_nothing_of_it_is_there(tmp_path: Path) -> None:
    with timed(MarketClock(OPENS, SPEED), walk(600)) as address:
        found = daemon(bybit(address, speed=SPEED), tmp_path, None)
        async with running(found):
            await until(lambda: spread_verdict(found._board.view()), "a bar")
            assert spread_verdict(found._board.view())["passed"] is None
            assert list(found._board.view()["connections"]) == ["market"]  # type: ignore[arg-type]  # a view
            status, refusal = await asked(found, "/api/market/orderbook")
    assert (status, refusal["error"]) == (503, "input_absent")
    assert not [row for row in rows(tmp_path) if row.event == "FeatureSample" or "book" in row.instance]


def rows(folder: Path) -> list[JournalRow]:
    """A whole journal, its chain checked."""
    reader = LedgerReader.open(f"sqlite:///{folder / 'journal.sqlite'}", owner=OWNER)
    try:
        assert reader.verify().broken_at is None
        return reader.rows(limit=100_000)
    finally:
        reader.close()


@pytest.mark.parametrize("anyio_backend", ["asyncio"])  # the exchange is served in the same loop
async def test_while_the_book_is_cut_off_orders_go_on_without_a_spread_and_it_comes_back_by_itself(
    tmp_path: Path,
) -> None:
    async with world(tmp_path, Plan(), seed=5) as here:
        here.book = BOOK.scaled(here.speed)
        async with here.engine() as engine:
            strategist = engine.crew.strategist

            def book() -> str:
                return str(engine.crew.connections["book"].view()["state"])

            await until(lambda: strategist.views.spread_bps > 0, "a measured spread")
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(keep_cut, here)
                await until(lambda: book() == "backing_off", "the cut")
                await until(lambda: strategist.views.spread_bps != strategist.views.spread_bps, "no spread")
                lost = book_of(engine.picture())
                assert lost is not None
                assert (lost["book"], lost["spread_bps"]) == ("BOOK_UNSYNCED", None)
                before = entries(here)
                await until(lambda: entries(here) > before, "an entry without the book")
                assert strategist.views.spread_bps != strategist.views.spread_bps
                assert strategist.views.connection == "live"
                tasks.cancel_scope.cancel()
            await until(lambda: book() == "live", "the stream anew")
            await until(lambda: strategist.views.spread_bps > 0, "a spread again")
    assert here.rules.breaches == []


def entries(here: World) -> int:
    """Entry orders sent so far."""
    return len(here.rules.sides)


async def keep_cut(here: World) -> None:
    """The exchange ends every socket that tells the book, again and again."""
    while True:
        for connection in list(here.sandbox.hub.connections):
            if any(topic.startswith("orderbook") for topic in connection.topics):
                connection.cut()
        await anyio.sleep(0.005)
