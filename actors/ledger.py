"""The ledger keeper: hands whole cascades to the one writer thread, and releases what waited for them to be durable.

It is the only task that awaits the disk. While a commit is being written, cascades go on and their rows gather; the
next commit takes all of them (group commit). If the journal cannot be written, nothing leaves the process, the session
is told, rows gather up to a cap and then admission waits; when the journal can be written again, everything goes on,
nothing lost.
"""

from collections.abc import Awaitable, Callable, Sequence

import anyio
import structlog

from actors.adapters.ledger.commit import Commit
from actors.adapters.ledger.writer import Ledger
from actors.kernel.beside import Alone, Beside
from actors.kernel.kernel import Kernel
from actors.kernel.scribe import RowScribe
from core.errors import LedgerError
from core.records import JournalRow

log = structlog.get_logger()

MAX_PENDING_ROWS = 4_096
"""Rows that may wait for the disk: a commit of so many takes well under a second, even beside a full-speed replay."""
FIRST_RETRY_S, LAST_RETRY_S = 0.25, 5.0


class LedgerKeeper:
    """Group commit and output commit.

    Args:
        ledger: The writer, its run begun.
        kernel: Whose state is saved with every commit.
        scribe: Whose rows are written.
        release: Called with rows once they are durable: what leaves the process leaves here.
        on_failure: Called with a sentence when writing first fails, and with None when it works again.
        at_rest: Whether no cascade is under way, so that what is recorded belongs to whole ones.
        clock_ms: Wall clock, for `recorded_at`.
    """

    def __init__(
        self,
        ledger: Ledger,
        kernel: Kernel,
        scribe: RowScribe,
        *,
        release: Callable[[Sequence[JournalRow]], None],
        on_failure: Callable[[str | None], None],
        at_rest: Callable[[], bool],
        clock_ms: Callable[[], int],
    ) -> None:
        self._ledger = ledger
        self._kernel = kernel
        self._scribe = scribe
        self._release = release
        self._on_failure = on_failure
        self._at_rest = at_rest
        self._clock_ms = clock_ms
        self._committed_input = kernel.number
        self._offered: Commit | None = None
        self._wake = anyio.Event()
        self._idle = anyio.Event()
        self._writer = Beside[int]("ledger")
        self._closing = False
        self.closed = anyio.Event()
        self.durable_seq = scribe.seq
        self.failure: str | None = None

    def between(self) -> Awaitable[None] | None:
        """Between two cascades: offer what gathered if the writer is free; wait for it only above the cap."""
        if self._offered is None:
            self.offer()
        return self._room() if self._scribe.pending > MAX_PENDING_ROWS else None

    async def _room(self) -> None:
        while self._scribe.pending > MAX_PENDING_ROWS:
            self._idle = anyio.Event()
            await self._idle.wait()
            if self._offered is None:
                self.offer()

    def offer(self) -> None:
        """Take everything recorded since the last commit, with the states that belong to it."""
        kernel = self._kernel
        rows = self._scribe.take()
        if kernel.number == self._committed_input and not rows:
            return
        states = kernel.saved() | {"counts": self._scribe.save()}
        self._offered = commit = Commit(self._committed_input + 1, kernel.number, rows, states)
        self._committed_input = kernel.number
        self._hand(commit)
        self._wake.set()

    async def run(self) -> None:
        """Write commits until closed, and then everything that is left."""
        try:
            while not self._closing:
                await self._wake.wait()
                self._wake = anyio.Event()
                await self._write()
            await self._write()
            self.offer()
            await self._write()
        finally:
            self._writer.close()
        self.closed.set()

    def close(self) -> None:
        """Let `run` write what is left and end; nothing may be recorded any more."""
        self._closing = True
        self._wake.set()

    async def _write(self) -> None:
        commit = self._offered
        if commit is None:
            return
        self.durable_seq = await self._persist(commit)
        self._offered = None
        self._release(commit.rows)
        if self._at_rest():
            self.offer()
        self._idle.set()

    async def _persist(self, commit: Commit) -> int:
        retry_s = FIRST_RETRY_S
        while True:
            try:
                durable = await self._writer.result()
            except LedgerError as error:
                if self.failure is None:
                    self._on_failure(str(error))
                    log.warning("journal unwritable: nothing is released until it is written", error=str(error))
                self.failure = str(error)
                await anyio.sleep(retry_s)
                retry_s = min(LAST_RETRY_S, 2 * retry_s)
                self._hand(commit)
            else:
                if self.failure is not None:
                    self.failure = None
                    self._on_failure(None)
                    log.info("journal writable again")
                return durable

    def _hand(self, commit: Commit) -> None:
        def write(alone: Alone) -> int:
            return self._ledger.commit(commit, recorded_at_ms=self._clock_ms(), alone=alone)

        self._writer.hand(write)
