"""The runtime of backtests: one thread, the market's own clock, no channel between an actor and its answer."""

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, Final

from actors.kernel.cascade import MAX_WAVES, restless, unknown
from actors.kernel.effects import Effects, Tell
from actors.kernel.kernel import TIMERS, Kernel

_rank: Final = itemgetter(0)
_TIMERS: Final = TIMERS
"""Compiled, a final name is read at once, and an imported one looked up."""

Receiver = Callable[[Any, int], Effects]


class SimulatedRuntime:
    """Runs inputs through the deciding actors as fast as they think.

    Args:
        kernel: The actors; the same objects run under `LiveRuntime`.
    """

    def __init__(self, kernel: Kernel) -> None:
        self.kernel = kernel
        self._ranks, self._recorded, self._touch = kernel.ranks, kernel.scribe.recorded, kernel.dirty.add
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
        ranks, recorded, touch, number = self._ranks, self._recorded, self._touch, kernel.number
        message, depth = wave[0][1], 0
        while wave:
            if depth == MAX_WAVES:
                raise restless(number, message)
            if len(wave) > 1:
                wave.sort(key=_rank)  # stable: what one actor is told keeps the order it was said in
            following: list[tuple[int, object]] = []
            place, last = 0, -1
            for rank, told in wave:
                place = place + 1 if rank == last else 0
                last = rank
                touch(rank)
                for effect in receivers[rank](told, now):
                    if type(effect) is Tell:
                        to = ranks.get(effect.to)
                        if to is None:
                            raise unknown(effect.to, ranks)
                        following.append((to, effect.message))
                    elif type(effect) in _TIMERS:
                        kernel.keep((number, depth, rank, place), kernel.deciders[rank].address, effect, now)
                    else:
                        recorded((number, depth, rank, place), effect)  # type: ignore[arg-type]  # what is left are records
            wave = following
            depth += 1
