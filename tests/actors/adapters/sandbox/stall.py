"""A small exchange whose market tests draw themselves, and a client that speaks to it without a network."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from actors.adapters.sandbox.exchange.event import Event, Row
from actors.adapters.sandbox.exchange.exchange import Answer, Exchange
from actors.adapters.sandbox.exchange.listing import listing
from actors.adapters.sandbox.exchange.market import Market
from actors.adapters.sandbox.exchange.params import ExchangeParams
from core.durations import MINUTE_MS
from core.market.aggregate import Bar
from core.market.bars import Bars

OPENS = 1_709_640_000_000  # Tuesday 2024-03-05 12:00 UTC
START = 60_000.0
Four = tuple[float, float, float, float]


def flat(bars: int = 60, price: float = START, opens: int = OPENS, minutes: int = 1) -> Bars:
    """Bars that end when the market opens, all at one price."""
    step = minutes * MINUTE_MS
    same = np.full(bars, price)
    times = opens - np.arange(bars, 0, -1, dtype=np.int64) * step
    return Bars("BTCUSDT", step, times, same, same, same, same, np.full(bars, 60.0))


@dataclass(slots=True)
class Stall:
    """An exchange with one market, and everything it has told."""

    exchange: Exchange
    told: list[Event] = field(default_factory=list)

    @property
    def market(self) -> Market:
        return self.exchange.floor.markets["BTCUSDT"]

    @property
    def now(self) -> int:
        return self.exchange.floor.now

    def ask(self, path: str, **body: Any) -> Answer:
        answer, events = self.exchange.handle(path, {"category": "linear", "symbol": "BTCUSDT", **body}, self.now)
        self.told += events
        return answer

    def do(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.ask(path, **body)
        assert answer.code == 0, answer
        return answer.result

    def order(self, side: str, qty: str, **body: Any) -> str:
        kind = "Limit" if "price" in body else "Market"
        result = self.do("/v5/order/create", side=side, qty=qty, orderType=kind, **body)
        return str(result["orderId"])

    def pass_minutes(self, minutes: float) -> list[Event]:
        events = self.exchange.advance(self.now + int(minutes * MINUTE_MS))
        self.told += events
        return events

    def position(self) -> Row:
        found: Row = self.do("/v5/position/list")["list"][0]
        return found

    def wallet(self) -> Decimal:
        found = self.do("/v5/account/wallet-balance", accountType="UNIFIED")["list"][0]
        return Decimal(found["totalWalletBalance"])

    def state(self, order_id: str) -> Row:
        found = self.do("/v5/order/realtime", orderId=order_id)["list"]
        assert len(found) == 1
        row: Row = found[0]
        return row

    def executions(self) -> list[Row]:
        found: list[Row] = self.do("/v5/execution/list", limit="100")["list"]
        return found


def stall(drawn: Sequence[Four] = ((START, START, START, START),), *, volume: float = 60.0, **params: Any) -> Stall:
    """An exchange whose market plays one-minute bars: (open, high, low, close) each."""
    chosen = ExchangeParams(**params)
    rows = (Bar(OPENS + i * MINUTE_MS, *four, volume) for i, four in enumerate(drawn))
    market = Market(listing("BTCUSDT", START), flat(), rows, chosen)
    return Stall(Exchange({"BTCUSDT": market}, chosen, OPENS))
