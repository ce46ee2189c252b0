"""What feeds an engine: a market that is replayed at a pace, or a venue that happens by itself."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import chain, islice
from typing import Protocol

from actors.adapters.ledger.commit import Run
from actors.crew import Crew, opening
from actors.feeder import Pace, feed
from actors.kernel.kernel import Kernel
from actors.kernel.live import Post
from actors.lab.backtest import until_bars
from actors.market import Item, Source, inputs
from core.message import Json
from core.messages import BarClosed
from core.records import JournalRow

PostInputs = Callable[[Post], Awaitable[None]]


class Intake(Protocol):
    """The outside of one engine."""

    symbol: str
    timeframe_ms: int
    keeps_bars: bool
    """Whether the journal must hold the bars themselves."""
    clock_ms: Callable[[], int] | None
    """The market's time; None: its inputs carry it."""

    def stand(self, crew: Crew, kernel: Kernel, run: Run) -> Sequence[object]:
        """Bring the actors to where the run stands; returns the first inputs of this start."""

    async def feed(self, post: PostInputs) -> None:
        """Post inputs until the market ends."""

    def carry_out(self, rows: Sequence[JournalRow]) -> None:
        """Rows are durable: send the commands among them."""

    def view(self) -> dict[str, Json]:
        """What the page may show of the outside."""


class PacedIntake:
    """A source that can be read again from its beginning.

    Args:
        source: The market.
        pace: How fast and how far it is fed.
    """

    keeps_bars: bool = False
    clock_ms: Callable[[], int] | None = None

    def __init__(self, source: Source, pace: Pace) -> None:
        self.symbol = source.symbol
        self.timeframe_ms = source.timeframe_ms
        self._source = source
        self._pace = pace
        self._items: Iterator[Item] = iter(())

    def stand(self, crew: Crew, kernel: Kernel, run: Run) -> Sequence[object]:
        """Fold or restore what is before the inputs still to come."""
        crew.remember(self._source)
        items = inputs(self._source.chunks())
        if self._pace.limit_bars is not None:
            items = until_bars(items, self._pace.limit_bars)
        is_resumed = bool(kernel.number)
        if is_resumed:
            for _, message in islice(items, kernel.cursor):
                if type(message) is BarClosed:
                    crew.strategist.fold(message)
            self._items = items
        else:
            first = next(items)
            kernel.now = first[0]
            self._items = chain((first,), items)
        del run
        return opening(resumed=is_resumed)

    async def feed(self, post: PostInputs) -> None:
        """Post every input at the pace."""
        await feed(self._items, post, speed=self._pace.speed)

    def carry_out(self, rows: Sequence[JournalRow]) -> None:
        """Nothing: its venue is one of the actors."""

    def view(self) -> dict[str, Json]:
        """Nothing of it is hidden from the actors."""
        return {}
