"""Bybit's spellings and our words: whatever speaks to Bybit imports them from here, and nothing else knows them.

From its dictionaries, of an answer's list and of a stream's `data` alike, to our reports; what cannot be believed
raises FeedMalformed with the field's name. And from the fields of our commands to what Bybit wants to read.
"""

from actors.adapters.bybit.executions import execution_reported
from actors.adapters.bybit.fields import Item, rows
from actors.adapters.bybit.orders import Body, amend_body, cancel_body, order_reported, place_body
from actors.adapters.bybit.positions import COIN, position_reported, set_stop_body, wallet_reported
from actors.adapters.bybit.prices import Candle, Contract, candle, contract, instrument, interval, venue_time

__all__ = [
    "COIN",
    "Body",
    "Candle",
    "Contract",
    "Item",
    "amend_body",
    "cancel_body",
    "candle",
    "contract",
    "execution_reported",
    "instrument",
    "interval",
    "order_reported",
    "place_body",
    "position_reported",
    "rows",
    "set_stop_body",
    "venue_time",
    "wallet_reported",
]
