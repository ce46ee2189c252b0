"""The page on a journal and a board in memory: real charts, a real server, no actors.

`python -m tests.web.stand [PORT]` shows a made-up trading day that goes on for ever.
"""

import sys
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, Self

import anyio
import uvicorn

from core.message import Facts, Json
from core.reasons import Reason
from core.records import JournalRow, Transition
from machines.catalog import CHARTS
from machines.instance import Instance
from web.app import Hub, WebConfig, build

START_MS = 1_709_649_000_000


class MemoryJournal:
    """A journal reader over a list."""

    def __init__(self) -> None:
        self.written: list[JournalRow] = []

    def rows(
        self,
        *,
        after: int = 0,
        limit: int = 500,
        kinds: tuple[str, ...] | None = None,
        machine: str | None = None,
        instance: str | None = None,
        reason: str | None = None,
        newest: bool = False,
    ) -> list[JournalRow]:
        def matches(row: JournalRow) -> bool:
            return (
                (kinds is None or row.kind in kinds)
                and machine in (None, row.machine)
                and instance in (None, row.instance)
                and (reason is None or reason in row.reasons)
            )

        found: list[JournalRow] = []
        written = self.written
        first = bisect_right(written, after, key=lambda row: row.seq)
        order = range(len(written) - 1, first - 1, -1) if newest else range(first, len(written))
        for place in order:
            if len(found) == limit:
                break
            if matches(written[place]):
                found.append(written[place])
        return sorted(found)

    def hash_of(self, seq: int) -> str:
        return f"{seq:064x}"

    def evaluation(self, symbol: str | None, at_ms: int) -> JournalRow | None:
        found = [row for row in self.rows(kinds=("evaluation",), limit=10**9) if row.ts <= at_ms]
        return next((row for row in reversed(found) if symbol in (None, row.facts["symbol"])), None)

    def last_seq(self) -> int:
        return self.written[-1].seq if self.written else 0


class MemoryBoard:
    """A view that whoever tells the story writes."""

    def __init__(self) -> None:
        self.picture: dict[str, Any] = {}

    def view(self) -> dict[str, Json]:
        return dict(self.picture)

    def klines(self) -> list[Json]:
        closes = self.picture.get("market", {}).get("closes", [])
        last_ms = self.picture.get("time", START_MS) - 300_000
        return [
            [last_ms - 300_000 * age, close, close + 30.0, close - 30.0, close, 12.5, False]
            for age, close in zip(range(len(closes) - 1, -1, -1), closes, strict=True)
        ]


class Stand:
    """A journal, a board, a hub and the application on them."""

    def __init__(self, *, config: WebConfig | None = None) -> None:
        self.config = config or WebConfig(port=0, coalesce_ms=5, view_ms=50)
        self.journal = MemoryJournal()
        self.board = MemoryBoard()
        self.seq = count(1)
        self.instances: dict[str, Instance] = {}
        self.open()

    def open(self) -> None:
        """A new process: the ring is empty, the journal is as it was."""
        self.hub = Hub(ring_rows=self.config.ring_rows)
        self.app = build(journal=self.journal, board=self.board, hub=self.hub, config=self.config)

    def write(self, rows: Sequence[JournalRow]) -> None:
        """Make rows durable, then show them."""
        self.journal.written.extend(rows)
        self.hub.publish(rows)

    def row(self, kind: str = "transition", **values: Any) -> JournalRow:
        """The next row, a session transition unless told otherwise."""
        blank: dict[str, Any] = {
            "ts": START_MS, "actor": "session", "machine": "session", "instance": "BTCUSDT/session/1", "n": 0,
            "event": "begin", "source": ("starting",), "target": ("reconciling",), "reasons": ("SESSION_STARTED",),
            "facts": {}, "cause": "1.0.0",
        }  # fmt: skip
        return JournalRow(seq=next(self.seq), kind=kind, **(blank | values))

    def chart(
        self, name: str, number: str = "1", ts: int = START_MS, *, owner: str = "BTCUSDT",
        reason: Reason = Reason.SESSION_STARTED,
    ) -> None:  # fmt: skip
        """Create a chart's instance and journal it."""
        chart = CHARTS[name]
        model = chart.memory(threshold=0.6, dwell_ms=3_600_000) if chart.memory else None
        instance = Instance(chart, instance=f"{owner}/{name}/{number}", actor=name, model=model)
        self.instances[instance.instance] = instance
        self.write([self.journaled(instance.create(ts, reasons=(reason,)))])

    def fire(
        self, name: str, event: str, reason: Reason, *, number: str = "1", owner: str = "BTCUSDT", ts: int = START_MS,
        facts: Facts | None = None, **guarded: Any,
    ) -> None:  # fmt: skip
        """Send an event to an instance, journal what it does."""
        instance = self.instances[f"{owner}/{name}/{number}"]
        steps = instance.fire(event, ts, reasons=(reason,), facts=facts, **guarded)
        self.write([self.journaled(step) for step in steps])

    def journaled(self, step: Transition) -> JournalRow:
        """A transition as its journal row."""
        return self.row(
            ts=step.ts, actor=step.actor, machine=step.machine, instance=step.instance, n=step.n, event=step.event,
            source=step.source, target=step.target, reasons=tuple(reason.name for reason in step.reasons),
            facts=step.facts,
        )  # fmt: skip

    def machines(self) -> list[Json]:
        """The live instances, as the view shows them."""
        return [
            {"chart": live.chart.title, "instance": live.instance, "configuration": list(live.configuration)}
            for live in self.instances.values()
        ]


class Server:
    """A real server for a stand, on its own thread and event loop."""

    def __init__(self, stand: Stand, *, port: int = 0) -> None:
        self._stand = stand
        config = uvicorn.Config(stand.app, port=port, log_level="error", lifespan="off", timeout_graceful_shutdown=2)
        self._uvicorn = uvicorn.Server(config)
        self._token: Any = None
        self._thread = threading.Thread(target=anyio.run, args=(self._serve,), daemon=True)

    async def _serve(self) -> None:
        self._token = anyio.lowlevel.current_token()
        await self._uvicorn.serve()

    def __enter__(self) -> Self:
        self._thread.start()
        deadline = time.monotonic() + 10
        while not self._uvicorn.started:
            assert time.monotonic() < deadline, "the server did not start"
            assert self._thread.is_alive(), "the server died"
            self._thread.join(0.01)
        self.port = self._uvicorn.servers[0].sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self._stand.hub.close)
        self._uvicorn.should_exit = True
        self._thread.join(10)
        assert not self._thread.is_alive(), "the server did not stop"

    def run(self, call: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call something on the server's event loop, where the hub lives."""
        return anyio.from_thread.run_sync(lambda: call(*args, **kwargs), token=self._token)


def main() -> None:
    """Show the made-up day."""
    from tests.web.story import Day  # noqa: PLC0415  the story needs this module

    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    pace_s = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0
    stand = Stand(config=WebConfig(port=port))
    day = Day(stand)
    with Server(stand, port=port) as server:
        print(server.url)  # noqa: T201  the person at the terminal wants it
        for _ in range(140):
            server.run(day.bar)
        while True:
            server.run(day.bar)
            time.sleep(pace_s)


if __name__ == "__main__":
    main()
