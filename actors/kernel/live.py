"""The runtime of the daemon: one anyio task per deciding actor, bounded channels between them, waves in lockstep.

The conductor admits one input at a time. For each wave it puts every actor's share into that actor's channel and waits
for all answers, then routes them in rank order; so the order in which tasks happen to run decides nothing. It never
awaits the disk: what a cascade recorded is handed over to the ledger between cascades.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import anyio
from anyio.streams.memory import MemoryObjectReceiveStream, MemoryObjectSendStream

from actors.kernel.actor import Decider
from actors.kernel.cascade import Cascade
from actors.kernel.effects import Effects
from actors.kernel.kernel import Kernel
from actors.kernel.mailbox import Mailbox
from actors.market import Item

ADMISSIONS = 16
"""Posts that may wait for admission; a post is one input, or a few of the market's."""


@dataclass(frozen=True, slots=True)
class Market:
    """Inputs of the market with their own times; each one moves the source's cursor."""

    items: Sequence[Item]


@dataclass(frozen=True, slots=True)
class System:
    """An input of an operator or of the system itself; it happens now, whatever now is."""

    message: object
    last: bool = False
    """Nothing is admitted after it."""
    done: anyio.Event | None = None
    """Set once its cascade has come to rest."""


Post = Market | System
_Share = tuple[list[object], int]
_Answers = dict[int, list[Effects]]


class LiveRuntime:
    """Runs the deciding actors as tasks.

    Args:
        kernel: The actors; the same objects run under `SimulatedRuntime`.
        between: Called between cascades; may wait, which holds back admission and nothing else.
    """

    def __init__(self, kernel: Kernel, *, between: Callable[[], Awaitable[None]]) -> None:
        self.kernel = kernel
        self.mailbox: Mailbox[Post] = Mailbox(ADMISSIONS)
        self.in_cascade = False
        self._between = between
        self._asked = 0
        self._answers: _Answers = {}
        self._done_send, self._done = anyio.create_memory_object_stream[_Answers](1)
        self._boxes: list[MemoryObjectSendStream[_Share]] = []

    async def run(self) -> None:
        """Conduct until the last input is through."""
        async with anyio.create_task_group() as tasks:
            for rank, decider in enumerate(self.kernel.deciders):
                send, receive = anyio.create_memory_object_stream[_Share](1)
                self._boxes.append(send)
                tasks.start_soon(self._act, rank, decider, receive, name=decider.address)
            try:
                await self._conduct()
            finally:
                self._dismiss()

    async def _act(self, rank: int, decider: Decider, box: MemoryObjectReceiveStream[_Share]) -> None:
        """One actor's task: take a share, answer each message; the last of a wave hands all answers over."""
        with box:
            async for share, now in box:
                self._answers[rank] = [decider.receive(message, now) for message in share]
                if len(self._answers) == self._asked:
                    self._done_send.send_nowait(self._answers)

    async def _conduct(self) -> None:
        while True:
            post = await self.mailbox.take()
            if isinstance(post, Market):
                await self._admit_market(post.items)
            else:
                await self._admit(post.message, self.kernel.now)
                if post.done is not None:
                    post.done.set()
                if post.last:
                    return

    async def _admit_market(self, items: Sequence[Item]) -> None:
        for now, message in items:
            for due_ms, fired in self.kernel.due(now):
                await self._admit(fired, due_ms)
            await self._admit(message, now, moves_cursor=True)

    async def _admit(self, message: object, now: int, *, moves_cursor: bool = False) -> None:
        """Run one input to quiescence, then let the ledger have it."""
        cascade = self.kernel.open(message, now)
        if cascade is not None:
            self.in_cascade = True
            while cascade.boxes:
                await self._wave(cascade)
                cascade.advance()
            self.kernel.close(cascade)
            self.in_cascade = False
        self.kernel.cursor += moves_cursor
        await self._between()

    async def _wave(self, cascade: Cascade) -> None:
        self._answers, self._asked = {}, len(cascade.boxes)
        for rank, share in cascade.boxes.items():
            self._boxes[rank].send_nowait((share, cascade.now))
        answers = await self._done.receive()
        for rank in sorted(answers):
            cascade.absorb(rank, self.kernel.deciders[rank].address, answers[rank])

    def close(self) -> None:
        """Let go of every channel; who still posts is told. Not done by `run`, whose failure it would hide."""
        self.mailbox.close()
        self._dismiss()

    def _dismiss(self) -> None:
        for box in self._boxes:
            box.close()
        self._done_send.close()
        self._done.close()
