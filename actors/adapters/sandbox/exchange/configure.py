"""Leverage, position mode and margin mode.

Source:
    Bybit v5, position/leverage, position/position-mode, account/set-margin-mode.
"""

from actors.adapters.sandbox.exchange.account import HEDGE, ONE_WAY
from actors.adapters.sandbox.exchange.amount import ZERO
from actors.adapters.sandbox.exchange.fields import Body, amount, bad, choice, is_linear, market_of, some_markets
from actors.adapters.sandbox.exchange.fields import text_of as text
from actors.adapters.sandbox.exchange.floor import Floor
from actors.adapters.sandbox.exchange.refusal import Code, Refused


def set_leverage(floor: Floor, body: Body) -> dict[str, object]:
    """Set a symbol's leverage, the same for both sides.

    Raises:
        Refused: If it is out of bounds, unchanged, or would bind more than there is.
    """
    market = market_of(floor, body)
    buy, sell = amount(body, "buyLeverage"), amount(body, "sellLeverage")
    legs = floor.account.legs(market.listing.symbol)
    if buy < 1 or sell < 1 or buy != sell:
        raise bad("buy leverage and sell leverage must be equal and at least 1")
    if buy > floor.params.max_leverage:
        raise Refused(
            Code.LEVERAGE_TOO_HIGH, f"cannot set leverage [{buy}] gt maxLeverage [{floor.params.max_leverage}]"
        )
    if all(position.leverage == buy for position in legs):
        raise Refused(Code.LEVERAGE_NOT_MODIFIED, "leverage not modified")
    before = [position.leverage for position in legs]
    for position in legs:
        position.leverage = buy
    account, orders = floor.account, floor.orders.open()
    if account.positions_margin(floor.mark) + account.orders_margin(orders) > max(account.equity(floor.mark), ZERO):
        for position, leverage in zip(legs, before, strict=True):
            position.leverage = leverage
        raise Refused(Code.UNAFFORDABLE, "ab not enough for the leverage")
    for position in legs:
        floor.touched(position)
    return {}


def switch_mode(floor: Floor, body: Body) -> dict[str, object]:
    """One-way (0) or hedge (3), for a symbol or all of a coin.

    Raises:
        Refused: If it is unchanged, or positions or orders are in the way.
    """
    is_linear(body)
    if not text(body, "symbol") and not text(body, "coin"):
        raise bad("params error: symbol or coin is required")
    mode = int(choice(body, "mode", (str(ONE_WAY), str(HEDGE))))
    symbols = [market.listing.symbol for market in some_markets(floor, body)]
    account = floor.account
    if all(account.mode.get(symbol, ONE_WAY) == mode for symbol in symbols):
        raise Refused(Code.MODE_NOT_MODIFIED, "Position mode is not modified")
    if any(position.symbol in symbols for position in account.held):
        raise Refused(Code.MODE_WITH_POSITION, "You have an existing position, so position mode cannot be switched")
    if any(floor.orders.open(symbol) for symbol in symbols):
        raise Refused(Code.MODE_WITH_ORDERS, "You have existing open orders, so position mode cannot be switched")
    account.mode.update(dict.fromkeys(symbols, mode))
    return {}


def set_margin_mode(floor: Floor, body: Body) -> dict[str, object]:
    """Accept regular (cross) margin, the only mode there is.

    Raises:
        Refused: For any other.
    """
    del floor
    modes = ("REGULAR_MARGIN", "ISOLATED_MARGIN", "PORTFOLIO_MARGIN")
    if choice(body, "setMarginMode", modes) != "REGULAR_MARGIN":
        reason = {"reasonCode": "3400000", "reasonMsg": "The sandbox has regular margin only"}
        raise Refused(Code.MARGIN_MODE, "Set margin mode failed", {"reasons": [reason]})
    return {"reasons": []}
