"""The runtime of the daemon: one anyio task per deciding actor, bounded channels between them, waves in lockstep.

The conductor admits one input at a time and waits until its cascade has come to rest. A wave's shares lie in their
actors' channels; whichever actor answers last routes all answers in rank order and deals out the next wave, or, where
the cascade has come to rest, admits the next of the inputs posted together. So the order in which tasks happen to run
decides nothing, and one task switch is enough for a message. Nobody awaits the disk: what a cascade recorded is handed
over to the ledger between cascades.
"""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

import anyio
from anyio.lowlevel import checkpoint

from actors.kernel.actor import Decider
from actors.kernel.cascade import Cascade
from actors.kernel.effects import Effects
from actors.kernel.garbage import seldom_sought
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
class Heard:
    """Inputs that a real venue or feed has just told; they happen now. None: only what is due."""

    messages: Sequence[object] = ()


@dataclass(frozen=True, slots=True)
class System:
    """An input of an operator or of the system itself; it happens now, whatever now is."""

    message: object
    last: bool = False
    """Nothing is admitted after it."""
    then: Callable[[], object] | None = None
    """Called once its cascade has come to rest, before anything else is admitted."""


AT_ONCE = 7
"""Shares an actor takes that were there already when it came back, before it lets another task run."""

Post = Market | Heard | System

_Input = tuple[object, int, bool]
"""A message, its time, and whether it is the market's own, which moves the source's cursor."""


class _Box:
    """One actor's channel, of one place, and the bell that tells its reader to look.

    The stream's own `receive` yields to the loop before it looks, which would double the time a message takes.
    """

    __slots__ = ("_at_once", "_bell", "_is_awaited", "_is_full", "_receive", "_send")

    def __init__(self) -> None:
        self._send, self._receive = anyio.create_memory_object_stream[Cascade](1)
        self._bell = anyio.Semaphore(0)
        self._is_awaited = False
        self._is_full = False
        self._at_once = 0

    def put(self, cascade: Cascade) -> None:
        """Let the actor have its share of the cascade's wave."""
        self._send.send_nowait(cascade)
        self._ring()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Cascade:
        """The cascade in whose wave the actor has a share, waiting for it; lets others run after a few at once."""
        if not self._is_full:
            self._at_once = 0
            self._is_awaited = True
            await self._bell.acquire()
        elif self._at_once < AT_ONCE:
            self._at_once += 1
        else:
            self._at_once = 0
            await checkpoint()
        self._is_full = False
        try:
            return self._receive.receive_nowait()
        except (anyio.EndOfStream, anyio.ClosedResourceError):
            raise StopAsyncIteration from None

    def close(self) -> None:
        """Let the channel go, and its reader end."""
        self._send.close()
        self._receive.close()
        self._ring()

    def _ring(self) -> None:
        self._is_full = True
        if self._is_awaited:
            self._is_awaited = False
            self._bell.release()


