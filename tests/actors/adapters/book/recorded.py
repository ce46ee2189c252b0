"""The recorded order-book streams of real venues, read line by line; also what a benchmark of the book feeds on."""

import gzip
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from actors.adapters.book import binance, bybit
from core.book.trade import Trade
from core.book.update import BookUpdate

PERPETUAL = "binance_ws_raw_perp_btcusdt_20240808.gz"
SPOT = "binance_ws_raw_spot_btcusdt_20240808.gz"
BYBIT = "bybit_xrpusdt_ob500_20241201.data.zip"


class Ticker(NamedTuple):
    """The venue's own word on its best levels as of an update id."""

    update_id: int
    bid: float
    bid_size: float
    ask: float
    ask_size: float


def binance_messages(path: Path) -> Iterator[BookUpdate | Trade | Ticker]:
    """Everything a Binance recording holds: `<local ns> <JSON>` lines, the REST snapshot among them."""
    with gzip.open(path, "rt") as lines:
        for line in lines:
            received_ns, _, text = line.partition(" ")
            yield _translated(json.loads(text), int(received_ns) // 1_000_000)


def _translated(said: dict[str, Any], received_ms: int) -> BookUpdate | Trade | Ticker:
    if "stream" not in said:
        return binance.depth_snapshot(said, "BTCUSDT", received_ms=received_ms)
    data, stream = said["data"], said["stream"].partition("@")[2]
    if stream == "trade":
        return binance.trade(data)
    if stream == "bookTicker":
        return Ticker(data["u"], float(data["b"]), float(data["B"]), float(data["a"]), float(data["A"]))
    return binance.depth_update(data)


def bybit_updates(path: Path) -> Iterator[BookUpdate]:
    """Every order-book message of Bybit's zipped dump."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            for line in archive.read(name).splitlines():
                yield bybit.book_update(json.loads(line))
