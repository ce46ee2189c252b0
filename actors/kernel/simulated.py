"""The runtime of backtests: one thread, the market's own clock, no channel between an actor and its answer."""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, Final

from actors.kernel.cascade import MAX_WAVES, restless, unknown
from actors.kernel.effects import CancelTimer, Effects, SetTimer, Tell
from actors.kernel.kernel import Kernel
from actors.kernel.transcript import Transcript
from core.records import Cause, Record

_rank: Final = itemgetter(0)

Receiver = Callable[[Any, int], Effects]


class SimulatedRuntime:
    """Runs inputs through the deciding actors as fast as they think.

    Args:
        kernel: The actors; the same objects run under `LiveRuntime`.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self._ranks = kernel.ranks
        self._transcript = kernel.scribe if isinstance(kernel.scribe, Transcript) else None
        self._receivers: list[Receiver] = [decider.receive for decider in kernel.deciders]

    def stand_in(self, address: str, receiver: Receiver | None) -> None:
        """Let something else take an actor's messages; None: the actor again."""
        rank = self.kernel.ranks[address]
        self._receivers[rank] = self.kernel.deciders[rank].receive if receiver is None else receiver

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
        first = self.kernel.admit(message, now)
        if first:
            self._settle([(rank, message) for rank in first], now)

    def tell(self, address: str, message: object, now: int) -> None:
        """Run one message to one actor to quiescence: what is left of an input whose other takers would do nothing."""
        kernel = self.kernel
        kernel.number += 1
        kernel.now = now
        self._settle([(kernel.ranks[address], message)], now)

    def _settle(self, wave: list[tuple[int, object]], now: int) -> None:  # noqa: C901  written out, as it says
        """Wave after wave, as `Cascade` has them; written out, because a backtest spends half its time here."""
        kernel, receivers = self.kernel, self._receivers
        ranks, touched, number = self._ranks, kernel.dirty, kernel.number
        message, depth, is_mixed = wave[0][1], 0, False
        moment: Any = now  # compiled, an object for all who are told, where an int would be made anew for each
        while wave:
            if depth == MAX_WAVES:
                raise restless(number, message)
            if is_mixed:
                wave.sort(key=_rank)  # stable: what one actor is told keeps the order it was said in
            following: list[tuple[int, object]] = []
            place, last, before, is_mixed = 0, -1, -1, False
            for rank, told in wave:
                if rank == last:
                    place += 1
                else:
                    place, last = 0, rank
                    touched.add(rank)
                effects = receivers[rank](told, moment)
                if not effects:
                    continue
                for effect in effects if type(effects) is list else [*effects]:  # a list needs no iterator
                    if type(effect) is Tell:
                        to = ranks.get(effect.to)
                        if to is None:
                            raise unknown(effect.to, ranks)
                        is_mixed, before = is_mixed or to < before, to
                        following.append((to, effect.message))
                    elif type(effect) is SetTimer or type(effect) is CancelTimer:
                        kernel.keep((number, depth, rank, place), kernel.deciders[rank].address, effect, now)
                    else:
                        self._record((number, depth, rank, place), effect)  # type: ignore[arg-type]  # what is left are records
            wave = following
            depth += 1

    def _record(self, cause: Cause, record: Record) -> None:
        # Compiled, a method of a class that is known is called directly, with the cause in registers.
        if self._transcript is not None:
            self._transcript.recorded(cause, record)
        else:
            self.kernel.scribe.recorded(cause, record)
