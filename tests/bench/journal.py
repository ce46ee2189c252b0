"""The journal on SQLite: inputs a second until they are durable, and how long one of them waits for its release.

The daemon's own runtime and ledger keeper; each input moves a chart, so it leaves two rows. Beside them SQLite alone,
given as many rows in as large transactions with as careful a disk.
"""

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, time
from typing import Final

import anyio

from actors.adapters.ledger.manifest import Manifest
from actors.adapters.ledger.writer import Ledger
from actors.kernel.effects import Effects
from actors.kernel.kernel import Kernel
from actors.kernel.live import LiveRuntime, Market, System
from actors.kernel.scribe import RowScribe
from actors.ledger import MAX_PENDING_ROWS, LedgerKeeper
from actors.market import Item
from core.messages import SystemStopped
from core.reasons import Reason
from core.records import JournalRow
from machines.catalog import CHARTS
from machines.instance import Instance
from tests.bench.chain import Link, headlines, on_uvloop
from tests.bench.figure import Figure, per_second

INPUTS: Final = 20_000
_SINGLE: Final = 200
_POST: Final = 64
_ROWS_EACH: Final = 2
_MANIFEST: Final = Manifest(fingerprint={}, settings={}, versions={}, seed=0)
_WHY: Final = (Reason.ORDER_SUBMITTED,)
_COLUMNS: Final = 14


class Turning(Link):
    """Moves a chart back and forth, one transition an input."""

    def __init__(self) -> None:
        super().__init__(0, is_last=True)
        self._machine = Instance(CHARTS["order"], instance="BTCUSDT/order/1", actor=self.address)
        self._machine.create(0, reasons=_WHY)
        self._machine.fire("accept", 0, reasons=_WHY)

    def receive(self, message: object, now: int) -> Effects:
        super().receive(message, now)
        return self._machine.fire("request_cancel" if self.heard % 2 else "refuse_cancel", now, reasons=_WHY)


class House:
    """A runtime and its ledger keeper over a journal file, and the moments of release."""

    def __init__(self, file: Path) -> None:
        self.ledger = Ledger.open(f"sqlite:///{file}", owner="bench")
        self.ledger.begin(_MANIFEST, fresh=True, now_ms=0)
        scribe = RowScribe()
        kernel = Kernel((Turning(),), scribe)
        self.released = anyio.Event()
        self.keeper = LedgerKeeper(
            self.ledger,
            kernel,
            scribe,
            release=self._release,
            on_failure=lambda _: None,
            at_rest=lambda: not self.runtime.in_cascade,
            clock_ms=lambda: int(time() * 1000),
        )
        self.runtime = LiveRuntime(kernel, between=self.keeper.between)

    async def run(self, feed: Callable[["House"], object]) -> None:
        """Feed the runtime, and end once everything is durable."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self.keeper.run)
            tasks.start_soon(self.runtime.run)
            await feed(self)  # type: ignore[misc]
            await self.runtime.mailbox.post(System(SystemStopped(), last=True, then=(done := anyio.Event()).set))
            await done.wait()
            self.keeper.close()
        self.runtime.close()
        self.ledger.close()

    def _release(self, _: Sequence[JournalRow]) -> None:
        self.released.set()
        self.released = anyio.Event()


def journal(repeat: int) -> list[Figure]:
    """Rates and waits of the journal, and of SQLite alone."""
    with TemporaryDirectory() as folder:
        files = [Path(folder) / f"{place}.sqlite" for place in range(4 * repeat)]
        many = [durable(files.pop(), INPUTS) for _ in range(repeat)]
        waits = [median(waited(files.pop(), _SINGLE)) for _ in range(repeat)]
        raw = [raw_rows(files.pop(), _ROWS_EACH * INPUTS) for _ in range(repeat)]
        single = [median(raw_waits(files.pop(), _SINGLE)) for _ in range(repeat)]
    rows = f"{_ROWS_EACH} rows each"
    return [
        Figure("journal: durable", per_second(INPUTS, many), "inputs/s", "higher", 40_000.0, note=rows),
        Figure("journal: the same rows by sqlite3 alone", per_second(INPUTS, raw), "inputs/s", "higher"),
        Figure("journal: p50 from input to release", tuple(1e3 * each for each in waits), "ms", goal=2.0),
        Figure("journal: p50 commit by sqlite3 alone", tuple(1e3 * each for each in single), "ms"),
    ]


def durable(file: Path, inputs: int) -> float:
    """Seconds from the first input to all of them on disk."""
    items = headlines(inputs)

    async def feed(house: House) -> None:
        for first in range(0, inputs, _POST):
            await house.runtime.mailbox.post(Market(items[first : first + _POST]))

    house = House(file)
    started = perf_counter()
    _run(house, feed)
    return perf_counter() - started


def waited(file: Path, inputs: int) -> list[float]:
    """Seconds from each input to its release, one at a time."""
    waits: list[float] = []

    async def feed(house: House) -> None:
        for item in headlines(inputs):
            released, started = house.released, perf_counter()
            await house.runtime.mailbox.post(Market((item,)))
            await released.wait()
            waits.append(perf_counter() - started)

    _run(House(file), feed)
    return waits


def raw_rows(file: Path, rows: int) -> float:
    """Seconds SQLite alone takes for so many rows."""
    values = [_row(seq) for seq in range(rows)]
    connection = _connected(file)
    started = perf_counter()
    for first in range(0, rows, MAX_PENDING_ROWS):
        _insert(connection, values[first : first + MAX_PENDING_ROWS])
    took = perf_counter() - started
    connection.close()
    return took


def raw_waits(file: Path, rows: int) -> list[float]:
    """Seconds of each transaction of two rows."""
    connection, waits = _connected(file), []
    for seq in range(0, _ROWS_EACH * rows, _ROWS_EACH):
        started = perf_counter()
        _insert(connection, [_row(seq + place) for place in range(_ROWS_EACH)])
        waits.append(perf_counter() - started)
    connection.close()
    return waits


def _run(house: House, feed: Callable[[House], object]) -> None:
    async def run(_: list[Item]) -> None:
        await house.run(feed)

    on_uvloop(run, [])


def _connected(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    names = ", ".join(f"c{place}" for place in range(2, _COLUMNS))
    connection.execute(f"CREATE TABLE record (run INTEGER, seq INTEGER, {names}, PRIMARY KEY (run, seq))")
    return connection


def _row(seq: int) -> tuple[object, ...]:
    texts = ("transition", 1_000 * seq, "link-0", "order", "BTCUSDT/order/1", seq, "request_cancel")
    return (1, seq, *texts, '["new"]', '["pending_cancel"]', '["ORDER_SUBMITTED"]', "{}", f"{seq}.0.0.0")


def _insert(connection: sqlite3.Connection, rows: list[tuple[object, ...]]) -> None:
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(f"INSERT INTO record VALUES ({', '.join('?' * _COLUMNS)})", rows)  # noqa: S608  our own
    connection.execute("COMMIT")
