"""A served sandbox with our own client at it, and commands in few words."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import SecretStr

from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.params import BybitParams
from actors.adapters.bybit.rest import BybitRest
from actors.adapters.sandbox.faults.plan import Plan, Step
from core.trading.reports import Command, CommandAnswered
from tests.actors.adapters.sandbox.served import STILL, Stand, served
from tests.actors.adapters.sandbox.stall import Four

KEY = SecretStr("sandbox")
_T = TypeVar("_T")


@dataclass(slots=True)
class Desk:
    """Where commands are given."""

    stand: Stand
    rest: BybitRest
    clock: VenueClock

    async def place(self, key: str, side: int = 1, quantity: str = "0.010", **fields: Any) -> Sequence[object]:
        meant = {"price": None, "post_only": False, "reduce_only": False, "stop": None, "ioc": False}
        return await self.do("place", key, side=side, quantity=quantity, **{**meant, **fields})

    async def do(self, verb: Any, key: str = "", **fields: Any) -> Sequence[object]:
        return await self.rest.answer(Command(0, "venue", verb, key, {"symbol": "BTCUSDT", **fields}, ()))


@contextmanager
def desk(
    *script: Step,
    drawn: Sequence[Four] = (STILL,) * 5,
    key: SecretStr | None = KEY,
    secret: SecretStr | None = KEY,
    **params: Any,
) -> Iterator[Desk]:
    """A desk at a sandbox in which this goes wrong."""
    with served(drawn, Plan(script=script)) as stand:
        clock = VenueClock()
        rest = BybitRest(BybitParams(rest_url=stand.url, **params), key, secret, clock)
        try:
            yield Desk(stand, rest, clock)
        finally:
            rest.close()


def outcome(told: Sequence[object]) -> str:
    """How a command ended, in two words."""
    first = told[0]
    assert isinstance(first, CommandAnswered)
    return f"{first.outcome} {first.reason.removeprefix('VENUE_')}"


def only(told: Sequence[object], kind: type[_T]) -> _T:
    """The one input of a kind."""
    (found,) = (each for each in told if isinstance(each, kind))
    return found
