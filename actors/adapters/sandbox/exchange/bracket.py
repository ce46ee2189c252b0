"""Take profit and stop loss as a request gives them, and whether they lie on the right side.

Source:
    Bybit v5, order/create-order and position/trading-stop.
"""

from decimal import Decimal

from actors.adapters.sandbox.exchange.fields import Body, amount, bad, choice
from actors.adapters.sandbox.exchange.listing import Listing
from actors.adapters.sandbox.exchange.order import Bracket

_BY = ("LastPrice", "MarkPrice", "IndexPrice")


def bracket_of(body: Body) -> Bracket:
    """What a request says about take profit and stop loss."""
    mode = choice(body, "tpslMode", ("Full", "Partial"), "Full")
    take_limit, loss_limit = amount(body, "tpLimitPrice"), amount(body, "slLimitPrice")
    kinds = (
        choice(body, "tpOrderType", ("Market", "Limit"), "Market"),
        choice(body, "slOrderType", ("Market", "Limit"), "Market"),
    )
    if mode == "Full" and ("Limit" in kinds or take_limit or loss_limit):
        raise bad("params error: tpOrderType and slOrderType are Market where tpslMode is Full")
    return Bracket(
        take_profit=amount(body, "takeProfit"),
        stop_loss=amount(body, "stopLoss"),
        take_profit_by=choice(body, "tpTriggerBy", _BY, "LastPrice"),
        stop_loss_by=choice(body, "slTriggerBy", _BY, "LastPrice"),
        mode=mode,
        take_profit_limit=take_limit if kinds[0] == "Limit" else Decimal(0),
        stop_loss_limit=loss_limit if kinds[1] == "Limit" else Decimal(0),
    )


def check_bracket(bracket: Bracket, side: str, base: Decimal, listing: Listing) -> None:
    """A profit lies on the winning side of the base price, a loss on the losing one.

    Args:
        bracket: What is asked for.
        side: Of the order or position it protects.
        base: The order's price or the market's.
        listing: Whose ticks.

    Raises:
        Refused: As Bybit does, with the code of any bad parameter.
    """
    is_long = side == "Buy"
    for name, price, above in (
        ("TakeProfit", bracket.take_profit, is_long),
        ("StopLoss", bracket.stop_loss, not is_long),
    ):
        if not price:
            continue
        if not listing.is_on_tick(price):
            raise bad(f"params error: {name} invalid")
        if price <= base if above else price >= base:
            word = "higher" if above else "lower"
            raise bad(f"{name}:{price} set for {side} position should {word} than base_price:{base}??LastPrice")
