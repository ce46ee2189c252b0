"""The engine: the deciding actors under the live runtime, with the ledger behind them and the feed before them.

It is built from what is durable: a fresh run starts with the market's history, an unfinished one with the saved states
and the measures folded anew from all bars it has seen, and goes on at the next input.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from time import perf_counter

import anyio

from actors.adapters.ledger.commit import Run
from actors.adapters.ledger.writer import Ledger
from actors.board import picture
from actors.crew import Crew, CrewParams
from actors.intake import Intake
from actors.kernel.kernel import Kernel
from actors.kernel.live import LiveRuntime, Post, System
from actors.kernel.mailbox import MailboxClosed
from actors.kernel.scribe import RowScribe
from actors.ledger import LedgerKeeper
from core.message import Json
from core.messages import (
    ActorFailed,
    InputOverridden,
    LedgerFailed,
    LedgerRecovered,
    OperatorCommanded,
    SourceEnded,
    SystemStopped,
)
from core.records import JournalRow

STOP_S = 5.0
"""How long a stop waits for resting entries to be taken back by a real venue."""
DRAIN_S = 10.0
"""How long a stop waits for a journal that cannot be written; what is not durable then is decided again on restart."""


class Engine:
    """One life of the deciding actors.

    Args:
        intake: The market, and the venue behind it.
        params: The actors' numbers.
        ledger: The writer, its run begun.
        run: Where that run stands.
        release: Called with rows once they are durable.
        clock_ms: Wall clock, for `recorded_at` alone.
    """

    def __init__(
        self,
        intake: Intake,
        params: CrewParams,
        ledger: Ledger,
        run: Run,
        *,
        release: Callable[[Sequence[JournalRow]], None],
        clock_ms: Callable[[], int],
    ) -> None:
        self.run_id = run.run_id
        self.crew = Crew(intake.symbol, intake.timeframe_ms, params, run_id=run.run_id)
        self.scribe = RowScribe(keeps_bars=intake.keeps_bars)
        self.kernel = Kernel(self.crew.deciders, self.scribe)
        self.resumed = "kernel" in run.states
        self.ended = False
        self.elapsed_s = 0.0
        self._intake = intake
        if self.resumed:
            self.kernel.restore(run.states)
            self.scribe.restore(run.states["counts"], seq=run.last_seq)
        self._opening = intake.stand(self.crew, self.kernel, run)
        self._publish = release
        self._keeper = LedgerKeeper(
            ledger,
            self.kernel,
            self.scribe,
            release=self._release,
            on_failure=self._journal_failed,
            at_rest=lambda: self.at_rest,
            clock_ms=clock_ms,
        )
        self._runtime = LiveRuntime(self.kernel, between=self._keeper.between, clock_ms=intake.clock_ms)
        self._reports: list[object] = []
        self._feed_scope = anyio.CancelScope()
        self._reported, self._may_feed, self._writable = anyio.Event(), anyio.Event(), anyio.Event()
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

    async def take(self, order: OperatorCommanded | InputOverridden, then: Callable[[], object]) -> bool:
        """Admit an operator's order; True once it has come to rest, False where the engine ended before.

        Args:
            order: What is wanted.
            then: Called when it has, before anything else happens: the market may have gone on when this returns.
        """
        done = anyio.Event()

        def rested() -> None:
            then()
            done.set()

        self._callers.add(done)
        try:
            await self._post(System(order, then=rested))
            await done.wait()
        except MailboxClosed:
            return False
        finally:
            self._callers.discard(done)
        if isinstance(order, OperatorCommanded) and order.command == "resume":
            self._may_feed.set()
        return not self._is_over

    async def stop(self, author: str) -> None:
        """Stop cleanly: nothing more is fed, the session ends, the journal is closed; once is enough."""
        if self._is_stopping:
            return
        self._is_stopping = True
        with suppress(MailboxClosed):  # it has ended already
            if self._intake.clock_ms is None:
                self._feed_scope.cancel()
                await self._post(System(OperatorCommanded("stop", author)))
            else:
                await self._post(System(OperatorCommanded("stop", author)))
                await self._wait_for_orders()
                self._feed_scope.cancel()
            await self._post(System(SystemStopped(), last=True))

    async def _wait_for_orders(self) -> None:
        """Let the venue take back what would open something, and tell that it did."""
        with anyio.move_on_after(STOP_S):
            while self.crew.order.has_entry:  # noqa: ASYNC110  actors raise no events outside their waves
                await anyio.sleep(0.02)

    def _release(self, rows: Sequence[JournalRow]) -> None:
        """Rows are durable: commands may be sent, and everyone may know."""
        self._intake.carry_out(rows)
        self._publish(rows)

    def picture(self) -> dict[str, Json]:
        """What the actors show now."""
        view = picture(self.crew, self.scribe, self.kernel.now) | {"durable_seq": self._keeper.durable_seq}
        view |= self._intake.view()
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

    async def _feed(self, failed: ActorFailed | None) -> None:
        for message in self._opening:
            await self._post(System(message))
        if failed is not None:
            await self._post(System(failed))
            await self._may_feed.wait()
        with self._feed_scope:
            await self._intake.feed(self._post_market)
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

    async def _post_market(self, post: Post) -> None:
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
