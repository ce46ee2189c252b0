"""What others do to a position: liquidate it, deleverage it, close it by hand."""

from decimal import Decimal

from actors.adapters.sandbox.exchange.amount import ZERO, stepped
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.matching import cancel, fill
from actors.adapters.sandbox.exchange.order import Order
from actors.adapters.sandbox.exchange.position import Position

_MADE_BY = {"BustTrade": "CreateByLiq", "AdlTrade": "CreateByAdl_PassThrough", "Trade": "CreateByUser"}


def liquidate(floor: Floor) -> None:
    """Take over positions, the one that binds most first, until the rest can be maintained."""
    account = floor.account
    while account.held and account.equity(floor.mark) <= account.maintenance(floor.mark):
        for order in floor.orders.open():
            cancel(floor, order, "CancelAllBeforeLiq")
        position = max(account.held, key=lambda held: account.maintenance_margin(held, floor.mark))
        bust = account.price_where(position, floor.mark, maintained=False)
        take_over(floor, position, bust or floor.mark(position.symbol))


def take_over(floor: Floor, position: Position, price: Decimal) -> None:
    """Liquidate a position at a price, and tell everyone."""
    side, size = position.side, abs(position.size)
    position.status = "Liq"
    floor.tell("position", position.symbol, floor.position_row(position))
    close(floor, position, size, price, kind="BustTrade")
    position.status = "Normal"
    _announce(floor, position.symbol, side, size, price)


def close(floor: Floor, position: Position, quantity: Decimal, price: Decimal, *, kind: str) -> None:
    """Close a part of a position at a price, by an order without a client id.

    Args:
        floor: Where.
        position: Which; not flat.
        quantity: Base coin; at most its size.
        price: At which; it is brought to a tick.
        kind: `BustTrade`, `AdlTrade`, or `Trade` for one made by hand.
    """
    listing = floor.markets[position.symbol].listing
    at = listing.price(max(1, listing.ticks(float(price))))
    order = Order(
        order_id=floor.new_id(),
        symbol=position.symbol,
        side="Sell" if position.sign > 0 else "Buy",
        kind="Market",
        qty=min(quantity, abs(position.size)),
        price=at,
        created=floor.now,
        time_in_force="IOC",
        position_idx=position.idx,
        reduce_only=True,
        create_type=_MADE_BY[kind],
        last_on_created=floor.markets[position.symbol].last,
    )
    floor.orders.add(order)
    fill(floor, order, at, order.qty, is_maker=False, kind=kind)


def _announce(floor: Floor, symbol: str, side: str, size: Decimal, price: Decimal) -> None:
    listing = floor.markets[symbol].listing
    row = {
        "T": floor.now,
        "s": symbol,
        "S": side,
        "v": stepped(size, listing.lot),
        "p": stepped(max(price, ZERO), listing.tick),
    }
    floor.tell("allLiquidation", symbol, row)
