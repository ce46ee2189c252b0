"""Bybit as the outside of an engine: its streams in, our commands out, its clock, its history.

Everything here waits and nothing decides. The bars a run has seen are in its journal, because Bybit will not show the
same forming market twice: a fresh run begins with REST's history, a resumed one with its own journal.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import anyio
from pydantic import SecretStr

from actors.adapters.bybit.account_feed import AccountFeed
from actors.adapters.bybit.book_feed import BookFeed
from actors.adapters.bybit.clock import VenueClock
from actors.adapters.bybit.connection import Post as Tell
from actors.adapters.bybit.health import RestHealth
from actors.adapters.bybit.market_feed import MarketFeed
from actors.adapters.bybit.params import BybitParams
from actors.adapters.bybit.rest import BybitRest
from actors.adapters.feeds.bybit import Traded
from actors.adapters.feeds.config import FeedsConfig
from actors.adapters.feeds.live import listen
from actors.adapters.ledger.commit import Run
from actors.crew import Crew
from actors.intake import PostInputs
from actors.kernel.kernel import Kernel
from actors.kernel.live import Heard
from actors.live.venue import LiveVenue
from actors.market import rows
from core.book.params import BookParams
from core.market.bars import Bars
from core.message import Json
from core.messages import BarClosed, BarsRemembered, SystemStarted
from core.records import JournalRow
from core.trading.reports import Command, CommandAnswered

TICK_S = 0.02
"""How often due timers are looked for."""


class BybitIntake:
    """One symbol's market and, where real orders are meant, its account.

    Args:
        symbol: What is traded.
        timeframe_ms: Its bars.
        params: Where Bybit is, and how patient we are.
        key: The API key; None: public data alone.
        secret: Its secret.
        clock: The venue's time.
        history: Closed bars up to now, oldest first; asked by a fresh run only.
        journaled: The input rows of a run, oldest first.
        feeds: The slow layers' sources.
        folder: The state directory.
        book: How the order book is followed; None: it is not.
    """

    keeps_bars: bool = True

    def __init__(  # noqa: PLR0913  everything outside
        self,
        symbol: str,
        timeframe_ms: int,
        *,
        params: BybitParams,
        key: SecretStr | None,
        secret: SecretStr | None,
        clock: VenueClock,
        history: Callable[[], Bars],
        journaled: Callable[[str], Iterator[JournalRow]],
        feeds: FeedsConfig,
        folder: Path,
        book: BookParams | None = None,
    ) -> None:
        self.symbol = symbol
        self.timeframe_ms = timeframe_ms
        self.clock_ms: Callable[[], int] | None = clock.now_ms
        self._params = params
        self._keys = (key, secret)
        self._clock = clock
        self._history = history
        self._journaled = journaled
        self._feeds = (feeds, Traded(symbol, params.rest), folder)
        self._book = book
        self._commands: deque[Command] = deque()
        self._start: Callable[[], None] | None = None
        self._last_open_ms = 0
        self._kernel: Kernel | None = None
        self._venue: LiveVenue | None = None

    def stand(self, crew: Crew, kernel: Kernel, run: Run) -> Sequence[object]:
        """Fold what the run has seen, or give it the history to begin with."""
        self._kernel = kernel
        if isinstance(crew.venue, LiveVenue):
            self._venue = crew.venue
        if kernel.number:
            for bar in self._seen(run.run_id):
                crew.strategist.fold(bar)
                self._last_open_ms = bar.open_ms
            return (SystemStarted(resumed=True),)
        bars = tuple(rows(self._history()))
        self._last_open_ms = bars[-1].open_ms if bars else 0
        return (BarsRemembered(self.symbol, bars), SystemStarted(resumed=False))

    async def feed(self, post: PostInputs) -> None:
        """Listen, and carry out, until canceled."""

        async def hear(inputs: Sequence[object]) -> None:
            await post(Heard(inputs))

        key, secret = self._keys
        rest = BybitRest(self._params, key, secret, self._clock)
        health = RestHealth(self._params, rest, self._clock, hear)
        market = MarketFeed(
            self._params,
            self.symbol,
            self.timeframe_ms,
            rest=rest,
            clock=self._clock,
            post=hear,
            last_open_ms=self._last_open_ms,
        )
        try:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(self._tick, post)
                tasks.start_soon(market.run)
                if self._book is not None:
                    tasks.start_soon(self._follow, self._book, hear)
                tasks.start_soon(listen, *self._feeds, hear)
                tasks.start_soon(health.run)
                if self._venue is not None and key is not None and secret is not None:
                    account = AccountFeed(
                        self._params,
                        (key, secret),
                        self.symbol,
                        rest=rest,
                        clock=self._clock,
                        post=hear,
                        since=self._executions_since,
                    )
                    tasks.start_soon(account.run)
                    tasks.start_soon(self._command, rest, health, account, post)
        finally:
            rest.close()

    def carry_out(self, rows: Sequence[JournalRow]) -> None:
        """Send the commands among durable rows."""
        for row in rows:
            if row.kind == "command" and row.event != "plan":
                self._commands.append(
                    Command(row.ts, row.actor, row.event, row.instance, row.facts, ())  # type: ignore[arg-type]  # a verb
                )
        if self._start is not None:
            self._start()

    def view(self) -> dict[str, Json]:
        """How far the venue's clock is."""
        return {"clock": {"offset_ms": self._clock.offset_ms, "skew_ms": self._clock.skew_ms}}

    def _seen(self, run_id: str) -> Iterator[BarClosed]:
        """Every bar a run has folded, oldest first."""
        for row in self._journaled(run_id):
            if row.event == "BarClosed":
                yield _bar(row.facts)
            elif row.event == "BarsRemembered":
                yield from (_bar(each) for each in cast("list[dict[str, Json]]", row.facts["bars"]))

    def _executions_since(self) -> int:
        return 0 if self._venue is None else self._venue.executions_since

    async def _follow(self, book: BookParams, hear: Tell) -> None:
        """Tell what order book and trades look like."""
        about = (self._params, self.symbol, self.timeframe_ms)
        await BookFeed(*about, book_params=book, clock=self._clock, post=hear).run()

    async def _tick(self, post: PostInputs) -> None:
        """Let timers fire when nothing else happens."""
        kernel = cast("Kernel", self._kernel)
        while True:
            await anyio.sleep(TICK_S)
            due_ms = kernel.timers.next_due()
            if due_ms is not None and due_ms <= self._clock.now_ms():
                await post(Heard())

    async def _command(self, rest: BybitRest, health: RestHealth, account: AccountFeed, post: PostInputs) -> None:
        """Carry out each command in a task of its own: a stop must not wait for a question."""

        def start() -> None:
            while self._commands:
                command = self._commands.popleft()
                if command.verb == "reconnect":
                    account.reconnect()
                else:
                    tasks.start_soon(self._perform, command, rest, health, post)

        async with anyio.create_task_group() as tasks:
            self._start = start
            try:
                start()
                await anyio.sleep_forever()
            finally:
                self._start = None

    async def _answer(self, rest: BybitRest, command: Command) -> Sequence[object]:
        return await rest.answer(command)

    async def _perform(self, command: Command, rest: BybitRest, health: RestHealth, post: PostInputs) -> None:
        found = await self._answer(rest, command)
        if any(isinstance(each, CommandAnswered) and each.outcome in ("unknown", "unreachable") for each in found):
            health.doubt()
        await post(Heard(found))


def _bar(facts: dict[str, Json]) -> BarClosed:
    return BarClosed(**facts)  # type: ignore[arg-type]  # the scribe wrote them
