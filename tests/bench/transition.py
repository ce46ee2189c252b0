"""One transition of a compiled chart with its record, beside the library's own `send`."""

from collections.abc import Callable
from functools import partial
from typing import Final

from core.reasons import Reason
from machines.catalog import CHARTS
from machines.instance import Instance
from machines.library import LibraryInstance
from tests.bench.figure import Figure, repeated

ROUNDS: Final = 20_000
_LIBRARY_ROUNDS: Final = 200
_ROUND: Final = ("request_cancel", "refuse_cancel")
"""An order chart's two events that lead back to where it was."""
_WHY: Final = (Reason.ORDER_SUBMITTED,)
_MICRO: Final = 1e6


def transition(repeat: int) -> list[Figure]:
    """Microseconds of both."""
    compiled = repeated(rounds(Instance, ROUNDS), repeat)
    library = repeated(rounds(LibraryInstance, _LIBRARY_ROUNDS), min(repeat, 3))
    return [
        Figure("transition: compiled", _each(compiled, ROUNDS), "µs", goal=0.6, note="record included"),
        Figure("transition: python-statemachine", _each(library, _LIBRARY_ROUNDS), "µs"),
    ]


def rounds(engine: type[Instance], count: int) -> Callable[[], None]:
    """An order that is asked to cancel and refuses, again and again; two transitions a round."""
    machine = engine(CHARTS["order"], instance="BTCUSDT/order/1", actor="order")
    machine.create(0, reasons=_WHY)
    machine.fire("accept", 0, reasons=_WHY)
    return partial(_fire, machine, count)


def _fire(machine: Instance, count: int) -> None:
    ask, refuse = _ROUND
    fire = machine.fire
    for ts in range(count):
        fire(ask, ts, reasons=_WHY)
        fire(refuse, ts, reasons=_WHY)


def _each(timed: tuple[float, ...], count: int) -> tuple[float, ...]:
    return tuple(_MICRO * each / (len(_ROUND) * count) for each in timed)
