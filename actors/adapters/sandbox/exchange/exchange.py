"""The exchange: time goes by, requests come in, events come out. It knows no clock, socket or randomness."""

from dataclasses import dataclass, field
from typing import Any

from actors.adapters.sandbox.exchange import force, funding, matching, triggers
from actors.adapters.sandbox.exchange.endpoints import ENDPOINTS
from actors.adapters.sandbox.exchange.event import Event
from actors.adapters.sandbox.exchange.fields import Body
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.market import Market
from actors.adapters.sandbox.exchange.params import ExchangeParams
from actors.adapters.sandbox.exchange.refusal import Code, Refused
from actors.adapters.sandbox.wire.market import next_funding, streamed_trade


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request is answered with."""

    code: int = Code.OK
    text: str = "OK"
    result: dict[str, Any] = field(default_factory=dict)


class Exchange:
    """One account on some markets.

    The same commands at the same times give the same answers and the same events, to the last digit and id.

    Args:
        markets: By symbol.
        params: Money, fees and margin.
        now: When it opens, UTC ms of market time.
    """

    def __init__(self, markets: dict[str, Market], params: ExchangeParams, now: int) -> None:
        self.floor = Floor(markets, params, now)
        self._funding_due = next_funding(now, params)
        for symbol in markets:
            funding.recall(self.floor, symbol)

    def advance(self, now: int) -> list[Event]:
        """Let time pass up to `now`: prices move, orders fill and trigger, funding is paid, bars close."""
        while True:
            symbol, due = self._next()
            if due > now:
                break
            self.floor.now = max(self.floor.now, due)
            if due == self._funding_due:
                self._funding_due = next_funding(due, self.floor.params)
                for name in self.floor.markets:
                    funding.settle(self.floor, name)
            else:
                self._step(symbol)
            self.floor.conclude()
        self.floor.now = max(self.floor.now, now)
        return self.floor.drain()

    def handle(self, path: str, body: Body, now: int) -> tuple[Answer, list[Event]]:
        """Carry out a request at a time.

        Args:
            path: As in the URL.
            body: The query or the JSON body.
            now: Market time, UTC ms; earlier events happen first.
        """
        events = self.advance(now)
        try:
            answer = Answer(result=dict(ENDPOINTS[path].act(self.floor, body)))
        except Refused as refused:
            answer = Answer(refused.code, refused.text, refused.result)
        return answer, [*events, *self.floor.drain()]

    def _next(self) -> tuple[str, int]:
        dues = [(market.due, symbol) for symbol, market in self.floor.markets.items()]
        due, symbol = min(dues)
        return (symbol, due) if due < self._funding_due else ("", self._funding_due)

    def _step(self, symbol: str) -> None:
        floor = self.floor
        market = floor.markets[symbol]
        seen = market.seq
        tick = market.step(low_first=self._hurting_extreme(symbol))
        if tick is None:
            floor.tell("closed", symbol, {})
            return
        if market.seq > seen:
            floor.tell("publicTrade", symbol, streamed_trade(market.tape[-1], market.listing))
        matching.meet(floor, symbol, tick)
        triggers.check(floor, symbol)
        force.liquidate(floor)

    def _hurting_extreme(self, symbol: str) -> bool | None:
        """Whether a bar's low hurts more than its high: it does a long position."""
        net = sum(position.size for position in self.floor.account.legs(symbol))
        return None if not net else net > 0
