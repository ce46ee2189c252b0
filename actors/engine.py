"""The engine: the deciding actors under the live runtime, with the ledger behind them and the feed before them.

It is built from what is durable: a fresh run starts with the source's history, an unfinished one with the saved states,
the measures folded anew from all bars up to the cursor, and goes on at the next input.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from time import perf_counter

import anyio

from actors.adapters.ledger.commit import Run
from actors.adapters.ledger.writer import Ledger
from actors.board import picture
from actors.crew import Crew, CrewParams, opening
from actors.feeder import Pace, feed
from actors.kernel.kernel import Kernel
from actors.kernel.live import LiveRuntime, Market, Post, System
from actors.kernel.mailbox import MailboxClosed
from actors.kernel.scribe import RowScribe
from actors.lab.backtest import until_bars
from actors.ledger import LedgerKeeper
from actors.market import Item, Source, inputs
from core.message import Json
from core.messages import (
    ActorFailed,
    BarClosed,
    LedgerFailed,
    LedgerRecovered,
    OperatorCommanded,
    SourceEnded,
    SystemStopped,
)
from core.records import JournalRow

DRAIN_S = 10.0
"""How long a stop waits for a journal that cannot be written; what is not durable then is decided again on restart."""


class Engine:
    """One life of the deciding actors.

    Args:
        source: The market.
        params: The actors' numbers.
        ledger: The writer, its run begun.
        run: Where that run stands.
        pace: How fast and how far the market is fed.
        release: Called with rows once they are durable.
        clock_ms: Wall clock, for `recorded_at` alone.
    """

    def __init__(
        self,
        source: Source,
        params: CrewParams,
        ledger: Ledger,
        run: Run,
        *,
        pace: Pace,
        release: Callable[[Sequence[JournalRow]], None],
        clock_ms: Callable[[], int],
    ) -> None:
        self.run_id = run.run_id
        self.crew = Crew(source.symbol, source.timeframe_ms, params)
        self.scribe = RowScribe()
        self.kernel = Kernel(self.crew.deciders, self.scribe)
        self.resumed = "kernel" in run.states
        self.ended = False
        self.elapsed_s = 0.0
        self._speed = pace.speed
        self._items = self._positioned(source, run, pace.limit_bars)
        self._keeper = LedgerKeeper(
            ledger,
            self.kernel,
            self.scribe,
            release=release,
            on_failure=self._journal_failed,
            at_rest=lambda: self.at_rest,
            clock_ms=clock_ms,
        )
        self._runtime = LiveRuntime(self.kernel, between=self._keeper.between)
        self._reports: list[object] = []
        self._reported = anyio.Event()
        self._feed_scope = anyio.CancelScope()
        self._may_feed = anyio.Event()
        self._writable = anyio.Event()
        self._writable.set()
        self._is_stopping = False
        self._callers: set[anyio.Event] = set()
        self._is_over = False

    async def run(self, *, failed: ActorFailed | None = None) -> None:
        """Run until the source ends or `stop` is called; then everything recorded is durable.

        Args:
            failed: Start in safe mode because of this, and feed nothing until an operator resumes.
        """
        started = perf_counter()
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._keeper.run)
                tasks.start_soon(self._report)
                tasks.start_soon(self._feed, failed)
                await self._runtime.run()
                self._keeper.close()
                with anyio.move_on_after(DRAIN_S):
                    await self._keeper.closed.wait()
                tasks.cancel_scope.cancel()
        finally:
            self.close()
        self.elapsed_s = perf_counter() - started

    async def command(self, command: str, author: str) -> bool:
        """Admit an operator's command; True once it has come to rest, False where the engine ended before."""
        done = anyio.Event()
        self._callers.add(done)
        try:
            await self._post(System(OperatorCommanded(command, author), done=done))
            await done.wait()
        except MailboxClosed:
            return False
        finally:
            self._callers.discard(done)
        if command == "resume":
            self._may_feed.set()
        return not self._is_over

    async def stop(self, author: str) -> None:
        """Stop cleanly: nothing more is fed, the session ends, the journal is closed; once is enough."""
        if self._is_stopping:
            return
        self._is_stopping = True
        self._feed_scope.cancel()
        with suppress(MailboxClosed):  # it has ended already
            await self._post(System(OperatorCommanded("stop", author)))
            await self._post(System(SystemStopped(), last=True))

    def picture(self) -> dict[str, Json]:
        """What the actors show now."""
        view = picture(self.crew, self.scribe, self.kernel.now) | {"durable_seq": self._keeper.durable_seq}
        if self._keeper.failure is not None:
            view |= {"healthy": False, "why": self._keeper.failure}
        return view

    @property
    def why_not_durable(self) -> str | None:
        """After `run`: why something recorded is not on disk; None where all of it is."""
        return None if self._keeper.closed.is_set() else self._keeper.failure or "the journal was not written in time"

    @property
    def at_rest(self) -> bool:
        """Whether no cascade is under way."""
        return not self._runtime.in_cascade

    def _positioned(self, source: Source, run: Run, limit_bars: int | None) -> Iterator[Item]:
        """The inputs still to come; what is before them is folded or restored."""
        self.crew.remember(source)
        items = inputs(source.chunks())
        if limit_bars is not None:
            items = until_bars(items, limit_bars)
        if not self.resumed:
            first = next(items)
            self.kernel.now = first[0]
            return chain((first,), items)
        self.kernel.restore(run.states)
        self.scribe.restore(run.states["counts"], seq=run.last_seq)
        for _, message in islice(items, self.kernel.cursor):
            if type(message) is BarClosed:
                self.crew.strategist.fold(message)
        return items

    async def _feed(self, failed: ActorFailed | None) -> None:
        for message in opening(resumed=self.resumed):
            await self._post(System(message))
        if failed is not None:
            await self._post(System(failed))
            await self._may_feed.wait()
        with self._feed_scope:
            await feed(self._items, self._post_market, speed=self._speed)
            self.ended = self._is_stopping = True
            await self._post(System(SourceEnded()))
            await self._post(System(SystemStopped(), last=True))

    def close(self) -> None:
        """Let go of the channels, and let nobody wait for an engine that is no more; `run` does it at its end."""
        self._is_over = True
        self._runtime.close()
        for done in self._callers:
            done.set()

    async def _post(self, post: Post) -> None:
        await self._runtime.mailbox.post(post)

    async def _post_market(self, post: Market) -> None:
        """Let the market on, unless the journal cannot be written: it is ours to stop, and no bar passes unguarded."""
        while not self._writable.is_set():
            await self._writable.wait()
        await self._post(post)

    def _journal_failed(self, detail: str | None) -> None:
        if detail is not None and self._writable.is_set():
            self._writable = anyio.Event()
        self._reports.append(LedgerRecovered() if detail is None else LedgerFailed(detail))
        self._reported.set()

    async def _report(self) -> None:
        """Post what the ledger says; a task of its own, because admission may be waiting for the ledger."""
        while True:
            await self._reported.wait()
            self._reported = anyio.Event()
            while self._reports:
                await self._post(System(self._reports.pop(0)))
            if self._keeper.failure is None:
                self._writable.set()
