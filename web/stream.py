"""The event stream: every journal row, once, in order, to any number of browsers.

A client is a cursor, the last `seq` it was given, into a ring of recent rows that all clients share. Nothing is queued
per client, so a slow one costs no memory: when the ring has moved past its cursor it is cut, and comes back with
`Last-Event-ID`. A cursor older than the ring is served from the journal, page by page, until the ring covers it; rows
are durable before they are published, so the two always overlap and no gap or duplicate can arise between them.
"""

from bisect import bisect_right
from collections.abc import Sequence

import anyio

from core.records import JournalRow
from web.encode import compact, row_event
from web.ports import Board

BURST_ROWS = 512
"""Rows in one write, about 4 ms of encoding: no client may hold the event loop longer."""


class _Entry:
    """A row on the ring; encoded when the first client wants it, then shared by all."""

    __slots__ = ("_event", "_row", "kind", "seq")

    def __init__(self, row: JournalRow) -> None:
        self.seq = row.seq
        self.kind = row.kind
        self._row = row
        self._event = b""

    def event(self) -> bytes:
        if not self._event:
            self._event = row_event(self._row)
        return self._event


def _seq(entry: _Entry) -> int:
    return entry.seq


class Hub:
    """The ring of recent rows. All methods belong to the event loop's thread."""

    def __init__(self, *, ring_rows: int = 8_192) -> None:
        self._capacity = ring_rows
        self._ring: list[_Entry] = []
        self._changed = anyio.Event()
        self.closed = False
        self.clients = 0
        """Streams open now."""

    @property
    def newest(self) -> int:
        """The last published row's `seq`; 0 before the first."""
        return self._ring[-1].seq if self._ring else 0

    def publish(self, rows: Sequence[JournalRow]) -> None:
        """Show durable rows, in order, to every stream; rows already shown are passed over."""
        newest = self.newest
        self._ring.extend(_Entry(row) for row in rows if row.seq > newest)
        if len(self._ring) > 2 * self._capacity:
            del self._ring[: -self._capacity]
        self._wake()

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self.closed = True
        self._wake()

    def covers(self, cursor: int) -> bool:
        """Whether the ring holds the row after this one, or nothing newer was published."""
        return not self._ring or self._ring[0].seq <= cursor + 1

    def take(self, cursor: int, kinds: frozenset[str] | None) -> tuple[bytes, int, bool]:
        """Events after the cursor: their bytes, the cursor behind them, and whether more are waiting."""
        position = bisect_right(self._ring, cursor, key=_seq)
        events: list[bytes] = []
        while position < len(self._ring) and len(events) < BURST_ROWS:
            entry = self._ring[position]
            if kinds is None or entry.kind in kinds:
                events.append(entry.event())
            cursor = entry.seq
            position += 1
        return b"".join(events), cursor, position < len(self._ring)

    async def moved(self, cursor: int) -> None:
        """Return once there is a row after the cursor, or the hub is closed."""
        while not self.closed and self.newest <= cursor:
            await self._changed.wait()

    def _wake(self) -> None:
        event, self._changed = self._changed, anyio.Event()
        event.set()


class ViewFeed:
    """The board's view as an event, encoded at most once per interval for all streams."""

    def __init__(self, board: Board, *, interval_ms: int) -> None:
        self._board = board
        self._interval_s = interval_ms / 1000
        self._due = float("-inf")
        self._event = b""

    def event(self) -> bytes:
        """The newest picture; equal bytes mean that nothing changed."""
        now = anyio.current_time()
        if now >= self._due:
            self._due = now + self._interval_s
            self._event = b"event: view\ndata: %s\n\n" % compact(self._board.view())
        return self._event
