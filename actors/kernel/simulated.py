"""The runtime of backtests: one thread, the market's own clock, no channel between an actor and its answer."""

from collections.abc import Iterable

from actors.kernel.cascade import Cascade
from actors.kernel.kernel import Kernel


class SimulatedRuntime:
    """Runs inputs through the deciding actors as fast as they think.

    Args:
        kernel: The actors; the same objects run under `LiveRuntime`.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel

    def run(self, items: Iterable[tuple[int, object]]) -> None:
        """Admit market inputs (time, message) one after the other, due timers first."""
        kernel = self.kernel
        for now, message in items:
            for due_ms, fired in kernel.due(now):
                self.admit(fired, due_ms)
            self.admit(message, now)
            kernel.cursor += 1

    def admit(self, message: object, now: int) -> None:
        """Run one input to quiescence."""
        cascade = self.kernel.open(message, now)
        if cascade is not None:
            self._settle(cascade)

    def tell(self, address: str, message: object, now: int) -> None:
        """Run one message to one actor to quiescence: what is left of an input whose other takers would do nothing."""
        self._settle(self.kernel.open_for(address, message, now))

    def _settle(self, cascade: Cascade) -> None:
        now, deciders = cascade.now, self.kernel.deciders
        while cascade.boxes:
            for rank in sorted(cascade.boxes):
                decider = deciders[rank]
                answers = [decider.receive(told, now) for told in cascade.boxes[rank]]
                cascade.absorb(rank, decider.address, answers)
            cascade.advance()
        self.kernel.close(cascade)
