"""Bybit's REST interface for the event loop: commands carried out, questions answered, none of them blocking it.

Every request runs in a worker thread, writes and questions under a limit of their own, so that a long back-fill keeps
no stop waiting. What a write may cost is known before it is sent; what cannot be sent soon enough is answered at once.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Final, TypeVar

import anyio
from anyio.to_thread import run_sync
from pydantic import SecretStr

from actors.adapters.bybit import candles, facts
from actors.adapters.bybit.account import Account
from actors.adapters.bybit.client import Client
from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.commands import WRITES, Commands
from actors.adapters.bybit.facts import AccountFacts, KeyFacts
from actors.adapters.bybit.outcomes import Verdict
from actors.adapters.bybit.params import BybitParams
from actors.adapters.bybit.translate import Contract
from actors.clock import wall_clock_ms
from core.market.bars import Bars
from core.reasons import Reason
from core.trading.instrument import Instrument
from core.trading.reports import Command, VenueSnapshot

_T = TypeVar("_T")
_ENTRY_WAITS_MS: Final = 1_000
"""An entry decided longer ago is another entry."""


class BybitRest:
    """The account and its market; what is not answered raises NotAnswered, which is a VenueError with its verdict.

    `client`, `account` and `candles` are the same without an event loop, for what is read before there is one.

    Args:
        params: Where, and how patient.
        key: The API key; None: public questions alone.
        secret: Its secret.
        clock: The venue's time: stamps requests and is set by `measure_clock`.
    """

    def __init__(self, params: BybitParams, key: SecretStr | None, secret: SecretStr | None, clock: VenueClock) -> None:
        self.client = Client(params, key, secret, clock)
        self.account = Account(self.client)
        self._commands = Commands(self.client, self.account)
        self._writing = anyio.CapacityLimiter(params.requests_at_once)
        self._asking = anyio.CapacityLimiter(params.requests_at_once)

    def __repr__(self) -> str:
        return f"BybitRest({self.client!r})"

    @property
    def banned_ms(self) -> int:
        """For how long nothing is sent because the venue shut this address out; 0: it did not."""
        return self.client.budget.banned_ms(wall_clock_ms())

    def close(self) -> None:
        """Close every connection."""
        self.client.close()

    async def answer(self, command: Command) -> Sequence[object]:
        """Carry out a command.

        Returns:
            What is to be posted: CommandAnswered first, then what was found on the way (OrderReported,
            ExecutionReported, OrderMissing, PositionReported, VenueSnapshot). Nothing for a `plan`.
        """
        if command.verb not in WRITES:
            return await self._ask(self._commands.carry_out, command)
        crowded = await self._room(command)
        if crowded is not None:
            return (crowded.answered(command.verb, command.key),)
        # Not abandoned when canceled: the thread ends within the request's time limit, and the order may be placed.
        return await run_sync(self._commands.carry_out, command, limiter=self._writing)

    async def klines(self, symbol: str, interval_ms: int, first_ms: int, last_ms: int) -> Bars:
        """The closed bars that open from `first_ms` to `last_ms`, both included, oldest first."""
        return await self._ask(candles.klines, self.client, symbol, interval_ms, first_ms, last_ms)

    async def contract(self, symbol: str) -> Contract:
        """A contract's steps and limits."""
        return await self._ask(candles.listed, self.client, symbol)

    async def instrument(self, symbol: str) -> Instrument:
        """A contract's steps and minimums."""
        return (await self.contract(symbol)).instrument

    async def server_time(self) -> int:
        """The venue's time, UTC ms."""
        return await self._ask(candles.server_time, self.client)

    async def measure_clock(self) -> bool:
        """Set the clock by the venue's; whether it answered."""
        return await self._ask(self.client.set_clock)

    async def snapshot(self, symbol: str, since_ms: int, *, requested: bool = False) -> VenueSnapshot:
        """All that the venue holds for us, with the executions since a moment, UTC ms."""
        return await self._ask(partial(self.account.snapshot, symbol, since_ms, requested=requested))

    async def key_facts(self) -> KeyFacts:
        """What the key may do."""
        return await self._ask(facts.key_facts, self.client)

    async def account_facts(self, symbol: str) -> AccountFacts:
        """How the account is set up."""
        return await self._ask(facts.account_facts, self.client, symbol)

    async def _ask(self, question: Callable[..., _T], *args: object) -> _T:
        return await run_sync(question, *args, limiter=self._asking, abandon_on_cancel=True)

    async def _room(self, command: Command) -> Verdict | None:
        """Wait until a write fits; the verdict where an entry would wait too long."""
        is_entry = command.verb == "amend" or (command.verb == "place" and not command.fields.get("reduce_only"))
        is_protective = not is_entry
        budget, since = self.client.budget, wall_clock_ms()
        while (wait_ms := budget.wait_ms(command.verb, now := wall_clock_ms(), is_protective=is_protective)) > 0:
            if not is_protective and now + wait_ms - since > _ENTRY_WAITS_MS:
                told = f"not sent: room for an entry comes in {wait_ms} ms, the rest is kept for stops and closes"
                return Verdict("unreachable", Reason.VENUE_RATE_LIMITED, 0, told)
            await anyio.sleep(wait_ms / 1_000)
        budget.spend(wall_clock_ms())
        return None
