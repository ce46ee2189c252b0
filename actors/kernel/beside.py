"""A thread beside the loop's: work is handed over to it, because it would lose a race for Python's lock.

A loop under load lets go of that lock at each turn and takes it again within microseconds. A thread that waits for it
is woken each time and comes too late, until the loop has nothing left to do: then the two take turns instead of working
side by side. So the loop waits when it hands work over, until that work has come to where it needs the lock no longer.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from typing import Final, Generic, TypeVar, cast

import anyio
from anyio import from_thread
from anyio.lowlevel import EventLoopToken, current_token

T = TypeVar("T")

Alone = Callable[[], None]
"""To be called by work that goes on without the lock for a while; the loop goes on beside it."""
Work = Callable[[Alone], T]

HAND_S: Final = 0.02
"""The longest the loop waits, where the work comes to no such place or takes too long until there."""


class Beside(Generic[T]):
    """One piece of work at a time.

    Args:
        name: The thread's.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: ThreadPoolExecutor | None = None
        self._alone = Event()
        self._ended: anyio.Event | None = None
        self._future: Future[T] | None = None

    def hand(self, work: Work[T]) -> None:
        """Begin the work; back once it needs the interpreter no longer, or after `HAND_S`."""
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, thread_name_prefix=self._name)
        self._ended = anyio.Event()
        self._alone.clear()
        self._future = self._thread.submit(self._run, work, self._ended, current_token())
        self._alone.wait(HAND_S)

    async def result(self) -> T:
        """What the work handed over last came to; it is waited for even by who is cancelled.

        Raises:
            BaseException: Whatever the work raised.
        """
        with anyio.CancelScope(shield=True):
            await cast("anyio.Event", self._ended).wait()
        return cast("Future[T]", self._future).result()

    def close(self) -> None:
        """Let the thread end, once it has nothing left to do."""
        if self._thread is not None:
            self._thread.shutdown(wait=False)
            self._thread = None

    def _run(self, work: Work[T], ended: anyio.Event, token: EventLoopToken) -> T:
        try:
            return work(self._alone.set)
        finally:
            self._alone.set()
            with suppress(anyio.RunFinishedError):  # nobody asks any more
                from_thread.run_sync(ended.set, token=token)
