"""A run stops and goes on with the bars it had; a command leaves when its row is durable, and not before."""

from collections.abc import Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import anyio
import pytest
from anyio.from_thread import start_blocking_portal

from actors.adapters.bybit.intake import BybitIntake
from actors.adapters.bybit.opened import Bybit, opened
from actors.adapters.bybit.rest import BybitRest
from actors.adapters.feeds.bybit import BybitDerivatives
from actors.adapters.feeds.config import FeedsConfig
from actors.adapters.ledger.commit import Run
from actors.adapters.ledger.reader import LedgerReader
from actors.adapters.sandbox.open import Wanted
from actors.adapters.sandbox.open import opened as opened_sandbox
from actors.adapters.sandbox.server.clock import MarketClock
from actors.adapters.sandbox.server.serve import serve
from actors.cli.journals import journaled_by
from actors.crew import Crew
from actors.daemon import Daemon, DaemonOptions
from actors.kernel.kernel import Kernel
from actors.kernel.live import Heard, Post
from actors.kernel.scribe import RowScribe
from actors.market import rows
from actors.server import bound
from actors.system import RunOptions, manifest
from core.durations import MINUTE_MS
from core.flow.derivatives import DerivativesParams
from core.messages import BarClosed, BarsMissing, BarsRemembered, SystemStarted
from core.records import JournalRow
from core.trading.live import LiveParams
from core.trading.reports import CommandAnswered
from tests.actors.adapters.bybit.desk import KEY
from tests.actors.adapters.bybit.heard import params_for, timed, walk
from tests.actors.adapters.sandbox.served import STILL, served
from tests.actors.adapters.sandbox.stall import OPENS
from tests.actors.made import OWNER, PARAMS, SETTINGS, until

pytestmark = pytest.mark.anyio
SPEED = 300.0
"""Five bars a second."""


def bybit(address: str, *, speed: float = 1.0, key: Any = None) -> Bybit:
    """One-minute bars of a sandbox."""
    params = params_for(address, clock_speed=speed)
    return opened(params, symbol="BTCUSDT", minutes=1, key=key, secret=key)


def daemon(market: Bybit, folder: Path, feeds: FeedsConfig | None = None, **params: Any) -> Daemon:
    """A paper daemon on that market, without feeds unless some are given."""
    config = feeds or FeedsConfig()
    url = f"sqlite:///{folder / 'journal.sqlite'}"
    told = DaemonOptions(
        folder, url, OWNER, manifest(SETTINGS, market, RunOptions("bybit", "bare-trend", 1)), {"venue": "bybit"}
    )
    journaled = journaled_by(url, OWNER)
    crew = replace(PARAMS, **params)
    return Daemon(lambda: market.intake(journaled, feeds=config, folder=folder, is_real=False), crew, told)


def known(found: Daemon) -> list[BarClosed]:
    """The newest bars its strategist has folded."""
    return list(found._engine.crew.strategist._recent)


async def lives(found: Daemon, bars: int) -> list[BarClosed]:
    """Run a daemon until it has folded so many bars, and stop it; returns them."""
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(found.run)
        await until(lambda: len(known(found)) >= bars, f"bar {bars}")
        await found._engine.stop("test")
    return known(found)


@pytest.mark.slow
async def test_a_resumed_run_reads_the_market_as_one_that_never_stopped(tmp_path: Path) -> None:
    with timed(MarketClock(OPENS, SPEED), walk(600)) as address:
        market = bybit(address, speed=SPEED)
        first = daemon(market, tmp_path)
        before = await lives(first, 75)
        again = daemon(market, tmp_path)
        assert (first.resumed, again.resumed) == (False, True)
        assert known(again) == before
        assert repr(again._engine.crew.strategist._reading) == repr(first._engine.crew.strategist._reading)
        after = await lives(again, len(before) + 12)
        rest = BybitRest(market.params, None, None, market.clock)
        whole = await rest.klines("BTCUSDT", MINUTE_MS, after[0].open_ms, after[-1].open_ms)
        rest.close()
    never_stopped = Crew("BTCUSDT", MINUTE_MS, PARAMS).strategist
    for bar in rows(whole):
        never_stopped.fold(bar)
    assert after == list(never_stopped._recent)
    assert repr(again._engine.crew.strategist._reading) == repr(never_stopped._reading)
    journal = [*journaled_by(f"sqlite:///{tmp_path / 'journal.sqlite'}", OWNER)(first._engine.run_id)]
    assert not [row for row in journal if row.event == BarsMissing.__name__]
    assert [row.event for row in journal].count(BarsRemembered.__name__) == 1


