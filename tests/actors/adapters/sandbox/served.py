"""A sandbox on a port of the system's choice, on a clock that tests drive, and Bybit's own client for it."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pybit._websocket_trading as trading
import pybit.unified_trading as unified
import pytest
from anyio.from_thread import start_blocking_portal

from actors.adapters.sandbox.exchange.exchange import Exchange
from actors.adapters.sandbox.exchange.listing import listing
from actors.adapters.sandbox.exchange.market import Market
from actors.adapters.sandbox.exchange.params import ExchangeParams
from actors.adapters.sandbox.faults.faults import Faults
from actors.adapters.sandbox.faults.plan import Plan
from actors.adapters.sandbox.server.clock import MarketClock
from actors.adapters.sandbox.server.credentials import Credentials
from actors.adapters.sandbox.server.sandbox import Sandbox
from actors.adapters.sandbox.server.serve import serve
from actors.server import bound
from core.durations import MINUTE_MS
from core.market.aggregate import Bar
from tests.actors.adapters.sandbox.stall import OPENS, START, Four, flat

STILL = (START, START, START, START)
FAST = {"ping_interval": 20, "ping_timeout": 10, "private_auth_expire": 10, "restart_on_error": False, "retries": 3}


class DrivenClock(MarketClock):
    """Market time stands until a test moves it; request times are not checked."""

    def __init__(self) -> None:
        super().__init__(OPENS, 1.0)
        self.now = OPENS

    def now_ms(self) -> int:
        return self.now


@dataclass(slots=True)
class Stand:
    """A served sandbox."""

    sandbox: Sandbox
    clock: DrivenClock
    address: str
    clients: list[Any] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def pass_minutes(self, minutes: float) -> None:
        """Let market time pass; the sandbox notices within a beat, or with the next request."""
        self.clock.now += int(minutes * MINUTE_MS)

    def client(self, **options: Any) -> Any:
        """Bybit's HTTP client, pointed here."""
        http = unified.HTTP(api_key="sandbox", api_secret="sandbox", timeout=5, **options)  # noqa: S106  published
        http.endpoint = self.url
        self.clients.append(http)
        return http


def sandbox_of(drawn: Sequence[Four], clock: MarketClock, plan: Plan) -> Sandbox:
    params = ExchangeParams()
    rows = (Bar(OPENS + i * MINUTE_MS, *four, 60.0) for i, four in enumerate(drawn))
    market = Market(listing("BTCUSDT", START), flat(), rows, params)
    exchange = Exchange({"BTCUSDT": market}, params, OPENS)
    return Sandbox(exchange, clock, Credentials("sandbox", "sandbox"), Faults(plan))


@contextmanager
def served(drawn: Sequence[Four] = (STILL,) * 5, plan: Plan | None = None) -> Iterator[Stand]:
    """A sandbox that plays these bars, in a thread of its own."""
    clock = DrivenClock()
    sandbox = sandbox_of(drawn, clock, plan or Plan())
    with bound("127.0.0.1", 0) as listening, start_blocking_portal() as portal:
        address = f"127.0.0.1:{listening.getsockname()[1]}"
        task = portal.start_task_soon(serve, sandbox, listening)
        stand = Stand(sandbox, clock, address)
        try:
            yield stand
        finally:
            for http in stand.clients:
                http.client.close()
            task.cancel()


@contextmanager
def sockets(stand: Stand, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Any]]:
    """Bybit's websocket clients, pointed here; all are closed at the end."""
    monkeypatch.setattr(unified, "PUBLIC_WSS", f"ws://{stand.address}/v5/public/{{CHANNEL_TYPE}}")
    monkeypatch.setattr(unified, "PRIVATE_WSS", f"ws://{stand.address}/v5/private")
    monkeypatch.setattr(trading, "TRADE_WSS", f"ws://{stand.address}/v5/trade")
    opened = []

    def connect(kind: str) -> Any:
        keys = {"api_key": "sandbox", "api_secret": "sandbox", "testnet": False}
        if kind == "trade":
            made = unified.WebSocketTrading(**keys, **FAST)
        else:
            made = unified.WebSocket(channel_type=kind, **keys, **FAST)
        opened.append(made)
        return made

    yield connect
    for socket in opened:
        socket.exit()


def until(condition: Callable[[], Any], *, seconds: float = 5.0) -> Any:
    """Wait for something that another thread brings about."""
    for _ in range(int(seconds / 0.01)):
        if found := condition():
            return found
        time.sleep(0.01)
    raise AssertionError("it did not happen")
