"""Bybit's positions and wallet, and what is said to move a position's stop.

Source:
    Bybit v5, position/position, position/trading-stop, websocket/private/position, account/wallet-balance.
"""

from typing import Final

from actors.adapters.bybit.fields import (
    SIDES,
    Item,
    amount,
    decimal,
    malformed,
    moment,
    needed,
    positive,
    rows,
    text,
    whole,
)
from actors.adapters.bybit.orders import Body, plain
from core.message import Facts
from core.trading.reports import PositionReported, WalletReported

COIN: Final = "USDT"
"""What linear contracts are settled in."""

_FLAT: Final = frozenset({"", "None"})


def position_reported(item: Item) -> PositionReported:
    """What is held in one symbol, in one-way mode.

    Raises:
        FeedMalformed: If a field cannot be believed, or the position is one leg of hedge mode.
    """
    if whole(item, "positionIdx"):
        raise malformed(item, "positionIdx", "0: switch the account's position mode to one-way")
    quantity = amount(item, "size")
    held = text(item, "side")
    if quantity and held not in SIDES:
        raise malformed(item, "side", f"Buy or Sell beside a size of {quantity}")
    if not quantity and held not in SIDES and held not in _FLAT:
        raise malformed(item, "side", "Buy, Sell or empty")
    return PositionReported(
        symbol=needed(item, "symbol"),
        side=SIDES[held] if quantity else 0,
        quantity=quantity,
        # A list says avgPrice, the stream entryPrice.
        entry_price=amount(item, "entryPrice" if text(item, "entryPrice") else "avgPrice"),
        stop=positive(item, "stopLoss"),
        mark_price=positive(item, "markPrice"),
        seq=whole(item, "seq"),
        ts=moment(item, "updatedTime"),
    )


def wallet_reported(item: Item, ts: int, coin: str = COIN) -> WalletReported | None:
    """The money in one coin; None where the account does not name it.

    Args:
        item: The unified account, of a list or a stream.
        ts: When it was told, UTC ms: it has no time of its own.
        coin: The settlement coin.

    Raises:
        FeedMalformed: If a field cannot be believed.
    """
    for found in rows(item, "coin"):
        if text(found, "coin") == coin:
            return WalletReported(coin, decimal(found, "equity"), decimal(found, "walletBalance"), ts)
    return None


def set_stop_body(fields: Facts, *, trigger_by: str = "LastPrice") -> Body:
    """What sets the position's stop; why `trigger_by` is the last price, `place_body` says.

    It is the position's own stop, not an order of ours: Bybit sizes it with the position and removes it at the end.
    """
    return {
        "category": "linear",
        "symbol": fields["symbol"],
        "positionIdx": 0,
        "tpslMode": "Full",
        "stopLoss": plain(fields, "stop"),
        "slTriggerBy": trigger_by,
    }
