"""The sandbox: the exchange on a clock, its sockets, its faults. What the server's routes talk to."""

from typing import Any, Final

import anyio

from actors.adapters.sandbox.exchange.endpoints import ENDPOINTS
from actors.adapters.sandbox.exchange.exchange import Answer, Exchange
from actors.adapters.sandbox.exchange.fields import Body
from actors.adapters.sandbox.faults.faults import Faults
from actors.adapters.sandbox.faults.requests import Delivery, RequestFaults
from actors.adapters.sandbox.faults.streams import StreamFaults
from actors.adapters.sandbox.faults.world import WorldFaults
from actors.adapters.sandbox.server.clock import MarketClock, wall_ms
from actors.adapters.sandbox.server.credentials import Credentials
from actors.adapters.sandbox.server.hub import Hub
from actors.adapters.sandbox.server.limits import Limits

BEAT_S: Final = 0.05
"""How often time passes and the books are published."""
_SECOND: Final = round(1 / BEAT_S)


class Sandbox:
    """A running exchange for one account.

    Args:
        exchange: The exchange.
        clock: Its time.
        credentials: Whose account it is.
        faults: What goes wrong.
    """

    def __init__(self, exchange: Exchange, clock: MarketClock, credentials: Credentials, faults: Faults) -> None:
        self.exchange = exchange
        self.clock = clock
        self.credentials = credentials
        self.limits = Limits()
        self.faults = faults
        self.request_faults = RequestFaults(faults)
        self.stream_faults = StreamFaults(faults)
        self.hub = Hub(exchange.floor, self.stream_faults)
        self._world_faults = WorldFaults(faults, exchange.floor.now)
        self._began_ms = wall_ms()
        self._connections = 0

    @property
    def checked_ms(self) -> int | None:
        """The time requests are held against; None where market time is not real time: then they are not."""
        return wall_ms() if self.clock.is_real else None

    def new_conn_id(self) -> str:
        """What the next socket is called."""
        self._connections += 1
        return f"sandbox-{self._connections:06d}"

    async def run(self) -> None:
        """Let time pass until canceled."""
        beats = 0
        while True:
            self.pass_time()
            self.hub.publish_market()
            beats += 1
            if beats % _SECOND == 0:
                self.hub.afflict()
            await anyio.sleep(BEAT_S)

    def pass_time(self) -> None:
        """Bring the exchange to the present and tell what happened."""
        self.faults.elapsed_s = (wall_ms() - self._began_ms) / 1_000
        self.hub.publish(self.exchange.advance(self.clock.now_ms()))
        restarts = self._world_faults.pass_time(self.exchange.floor)
        self.hub.publish(self.exchange.floor.drain())
        if restarts:
            self.hub.restart()

    def request(self, path: str, body: Body, question: str = "", *, by_socket: bool = False) -> Delivery:
        """Carry out a request that has been admitted.

        Args:
            path: As in the URL.
            body: Query or JSON body.
            question: What tells two reads apart, for answers that lag.
            by_socket: It came over the trade socket.
        """
        self.pass_time()
        endpoint = ENDPOINTS[path]
        if not endpoint.changes:
            answer = self._handled(path, body)
            lags = endpoint.is_private
            return Delivery(self.request_faults.lagging(path, question, answer) if lags else answer)
        struck = self.request_faults.instead(path, body)
        if struck is not None:
            return struck
        floor = self.exchange.floor
        self.request_faults.before(floor, path, body)
        answer = self._handled(path, body)
        self.request_faults.after(floor, path, answer)
        self.hub.publish(floor.drain())
        return self.request_faults.back(path, answer, by_socket=by_socket)

    def told(self) -> dict[str, Any]:
        """How it stands, for whoever tests with it."""
        floor = self.exchange.floor
        return {
            "time_ms": floor.now,
            "speed": self.clock.speed,
            "prices": {symbol: str(market.last) for symbol, market in floor.markets.items()},
            "ended": all(market.is_over for market in floor.markets.values()),
            "connections": len(self.hub.connections),
            "orders": len(floor.orders.open()),
            "executions": len(floor.executions),
            "faults": self.faults.told(),
        }

    def _handled(self, path: str, body: Body) -> Answer:
        answer, events = self.exchange.handle(path, body, self.clock.now_ms())
        self.hub.publish(events)
        return answer