class Posted:
    """An intake for real orders that stands, and what it posts."""

    def __init__(self, market: Bybit, folder: Path) -> None:
        self.told: list[object] = []
        self.intake: BybitIntake = market.intake(lambda _: iter(()), feeds=FeedsConfig(), folder=folder, is_real=True)
        self.crew = Crew("BTCUSDT", MINUTE_MS, replace(PARAMS, live=LiveParams()), run_id="0123456789")
        self.kernel = Kernel(self.crew.deciders, RowScribe(keeps_bars=True))

    def stand(self, **states: Any) -> Sequence[object]:
        return self.intake.stand(self.crew, self.kernel, Run("0123456789", bool(states), 0, 0, "", states))

    async def post(self, post: Post) -> None:
        assert isinstance(post, Heard)
        self.told += post.messages

    def answers(self) -> list[CommandAnswered]:
        return [each for each in self.told if isinstance(each, CommandAnswered)]

    @asynccontextmanager
    async def feeding(self) -> Any:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.intake.feed, self.post)
            yield
            tasks.cancel_scope.cancel()


def command(verb: str, key: str, **facts: Any) -> JournalRow:
    """A command's row."""
    told = {"symbol": "BTCUSDT", **facts}
    return JournalRow(1, "command", OPENS, "BTCUSDT/venue", "", key, 0, verb, (), (), (), told, "1.0.0.0")


def order(key: str) -> JournalRow:
    meant = {"side": 1, "quantity": "0.010", "price": "59000", "post_only": False, "reduce_only": False, "stop": None}
    return command("place", key, **meant)


async def test_only_commands_among_durable_rows_are_sent_and_a_plan_is_none(tmp_path: Path) -> None:
    with served([STILL] * 5) as stand:
        at = Posted(bybit(stand.address, key=KEY), tmp_path)
        assert [type(each) for each in at.stand()] == [BarsRemembered, SystemStarted]
        async with at.feeding():
            await until(lambda: "VenueSnapshot" in {type(each).__name__ for each in at.told}, "the snapshot")
            assert stand.sandbox.told()["orders"] == 0
            transition = order("cw-1")._replace(kind="transition")
            at.intake.carry_out([transition, command("plan", "cw-2"), order("cw-3")])
            await until(at.answers, "an answer")
            await until(lambda: stand.sandbox.told()["orders"], "the order")
        placed = [each.link_id for each in stand.sandbox.exchange.floor.orders.open()]
    assert [(each.verb, each.key, each.outcome) for each in at.answers()] == [("place", "cw-3", "accepted")]
    assert placed == ["cw-3"]


@pytest.mark.slow
async def test_a_command_does_not_wait_for_an_answer_that_is_late(tmp_path: Path) -> None:
    with served([STILL] * 5) as stand:
        at = Posted(bybit(stand.address, key=KEY), tmp_path)
        at.stand()
        async with at.feeding():
            await until(lambda: "VenueSnapshot" in {type(each).__name__ for each in at.told}, "the snapshot")
            stand.sandbox.faults.arm("ack_late")
            at.intake.carry_out([order("cw-late")])
            await until(lambda: stand.sandbox.told()["orders"] == 1, "the late order")
            at.intake.carry_out([order("cw-prompt")])
            await until(at.answers, "an answer")
            assert [each.key for each in at.answers()] == ["cw-prompt"]


async def test_a_command_to_reconnect_makes_the_accounts_stream_anew(tmp_path: Path) -> None:
    with served([STILL] * 5) as stand:
        at = Posted(bybit(stand.address, key=KEY), tmp_path)
        at.stand()

        def private(event: str) -> int:
            return sum(getattr(each, "stream", "") == "private" and each.event == event for each in at.told)  # type: ignore[attr-defined]  # a stream's

        async with at.feeding():
            await until(lambda: private("sync"), "the stream")
            at.intake.carry_out([command("reconnect", "private")])
            await until(lambda: private("sync") == 2, "the stream anew")
    assert private("drop") == 1