class LiveRuntime:
    """Runs the deciding actors as tasks.

    Args:
        kernel: The actors; the same objects run under `SimulatedRuntime`.
        between: Called between cascades; what it returns is awaited, which holds back admission and nothing else.
        clock_ms: The market's time; none: the market's own inputs drive it.
    """

    def __init__(
        self,
        kernel: Kernel,
        *,
        between: Callable[[], Awaitable[None] | None],
        clock_ms: Callable[[], int] | None = None,
    ) -> None:
        self.kernel = kernel
        self._clock_ms = clock_ms
        self.mailbox: Mailbox[Post] = Mailbox(ADMISSIONS)
        self.in_cascade = False
        self._between = between
        self._answers: dict[int, list[Effects]] = {}
        self._rest = anyio.Semaphore(0)
        self._boxes: list[_Box] = []
        self._inputs: Iterator[_Input] = iter(())
        self._each = False
        self._is_through = True
        self._moves_cursor = False
        self._waiting: Awaitable[None] | None = None

    async def run(self) -> None:
        """Conduct until the last input is through."""
        self._rest = anyio.Semaphore(0)
        with seldom_sought():
            async with anyio.create_task_group() as tasks:
                for rank, decider in enumerate(self.kernel.deciders):
                    box = _Box()
                    self._boxes.append(box)
                    tasks.start_soon(self._act, rank, decider, box, name=decider.address)
                try:
                    await self._conduct()
                finally:
                    self._dismiss()

    async def _act(self, rank: int, decider: Decider, box: _Box) -> None:
        """One actor's task: answer each message of a share; the last of a wave routes what all answered."""
        async for cascade in box:
            now = cascade.now
            self._answers[rank] = [decider.receive(message, now) for message in cascade.boxes[rank]]
            if len(self._answers) == len(cascade.boxes):
                self._route(cascade)

    async def _conduct(self) -> None:
        while True:
            post = await self.mailbox.take()
            if isinstance(post, Market):
                await self._admit_market(post.items)
            elif isinstance(post, Heard):
                await self._admit_now(*post.messages)
            else:
                await self._admit_now(post.message)
                if post.then is not None:
                    post.then()
                if post.last:
                    return

    async def _admit_market(self, items: Sequence[Item]) -> None:
        await self._admit(self._market(items), each=True)

    def _market(self, items: Sequence[Item]) -> Iterator[_Input]:
        for now, message in items:
            for due_ms, fired in self.kernel.due(now):
                yield fired, due_ms, False
            yield message, now, True

    async def _admit_now(self, *messages: object) -> None:
        """Admit what is due by now, then these; without a clock, now is when the market's last input was."""
        await self._admit(self._heard(messages), each=False)
        waiting = self._between()  # one commit for what was heard at once: the last of it must not wait for the first
        if waiting is not None:
            await waiting

    def _heard(self, messages: Sequence[object]) -> Iterator[_Input]:
        if self._clock_ms is not None:
            for due_ms, fired in self.kernel.due(self._now()):
                yield fired, max(due_ms, self.kernel.now), False
        for message in messages:
            yield message, self._now(), False

    def _now(self) -> int:
        return self.kernel.now if self._clock_ms is None else max(self.kernel.now, self._clock_ms())

    async def _admit(self, inputs: Iterator[_Input], *, each: bool) -> None:
        """Run inputs to quiescence, one after another.

        Args:
            inputs: Asked for the next one only when the last one has come to rest.
            each: Let something happen between any two of them.
        """
        self._inputs, self._each, self._is_through = inputs, each, False
        while not self._is_through:
            self._admit_next()
            await self._rest.acquire()
            waiting, self._waiting = self._waiting, None
            if waiting is not None:
                await waiting

    def _admit_next(self) -> None:
        """Open the next input's cascade; or wake the conductor, where there is none or it must wait first."""
        for message, now, moves_cursor in self._inputs:
            self._moves_cursor = moves_cursor
            cascade = self.kernel.open(message, now)
            if cascade is not None:
                self.in_cascade = True
                self._deal(cascade)
                return
            if not self._may_go_on():
                return
        self._is_through = True
        self._rest.release()

    def _may_go_on(self) -> bool:
        """Between two inputs; False where the conductor has been woken, because it must wait first."""
        self.kernel.cursor += self._moves_cursor
        if self._each:
            self._waiting = self._between()
        if self._waiting is not None:
            self._rest.release()
        return self._waiting is None

    def _deal(self, cascade: Cascade) -> None:
        """Put each share of a wave into its actor's channel, which is empty: a wave begins when all have answered."""
        self._answers = {}
        for rank in cascade.boxes:
            self._boxes[rank].put(cascade)

    def _route(self, cascade: Cascade) -> None:
        """Make of a whole wave's answers the next wave, or go on to the next input."""
        answers = self._answers
        for rank in sorted(answers):
            cascade.absorb(rank, self.kernel.deciders[rank].address, answers[rank])
        cascade.advance()
        if cascade.boxes:
            self._deal(cascade)
            return
        self.kernel.close(cascade)
        self.in_cascade = False
        if self._may_go_on():
            self._admit_next()

    def close(self) -> None:
        """Let go of every channel; who still posts is told. Not done by `run`, whose failure it would hide."""
        self.mailbox.close()
        self._dismiss()

    def _dismiss(self) -> None:
        for box in self._boxes:
            box.close()
