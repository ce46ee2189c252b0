"""A market made for tests, a crew that trades it, and what a run of it leaves behind."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest.mock import patch

import anyio
import numpy as np

from actors.adapters.ledger.manifest import Manifest
from actors.adapters.ledger.reader import LedgerReader
from actors.crew import Crew, CrewParams
from actors.daemon import Daemon, DaemonOptions
from actors.feeder import Pace
from actors.intake import PacedIntake
from actors.kernel.transcript import Transcript
from actors.lab.backtest import backtest
from actors.market import Source
from actors.replay import ReplaySource
from actors.sources import Files, replayed
from actors.system import RunOptions, crew_params, manifest
from core.market.bars import Bars
from core.message import Json
from core.messages import MacroPublished, NewsPublished
from core.records import JournalRow
from settings import load

START_MS = 1_640_995_200_000
BAR_MS = 300_000
_OFF = [
    *("gap", "complete", "connection", "flow", "liquidity", "structure", "slope"),
    *("spread", "volatility", "cost"),
]
SETTINGS = load(
    profile="bare-trend",
    overrides=["measure.warm_up_bars=60", f"guards.off={json.dumps([*_OFF, 'reward', 'confidence'])}"],
    env_file=Path("absent.env"),
)
PARAMS: CrewParams = crew_params(SETTINGS)
OWNER = "owner"


def bars_of(count: int, *, seed: int = 7, without: tuple[int, ...] = ()) -> Bars:
    """A market that trends one way and then the other, some bars left out."""
    rng = np.random.default_rng(seed)
    drift = np.repeat(rng.choice([-1.0, 0.0, 1.0], size=count // 60 + 1), 60)[:count] * 8e-4
    close = 40_000 * np.exp(np.cumsum(drift + rng.normal(0, 1e-3, count)))
    opened = np.concatenate(([40_000.0], close[:-1]))
    high = np.maximum(opened, close) * (1 + rng.uniform(0, 5e-4, count))
    low = np.minimum(opened, close) * (1 - rng.uniform(0, 5e-4, count))
    times = START_MS + np.arange(count, dtype=np.int64) * BAR_MS
    keep = np.setdiff1d(np.arange(count), without)
    volume = rng.uniform(1, 50, count)
    return Bars("BTCUSDT", BAR_MS, times[keep], opened[keep], high[keep], low[keep], close[keep], volume=volume[keep])


LIVELY = (
    "cost.taker_fee_pct=0.01",
    "cost.maker_fee_pct=0",
    "cost.trend_max_r=1",
    "reversion.k_atr=2",
    "reversion.secondary_target=opposite_band",
    "reversion.target_fraction=0.5",
    "regime.risk_off_policy=reduced",
    "trend.slope_filter=true",
    "guards.structure_required=true",
)
"""Settings under which everything happens: both modes, second targets, short-only regimes, filters."""


def market(count: int = 1_200, **how: Any) -> ReplaySource:
    """Bars with a dollar index and a headline now and then."""
    days = range(count * BAR_MS // 86_400_000 + 2)
    macro = [MacroPublished(START_MS + day * 86_400_000, "dxy", "1d", 110.0 - 0.3 * day) for day in days]
    news = [NewsPublished(START_MS + n * 7_000_000 + 1, "wire", f"Bitcoin exchange hacked, part {n}") for n in range(9)]
    return ReplaySource(bars_of(count, **how), macro, news)


def swung(count: int, **how: Any) -> ReplaySource:
    """Bars with a dollar that rises and falls by the week, and dominance that runs against it: regimes come and go."""
    chunk, days = market(count, **how).whole(), range(count * BAR_MS // 86_400_000 + 2)
    macro = [
        MacroPublished(START_MS + day * 86_400_000 + at, feed, "1d", value)
        for day in days
        for at, feed, value in (
            (0, "dxy", 100.0 + abs(day % 14 - 7)),
            (3_600_000, "btc_dominance", 50.0 - abs(day % 10 - 5)),
        )
    ]
    return ReplaySource(chunk.bars, macro, chunk.news)


def real_market(shared_data: Path, bars: int = 2_500) -> Source:
    """The May 2021 crash with its macro values."""
    candles = shared_data / "candles" / "BTCUSDT_binance_spot_5m_2021-05_crash.csv"
    last_ms = 1_619_827_200_000 + bars * BAR_MS
    return replayed(Files(candles, last_ms=last_ms, macro=(str(shared_data / "macro"),)), minutes=0).source


def manifest_of(source: Source) -> Manifest:
    return manifest(SETTINGS, source, RunOptions("replay", "bare-trend", 1))


@dataclass
class House:
    """A state directory and the daemons that lived in it."""

    folder: Path
    source: Source
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"sqlite:///{self.folder / 'journal.sqlite'}"

    def daemon(self, **options: Any) -> Daemon:
        given = {"about": {"venue": "replay"}, **self.options, **options}
        pace = Pace(given.pop("speed", None), given.pop("limit_bars", None))
        told = DaemonOptions(self.folder, self.url, OWNER, manifest_of(self.source), **given)
        return Daemon(lambda: PacedIntake(self.source, pace), PARAMS, told)

    def reader(self) -> LedgerReader:
        return LedgerReader.open(self.url, owner=OWNER)

    def rows(self, **wanted: Any) -> list[JournalRow]:
        reader = self.reader()
        try:
            return list(_pages(reader, wanted))
        finally:
            reader.close()

    def verified(self) -> int:
        """Rows of a journal whose chain holds."""
        reader = self.reader()
        try:
            found = reader.verify()
            assert found.broken_at is None, found.why
            return found.records
        finally:
            reader.close()


def _pages(reader: LedgerReader, wanted: dict[str, Any]) -> Iterator[JournalRow]:
    after = 0
    while page := reader.rows(after=after, limit=5_000, **wanted):
        yield from page
        after = page[-1].seq


async def until(holds: Callable[[], object], what: str = "it", *, within_s: float = 30.0) -> None:
    """Return once a condition holds; a failure that names it where it never does."""
    with anyio.move_on_after(within_s):
        while not holds():  # noqa: ASYNC110  what is waited for has no event of its own
            await anyio.sleep(0.002)  # a poll that leaves the loop to what it waits for
        return
    raise AssertionError(f"{what} did not happen within {within_s:g} s")


def state_of(view: dict[str, Json]) -> str:
    """The session's state in a view."""
    session = view["session"]
    assert isinstance(session, dict)
    return str(session["state"])


def crewed(
    source: ReplaySource, params: CrewParams, *, bar_by_bar: bool, scribe: Transcript | None = None
) -> tuple[Crew, dict[str, Any]]:
    """A backtest's crew as the run left it, and what the run came to, without what depends on the machine."""
    crews: list[Crew] = []

    def kept(*given: Any) -> Crew:
        crews.append(Crew(*given))
        return crews[-1]

    with patch("actors.lab.backtest.Crew", kept):
        told = backtest(source, params, bar_by_bar=bar_by_bar, scribe=scribe)
    return crews[0], {name: value for name, value in told.items() if name not in ("elapsed_s", "bars_per_s")}
