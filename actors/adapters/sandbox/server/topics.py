"""Which topics there are, per socket, and what a subscription may ask for.

Source:
    Bybit v5, websocket/public/*, websocket/private/*: all-in-one and categorised topics cannot be mixed in one request.
"""

import re
from collections.abc import Collection
from typing import Final, NamedTuple

from actors.adapters.sandbox.exchange.interval import INTERVALS

DEPTHS: Final = (1, 50, 200)
PRIVATE: Final = ("order", "execution", "execution.fast", "position")
_PUBLIC: Final = re.compile(r"(orderbook|kline|publicTrade|tickers|allLiquidation)\.(?:(\w+)\.)?(\w+)")


class Topic(NamedTuple):
    """A public topic, taken apart."""

    kind: str
    detail: str
    """Depth or interval; empty where there is none."""
    symbol: str


def public_topic(text: str, symbols: Collection[str], intervals: Collection[str] = INTERVALS) -> Topic | None:
    """What a public topic means; None where there is no such."""
    match = _PUBLIC.fullmatch(text)
    if match is None or match[3] not in symbols:
        return None
    topic = Topic(match[1], match[2] or "", match[3])
    details = {"orderbook": tuple(map(str, DEPTHS)), "kline": tuple(intervals)}.get(topic.kind, ("",))
    return topic if topic.detail in details else None


def private_fault(topics: Collection[str]) -> str:
    """What is wrong with a private subscription; empty where nothing is."""
    plain = {"wallet", "greeks", "dcp", "dcp.future", *PRIVATE}
    categorised = {f"{topic}.linear" for topic in PRIVATE}
    for topic in topics:
        if topic not in plain and topic not in categorised:
            return f"Invalid topic: {topic}"
    if any(topic in categorised for topic in topics) and any(topic in PRIVATE for topic in topics):
        return "Params Error: all-in-one and categorised topics cannot be mixed in one request"
    return ""
