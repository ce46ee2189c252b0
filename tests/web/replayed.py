"""A daemon that has replayed a market, and the API on what it left behind: the journal and the published view."""

from collections.abc import Awaitable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path
from typing import Any

import anyio
import numpy as np
import pytest
from starlette.applications import Starlette

from actors.adapters.ledger.reader import LedgerReader
from actors.adapters.sim.market import SimMarket
from actors.adapters.sim.params import SimParams
from actors.daemon import Daemon, DaemonOptions
from actors.feeder import Pace
from actors.intake import PacedIntake
from actors.ledger import LedgerKeeper
from actors.market import Source
from actors.replay import ReplaySource
from actors.sources import Files, replayed
from actors.system import RunOptions, crew_params, manifest
from core.durations import DAY_MS
from core.market.bars import Bars
from core.messages import DerivativesPublished
from settings import load
from tests.actors.made import OWNER
from web.app import build
from web.config import WebConfig
from web.ports import Board
from web.stream import Hub

LUNA_MS = 1_651_968_000_000
"""Sunday 2022-05-08 00:00 UTC: the week in which Luna fell."""
BARS = 1_200
SEED = 1
LOOK_AFTER = 31
"""Inputs from one look at the view to the next: it passes through a bar's three."""
SETTINGS = load(
    profile="default",
    overrides=["measure.warm_up_bars=60", 'guards.off=["confidence", "liquidity", "structure", "slope", "cost"]'],
    env_file=Path("absent.env"),
)
TESTED_AS = "testserver"


@dataclass
class Replayed:
    """What there is to ask after a run."""

    journal: LedgerReader
    board: Board
    views: list[dict[str, Any]]
    """The published view as it was now and then between two inputs."""

    def app(self) -> Starlette:
        """The application on it; its streams end at once, for nothing more will happen."""
        hub = Hub()
        hub.close()
        config = WebConfig(port=0, allowed_hosts=(TESTED_AS,))
        return build(journal=self.journal, board=self.board, hub=hub, config=config)


def luna(data: Path) -> Source:
    """Candles, macro values and headlines of that week."""
    files = Files(
        data / "candles" / "BTCUSDT_binance_spot_5m_2021-08_2024-06.parquet",
        first_ms=LUNA_MS,
        last_ms=LUNA_MS + BARS * 300_000,
        macro=(str(data / "macro"),),
        news=data / "news" / "bitcoin_headlines_labelled_2021-11_2023-06.csv.gz",
        derivatives=(
            f"{data / 'derivatives' / 'BTC-USDT_binance_2020-01-01_2024-01-01_funding_history.csv.gz'}@Etc/GMT-3",
            str(data / "derivatives" / "open_interest_daily.csv"),
        ),
    )
    return replayed(files, minutes=0).source


def simulated() -> Source:
    """As many bars of the built-in market, with its own macro values and headlines."""
    market = SimMarket(SimParams(), seed=SEED)
    before = market.history()
    days = list(islice(market.chunks(), -(-BARS * market.timeframe_ms // DAY_MS)))
    columns: list[Any] = [
        np.concatenate([getattr(day.bars, name) for day in days])[:BARS]
        for name in ("open_ms", "open", "high", "low", "close", "volume")
    ]
    return ReplaySource(
        Bars(market.symbol, market.timeframe_ms, *columns),
        [value for chunk in (before, *days) for value in chunk.macro],
        [headline for chunk in (before, *days) for headline in chunk.news],
        derivatives=[DerivativesPublished(int(columns[0][0]), market.symbol, funding_rate=0.0001)],
    )


def chosen(data: Path | None) -> Source:
    """Real data where there is some, the built-in market elsewhere."""
    return simulated() if data is None else luna(data)


@contextmanager
def replay(source: Source, folder: Path) -> Iterator[Replayed]:
    """Run a daemon to the market's end."""
    url = f"sqlite:///{folder / 'journal.sqlite'}"
    options = DaemonOptions(
        folder,
        url,
        OWNER,
        manifest(SETTINGS, source, RunOptions("replay", "default", 1)),
        about={"venue": "replay", "mode": "paper", "profile": "default"},
    )
    views: list[dict[str, Any]] = []

    async def run() -> Board:
        daemon = Daemon(lambda: PacedIntake(source, Pace(None)), crew_params(SETTINGS, has_derivatives=True), options)
        boards.append(daemon._board)
        await daemon.run()
        return daemon._board

    boards: list[Board] = []
    inputs, between = count(1), LedgerKeeper.between

    def looked(keeper: LedgerKeeper) -> Awaitable[None] | None:
        if next(inputs) % LOOK_AFTER == 1:
            views.extend(board.view() for board in boards)
        return between(keeper)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(LedgerKeeper, "between", looked)
        board = anyio.run(run)
    with closing(LedgerReader.open(url, owner=OWNER)) as journal:
        yield Replayed(journal, board, views)
