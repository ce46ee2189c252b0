"""A bounded mailbox over an anyio memory channel: nothing is dropped, only the newest of a conflating kind is kept.

Closed bars, orders, fills and commands wait their turn, and a full box makes their sender wait. Of a quote, a book
sample or a forming candle only the newest matters: an unread one is replaced where it stands in the queue.
"""

from typing import Generic, TypeVar

import anyio

from core.errors import ChartwrightError

T = TypeVar("T")


class MailboxClosed(ChartwrightError):
    """Nobody reads this mailbox any more; the message was not taken."""


class _Slot:
    """Where a conflating message stands in the queue."""

    __slots__ = ("key",)

    def __init__(self, key: object) -> None:
        self.key = key


class Mailbox(Generic[T]):
    """What one reader takes and many senders fill.

    Args:
        capacity: Messages that may wait; the next sender waits too.
    """

    def __init__(self, capacity: int) -> None:
        self._send, self._receive = anyio.create_memory_object_stream[T | _Slot](capacity)
        self._latest: dict[object, T] = {}
        self.conflated = 0
        """Messages replaced before anyone read them."""

    async def post(self, message: T, *, conflate: object = None) -> None:
        """Put a message in, waiting while the box is full.

        Args:
            message: What to put in.
            conflate: A key; an unread message of the same key is replaced by this one.

        Raises:
            MailboxClosed: If it is closed, or is while this waits.
        """
        if conflate is None:
            await self._put(message)
            return
        waiting = conflate in self._latest
        self._latest[conflate] = message
        if waiting:
            self.conflated += 1
            return
        try:
            await self._put(_Slot(conflate))
        except BaseException:
            del self._latest[conflate]  # it never got a place, so the next one of its key must look for one
            raise

    async def take(self) -> T:
        """The next message, waiting for one."""
        found = await self._receive.receive()
        return self._latest.pop(found.key) if isinstance(found, _Slot) else found

    async def _put(self, message: T | _Slot) -> None:
        try:
            await self._send.send(message)
        except (anyio.ClosedResourceError, anyio.BrokenResourceError) as error:
            raise MailboxClosed("the mailbox is closed: its reader has ended") from error

    def __len__(self) -> int:
        """Messages waiting."""
        return self._receive.statistics().current_buffer_used

    def close(self) -> None:
        """Let the channel go."""
        self._send.close()
        self._receive.close()
