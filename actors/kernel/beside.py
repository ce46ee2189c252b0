"""A thread beside the loop's: work is handed over to it, because it would lose a race for Python's lock.

A loop under load lets go of that lock at each turn and takes it again within microseconds. A thread that waits for it
is woken each time and comes too late, until the loop has nothing left to do: then the two take turns instead of working
side by side. So the loop waits when it hands work over, until that work has come to where it needs the lock no longer.
"""

from collections.abc import Callable
from queue import SimpleQueue
from threading import Event, Thread
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
        self._jobs: SimpleQueue[tuple[Work[T], EventLoopToken] | None] = SimpleQueue()
        self._name = name
        self._thread: Thread | None = None
        self._alone = Event()
        self._ended: anyio.Event | None = None
        self._found: T | None = None
        self._failed: BaseException | None = None

    def hand(self, work: Work[T]) -> None:
        """Begin the work; back once it needs the interpreter no longer, or after `HAND_S`."""
        if self._thread is None or not self._thread.is_alive():
            self._thread = Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        self._ended = anyio.Event()
        self._alone.clear()
        self._jobs.put((work, current_token()))
        self._alone.wait(HAND_S)

    async def result(self) -> T:
        """What the work handed over last came to; it is waited for even by who is cancelled.

        Raises:
            BaseException: Whatever the work raised.
        """
        with anyio.CancelScope(shield=True):
            await cast("anyio.Event", self._ended).wait()
        if self._failed is not None:
            raise self._failed
        return cast("T", self._found)

    def close(self) -> None:
        """Let the thread end, once it has nothing left to do."""
        self._jobs.put(None)

    def _run(self) -> None:
        while job := self._jobs.get():
            work, token = job
            found, failed = None, None
            try:
                found = work(self._alone.set)
            except BaseException as error:  # noqa: BLE001  raised again where the result is asked for
                failed = error
            self._alone.set()
            try:
                from_thread.run_sync(self._end, found, failed, token=token)
            except anyio.RunFinishedError:  # nobody asks any more
                return

    def _end(self, found: T | None, failed: BaseException | None) -> None:
        self._found, self._failed = found, failed
        cast("anyio.Event", self._ended).set()
