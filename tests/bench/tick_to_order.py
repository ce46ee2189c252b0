"""From a candle's bytes on the socket to its order's bytes at the venue, by the daemon as it runs, part by part.

The venue is another process (tests/bench/tick_market.py) on the loopback, on the same monotonic clock; the daemon has
its page up and a reader at the page's stream. Both ends are stamped by the venue: before it sends the candle, and when
the order's last byte is there. What lies between is stamped where one part hands over to the next.
"""

import json
import logging
import subprocess
import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter_ns
from typing import Any, Final

import anyio
import structlog
from anyio.to_thread import run_sync
from pydantic import SecretStr

from actors.adapters.bybit.client import Client
from actors.adapters.bybit.commands import Commands
from actors.adapters.bybit.intake import BybitIntake
from actors.adapters.bybit.market_feed import MarketFeed
from actors.adapters.bybit.opened import Bybit, opened
from actors.adapters.ledger.manifest import Manifest
from actors.adapters.ledger.writer import Ledger
from actors.crew import CrewParams
from actors.daemon import Daemon, DaemonOptions
from actors.kernel.kernel import Kernel
from actors.system import crew_params
from core.book.params import BookParams
from core.messages import BarClosed
from settings import Settings, load
from tests.bench.figure import Figure
from tests.bench.tick_market import SPEED, SYMBOL

SAMPLES: Final = 200
_ROOT: Final = Path(__file__).parents[2]
_MANIFEST: Final = Manifest(fingerprint={}, settings={}, versions={}, seed=0)
_LIVELY: Final = (
    "measure.timeframe_minutes=1",
    "measure.donchian_bars=2",
    "measure.warm_up_bars=100",
    "web.port=0",
    "bybit.writes_per_s=100",
    f"bybit.clock_speed={SPEED}",
)
PARTS: Final = {
    "heard": "socket to parser",
    "admitted": "parse, admission",
    "rested": "cascade",
    "writing": "wait for the writer",
    "written": "commit",
    "released": "release",
    "carried": "task and thread hop",
    "sending": "body",
    "arrived": "request",
}
"""Each part by the stamp that ends it, in order."""

Stamps = dict[str, list[int]]


def tick(repeat: int) -> list[Figure]:
    """The quantiles of the whole, and the median of each part; every repeat is a daemon of its own."""
    runs = [measured(SAMPLES) for _ in range(repeat)]
    wholes = [sorted((last - first) / 1e6 for first, *_, last in run) for run in runs]
    note = f"{min(map(len, runs))} samples each"
    figures = [
        Figure(f"tick to order: p{share}", tuple(_quantile(each, share) for each in wholes), "ms", goal=goal, note=note)
        for share, goal in ((50, 5.0), (95, None), (99, 20.0))
    ]
    spent = [[[(after - before) / 1e6 for before, after in pairwise(each)] for each in run] for run in runs]
    for place, name in enumerate(PARTS.values()):
        values = tuple(median(each[place] for each in run) for run in spent)
        figures.append(Figure(f"tick to order: {name}, p50", values, "ms"))
    return figures


def measured(samples: int) -> list[list[int]]:
    """One daemon's life: for each sample its stamps in order, from the candle's leaving to the order's arrival, ns."""
    command = [sys.executable, "-m", "tests.bench.tick_market", str(samples)]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with (
        TemporaryDirectory() as folder,
        subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as venue,
        stamping() as stamps,
    ):
        try:
            pairs = anyio.run(_run, venue, Path(folder), backend_options={"use_uvloop": True})
        finally:
            venue.kill()
            structlog.reset_defaults()
    return [found for first, last in pairs if (found := between(stamps, first, last))]


def between(stamps: Stamps, first: int, last: int) -> list[int]:
    """A sample's stamps in order, both ends included; empty where one is missing.

    They are sought from the order backwards, because what came before the deciding candle's own may still be written
    when it arrives: the latest stamp before the next part's is the one that let it begin.
    """
    found = [last]
    for name in reversed([name for name in PARTS if name != "arrived"]):
        place = bisect_right(stamps[name], found[-1]) - 1
        if place < 0 or stamps[name][place] < first:
            return []
        found.append(stamps[name][place])
    return [first, *reversed(found)]


