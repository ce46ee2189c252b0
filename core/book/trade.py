"""A public trade, and who started it."""

from math import isnan

from core.message import message


@message
class Trade:
    """One match on the venue."""

    symbol: str
    ts: int
    """UTC ms, by the matching engine."""
    price: float
    size: float
    """Base coin."""
    side: int
    """Of the one who took: +1 bought, -1 sold, 0 where the venue does not say."""


def aggressor(price: float, *, mid: float, last_price: float, last_side: int) -> int:
    """Who started a trade, where the venue does not say: +1 a buyer, -1 a seller, 0 unknown.

    Above mid a buyer, below it a seller; at mid, or without a book (NaN), by the last change of price.

    Source:
        Lee and Ready (1991), Inferring trade direction from intraday data.
    """
    if not isnan(mid) and price != mid:
        return 1 if price > mid else -1
    if isnan(last_price) or price == last_price:
        return last_side
    return 1 if price > last_price else -1
