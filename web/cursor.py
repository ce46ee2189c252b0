"""One client's stream: from the journal until the ring covers it, then from the ring."""

from dataclasses import dataclass
from functools import partial

import anyio
from anyio import CapacityLimiter, to_thread
from starlette.types import Receive, Scope, Send

from core.errors import LedgerError
from web.config import WebConfig
from web.encode import row_event
from web.ports import JournalReader
from web.stream import BURST_ROWS, Hub, ViewFeed

KINDS = ("input", "transition", "evaluation", "command", "stop_moved", "timer_set", "timer_canceled")
LIVE = b": live\n\n"
"""The comment that ends the past: what follows happens now."""
VIEW = "view"
"""Asked for beside the kinds: the board's picture, whenever it changed; it has no id."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What every stream of one application reads from."""

    hub: Hub
    journal: JournalReader
    views: ViewFeed
    config: WebConfig
    threads: CapacityLimiter


class Cursor:
    """One client's place in the journal."""

    def __init__(self, sources: Sources, *, after: int | None, kinds: frozenset[str] | None) -> None:
        self._from = sources
        self._seq = after
        self._kinds = kinds
        self._wants_view = kinds is not None and VIEW in kinds
        self._live = False
        self._waiting = True
        """More is at hand, so do not pause."""
        self._view = b""
        self._wrote_at = anyio.current_time()

    async def next(self) -> bytes | None:
        """The next bytes to send, gathered for `coalesce_ms`; None when the stream is over."""
        while not self._from.hub.closed:
            if not self._waiting:
                await self._pause()
            chunk = self._recent() if self._live else await self._backfill()
            if chunk is None:
                return None
            chunk += self._new_view() or (b"" if chunk else self._keepalive())
            if chunk:
                self._wrote_at = anyio.current_time()
                return chunk
        return None

    async def _pause(self) -> None:
        config = self._from.config
        longest_s = config.view_ms / 1000 if self._wants_view else config.keepalive_s
        with anyio.move_on_after(longest_s):
            await self._from.hub.moved(self._seq or 0)
            await anyio.sleep(config.coalesce_ms / 1000)

    def _recent(self) -> bytes | None:
        seq = self._seq or 0
        if not self._from.hub.covers(seq):
            return None
        chunk, self._seq, self._waiting = self._from.hub.take(seq, self._kinds)
        return chunk

    async def _backfill(self) -> bytes:
        """A page of the journal; the cursor is live once the ring covers what follows."""
        journal, threads = self._from.journal, self._from.threads
        last = await to_thread.run_sync(journal.last_seq, limiter=threads)
        if self._seq is None or self._kinds == frozenset((VIEW,)):
            self._seq = last
        elif self._seq > last:  # an id of another journal: of this one, nothing was seen
            self._seq = 0
        # An empty ring covers anything, but says nothing about rows older than this process.
        if self._seq == last or (self._from.hub.newest and self._from.hub.covers(self._seq)):
            self._live = True
            return LIVE
        kinds = None if self._kinds is None else tuple(sorted(self._kinds - {VIEW}))
        page = partial(journal.rows, after=self._seq, limit=BURST_ROWS, kinds=kinds)
        rows = await to_thread.run_sync(page, limiter=threads)
        newest = rows[-1].seq if rows else 0
        self._seq = newest if len(rows) == BURST_ROWS else max(last, newest)
        return b"".join(map(row_event, rows))

    def _new_view(self) -> bytes:
        if not self._wants_view:
            return b""
        event = self._from.views.event()
        if event == self._view:
            return b""
        self._view = event
        return event

    def _keepalive(self) -> bytes:
        quiet_s = anyio.current_time() - self._wrote_at
        return b": still here\n\n" if quiet_s >= self._from.config.keepalive_s else b""


class EventStream:
    """The response that carries one client's stream."""

    def __init__(self, sources: Sources, *, after: int | None, kinds: frozenset[str] | None) -> None:
        self._from = sources
        self._after = after
        self._kinds = kinds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send until the client leaves, is too slow, or the hub is closed."""
        headers = [(b"content-type", b"text/event-stream; charset=utf-8"), (b"x-accel-buffering", b"no")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        if scope["method"] == "HEAD":
            await send({"type": "http.response.body"})
            return
        self._from.hub.clients += 1
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(_cancel_when_gone, receive, tasks.cancel_scope)
                await self._write(send)
                tasks.cancel_scope.cancel()
        finally:
            self._from.hub.clients -= 1

    async def _write(self, send: Send) -> None:
        cursor = Cursor(self._from, after=self._after, kinds=self._kinds)
        chunk: bytes | None = b"retry: 1000\n\n"
        while chunk is not None:
            with anyio.move_on_after(self._from.config.send_timeout_s) as patience:
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
            if patience.cancelled_caught:
                return
            try:
                chunk = await cursor.next()
            except LedgerError:  # the browser asks again in a second, and resumes
                return
        await send({"type": "http.response.body"})


async def _cancel_when_gone(receive: Receive, scope: anyio.CancelScope) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    scope.cancel()