@contextmanager
def stamping() -> Iterator[Stamps]:
    """Note the moments at which the parts of the daemon hand over to each other."""
    stamps: Stamps = {name: [] for name in PARTS if name != "arrived"}

    def is_placing(_: object, rows: Sequence[Any]) -> bool:
        return any(row.kind == "command" and row.event == "place" for row in rows)

    def is_close(_: object, message: object, *__: object) -> bool:
        return type(message) is BarClosed

    with ExitStack() as stack:
        for owner, method, before, after, counts in (
            (MarketFeed, "_hear", "heard", None, None),
            (Kernel, "open", "admitted", None, is_close),
            (Kernel, "close", None, "rested", None),
            (Ledger, "commit", "writing", "written", None),
            (BybitIntake, "carry_out", "released", None, is_placing),
            (Commands, "carry_out", "carried", None, None),
            (Client, "send", "sending", None, None),
        ):
            stack.enter_context(_stamped(owner, method, stamps, before=before, after=after, counts=counts))
        yield stamps


@contextmanager
def _stamped(
    owner: Any,
    method: str,
    stamps: Stamps,
    *,
    before: str | None,
    after: str | None,
    counts: Callable[..., bool] | None,
) -> Iterator[None]:
    """Note when a method is entered or left, for as long as the block lasts."""
    plain = getattr(owner, method)

    def noted(*arguments: Any, **named: Any) -> Any:
        if before is not None and (counts is None or counts(*arguments)):
            stamps[before].append(perf_counter_ns())
        found = plain(*arguments, **named)
        if after is not None:
            stamps[after].append(perf_counter_ns())
        return found

    setattr(owner, method, noted)
    try:
        yield
    finally:
        setattr(owner, method, plain)


async def _run(venue: "subprocess.Popen[str]", folder: Path) -> list[list[int]]:
    """Trade at the venue until it has seen enough; the pairs of moments it noted."""
    assert venue.stdin is not None
    assert venue.stdout is not None
    rest, streams = json.loads(await run_sync(venue.stdout.readline))
    settings = load(
        profile="bare-trend",
        overrides=[*_LIVELY, f"bybit.rest_url=http://127.0.0.1:{rest}", f"bybit.ws_url=ws://127.0.0.1:{streams}"],
        env_file=Path("absent.env"),
    )
    secret = SecretStr("bench")
    found = await run_sync(lambda: opened(settings.bybit, symbol=SYMBOL, minutes=1, key=secret, secret=secret))
    stdin = venue.stdin

    def ready(address: str) -> None:
        stdin.write(f"{address.rpartition(':')[2]}\n")
        stdin.flush()

    options = DaemonOptions(
        state_dir=folder,
        database_url=f"sqlite:///{folder / 'journal.sqlite'}",
        owner="bench",
        manifest=_MANIFEST,
        about={"venue": "bybit", "mode": "live"},
        web=settings.web,
        on_ready=ready,
    )
    params = _crew(settings, found)
    daemon = Daemon(lambda: _intake(found, settings, folder), params, options)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(daemon.run)
        told = await run_sync(venue.stdout.readline)
        await daemon._engine.stop("bench")
    pairs: list[list[int]] = json.loads(told)
    return pairs


def _intake(found: Bybit, settings: Settings, folder: Path) -> BybitIntake:
    return found.intake(lambda _: iter(()), feeds=settings.feeds, folder=folder, is_real=True, book=_book(settings))


def _crew(settings: Settings, found: Bybit) -> CrewParams:
    params = crew_params(settings)
    evaluation = replace(params.evaluation, instrument=found.contract.instrument)
    return replace(params, evaluation=evaluation, live=settings.live.scaled(SPEED), book=_book(settings))


def _book(settings: Settings) -> BookParams:
    return settings.book.scaled(SPEED)


def _quantile(ordered: Sequence[float], share: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)]
