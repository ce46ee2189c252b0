"""Funding: at each interval the longs pay the shorts, or the other way round."""

from typing import Final

from actors.adapters.sandbox.exchange.amount import ZERO
from actors.adapters.sandbox.exchange.execution import Execution
from actors.adapters.sandbox.exchange.floor import Floor, Funding
from actors.adapters.sandbox.exchange.order import Order
from actors.adapters.sandbox.exchange.position import Position
from actors.adapters.sandbox.wire.market import next_funding
from core.durations import MINUTE_MS

_REMEMBERED: Final = 200
"""As many as one page of history holds."""


def recall(floor: Floor, symbol: str) -> None:
    """The rates before the market opened, for whoever asks for history."""
    step = floor.params.funding_minutes * MINUTE_MS
    last = next_funding(floor.now, floor.params) - step
    past = range(last - (_REMEMBERED - 1) * step, last + 1, step)
    floor.fundings += [Funding(symbol, floor.params.funding_rate, ts) for ts in past]


def settle(floor: Floor, symbol: str) -> None:
    """Funding is due for a symbol."""
    floor.fundings.append(Funding(symbol, floor.params.funding_rate, floor.now))
    for position in floor.account.legs(symbol):
        if position.size:
            _pay(floor, position)


def _pay(floor: Floor, position: Position) -> None:
    mark, rate = floor.mark(position.symbol), floor.params.funding_rate
    paid = position.size * mark * rate
    position.book(-paid)
    floor.account.pay(-paid, floor.now)
    floor.seq += 1
    position.seq = floor.seq
    size = abs(position.size)
    floor.executed(
        Execution(
            exec_id=floor.new_id(),
            order=Order(
                order_id=floor.new_id(),
                symbol=position.symbol,
                side=position.side,
                kind="UNKNOWN",
                qty=ZERO,
                price=ZERO,
                created=floor.now,
                create_type="",
                status="Filled",
            ),
            kind="Funding",
            side=position.side,
            price=mark,
            quantity=size,
            fee=paid,
            rate=rate,
            is_maker=False,
            mark=mark,
            ts=floor.now,
            seq=floor.seq,
        )
    )
    floor.touched(position)
