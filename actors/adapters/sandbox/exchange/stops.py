"""Setting a position's stops.

Source:
    Bybit v5, position/trading-stop: `0` removes; in `Full` mode the position has one of each kind, `Partial` only adds.
"""

from decimal import Decimal
from typing import Final

from actors.adapters.sandbox.exchange import protection
from actors.adapters.sandbox.exchange.bracket import bracket_of, check_bracket
from actors.adapters.sandbox.exchange.fields import Body, amount, bad, choice, market_of, number, text_of, whole
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.market import Market
from actors.adapters.sandbox.exchange.order import PARTIAL_STOPS, Bracket
from actors.adapters.sandbox.exchange.position import Position
from actors.adapters.sandbox.exchange.protection import Stop
from actors.adapters.sandbox.exchange.refusal import Code, Refused
from actors.adapters.sandbox.exchange.triggers import price_of

_MOST_PARTIAL: Final = 20


def set_stops(floor: Floor, body: Body) -> dict[str, object]:
    """Set, move or remove take profit, stop loss and trailing stop.

    Raises:
        Refused: If there is no position, a price is on the wrong side, or nothing would change.
    """
    market = market_of(floor, body)
    position = _position(floor, body, market)
    if not position.size:
        raise bad("can not set tp/sl/ts for zero position")
    bracket = bracket_of(body)
    check_bracket(bracket, position.side, _base(market, bracket), market.listing)
    if bracket.mode == "Partial":
        _add_partial(floor, position, bracket, body)
    else:
        changes = [
            _set(floor, position, Stop("TakeProfit", bracket.take_profit, bracket.take_profit_by, Decimal(0)), body),
            _set(floor, position, Stop("StopLoss", bracket.stop_loss, bracket.stop_loss_by, Decimal(0)), body),
            _set_trailing(floor, position, body, market),
        ]
        if not any(changes):
            raise Refused(Code.NOT_MODIFIED, "not modified")
    return {}


def _position(floor: Floor, body: Body, market: Market) -> Position:
    leg = whole(body, "positionIdx", 0)
    legs = floor.account.legs(market.listing.symbol)
    found = next((position for position in legs if position.idx == leg), None)
    if found is None:
        raise bad("position idx not match position mode")
    return found


def _base(market: Market, bracket: Bracket) -> Decimal:
    return price_of(market, bracket.stop_loss_by if bracket.stop_loss else bracket.take_profit_by)


def _set(floor: Floor, position: Position, stop: Stop, body: Body) -> bool:
    name = "takeProfit" if stop.kind == "TakeProfit" else "stopLoss"
    if number(body, name) is None:
        return False
    old = floor.stops(position).get(stop.kind)
    if (old.trigger_price if old else 0) == stop.trigger and (old is None or old.trigger_by == stop.by):
        return False
    if old is not None and stop.trigger:
        old.trigger_price, old.trigger_by = stop.trigger, stop.by
        floor.changed(old)
        floor.touched(position)
    elif old is not None:
        protection.remove(floor, old, "CancelByUser")
    else:
        protection.place(floor, position, Stop(stop.kind, stop.trigger, stop.by, abs(position.size)))
    return True


def _set_trailing(floor: Floor, position: Position, body: Body, market: Market) -> bool:
    distance = number(body, "trailingStop")
    if distance is None:
        return False
    activation = amount(body, "activePrice")
    old = floor.stops(position).get("TrailingStop")
    if (old.trail if old else 0) == distance and (old is None or not activation):
        return False
    if distance and (distance % market.listing.tick or distance >= market.last):
        raise bad("params error: TrailingProfit invalid")
    if activation and (activation <= market.last if position.sign > 0 else activation >= market.last):
        raise bad("params error: activePrice invalid, the price is already beyond it")
    if old is not None:
        protection.remove(floor, old, "CancelByUser")
    if distance:
        by = choice(body, "slTriggerBy", ("LastPrice", "MarkPrice", "IndexPrice"), "LastPrice")
        trigger = Decimal(0) if activation else market.last - position.sign * distance
        stop = Stop("TrailingStop", trigger, by, abs(position.size), trail=distance, activation=activation)
        protection.place(floor, position, stop)
    return True


def _add_partial(floor: Floor, position: Position, bracket: Bracket, body: Body) -> None:
    quantity = amount(body, "tpSize") or amount(body, "slSize")
    if bracket.is_empty or not quantity:
        raise Refused(Code.NOT_MODIFIED, "not modified")
    if text_of(body, "tpSize") and text_of(body, "slSize") and amount(body, "tpSize") != amount(body, "slSize"):
        raise bad("params error: tpSize and slSize must be equal")
    present = [order for order in floor.orders.open(position.symbol) if order.stop_kind in PARTIAL_STOPS]
    if len(present) >= _MOST_PARTIAL:
        raise Refused(Code.TOO_MANY_PARTIAL_STOPS, "Not allowed to have more than 20 TP/SLs under Partial tpSlMode")
    protection.set_partial(floor, position, bracket, min(quantity, abs(position.size)))