def test_key_and_secret_are_in_no_repr_and_no_view(tmp_path: Path) -> None:
    with served([STILL] * 5) as stand:
        market = bybit(stand.address, key=KEY)
        shown = f"{market!r} {market.fingerprint()} {Posted(market, tmp_path).intake.view()}"
    assert "sandbox" not in shown


async def test_a_daemon_on_the_sandbox_knows_the_context_of_its_contract_when_asked_to(tmp_path: Path) -> None:
    sandbox = opened_sandbox(Wanted()).sandbox  # the built-in market, in real time as the feeds are
    with bound("127.0.0.1", 0) as listening, start_blocking_portal() as portal:
        task = portal.start_task_soon(serve, sandbox, listening)
        market = replace(bybit(f"127.0.0.1:{listening.getsockname()[1]}"), has_derivatives=True)
        found = daemon(market, tmp_path, FeedsConfig(derivatives=("bybit",)), derivatives=DerivativesParams())
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(found.run)
            await until(lambda: context(found).get("basis_pct") is not None, "a basis")
            await found._engine.stop("test")
        task.cancel()
    told = context(found)
    assert (told["state"], told["failure"], told["funding_rate"]) == ("fresh", None, 0.0001)
    assert abs(told["open_interest_change_pct"]) < 2
    assert told["crowding"] == "NEUTRAL"
    journal = [*journaled_by(f"sqlite:///{tmp_path / 'journal.sqlite'}", OWNER)(found._engine.run_id)]
    assert [row.facts["feed"] for row in journal if row.event == "FeedAnswered"] == ["derivatives"]


async def test_a_bug_in_a_feed_is_told_and_the_market_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real, calls = BybitDerivatives.translate, count()

    def buggy(source: BybitDerivatives, bodies: Sequence[bytes], now: int) -> Any:
        assert next(calls), "a bug that the first answer brings out"
        return real(source, bodies, now)

    monkeypatch.setattr(BybitDerivatives, "translate", buggy)
    sandbox = opened_sandbox(Wanted()).sandbox
    with bound("127.0.0.1", 0) as listening, start_blocking_portal() as portal:
        task = portal.start_task_soon(serve, sandbox, listening)
        market = replace(bybit(f"127.0.0.1:{listening.getsockname()[1]}"), has_derivatives=True)
        feeds = FeedsConfig(derivatives=("bybit",), retry_ms=1000)
        found = daemon(market, tmp_path, feeds, derivatives=DerivativesParams())
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(found.run)
            await until(lambda: context(found).get("state") == "fresh", "a value after the bug")
            await until(lambda: view(found)["connections"]["market"]["state"] == "live", "the market")
            await found._engine.stop("test")
        task.cancel()
    assert found._supervisor.restarts == {"engine": 0}
    assert [row.event for row in told(tmp_path) if row.actor == "connection/market"] == [
        "init",
        "connect",
        "open",
        "sync",
    ]
    moves = [(row.event, row.reasons) for row in told(tmp_path) if row.actor == "feed/derivatives"]
    assert moves == [
        ("init", ("SESSION_STARTED",)),
        ("fail", ("FEED_FAILED", "FEED_CRASHED")),
        ("update", ("FEED_UPDATED",)),
    ]


def told(folder: Path) -> list[JournalRow]:
    """The transitions in a daemon's journal."""
    reader = LedgerReader.open(f"sqlite:///{folder / 'journal.sqlite'}", owner=OWNER)
    with closing(reader):
        return [row for row in reader.rows(after=0, limit=5_000) if row.kind == "transition"]


def view(found: Daemon) -> Any:
    """What its board tells."""
    return found._board.view()


def context(found: Daemon) -> dict[str, Any]:
    """What its board tells of the perpetual; empty where nothing is known yet."""
    told: dict[str, Any] = view(found)["feeds"]["derivatives"] if view(found).get("feeds") else {}
    return told


async def test_a_run_with_its_contracts_context_is_another_run() -> None:
    with timed(MarketClock(), [STILL]) as address:
        plain = bybit(address)
    assert "derivatives" not in plain.fingerprint()
    assert replace(plain, has_derivatives=True).fingerprint() == {**plain.fingerprint(), "derivatives": True}
