"""Every fault the sandbox can inject: where it strikes and what a client sees.

A rate is per opportunity: per request that changes something, per request that only asks, per message, and so on.
"""

from enum import StrEnum
from typing import Final, NamedTuple


class Chance(StrEnum):
    """What counts as one opportunity."""

    WRITE = "request that changes something"
    READ = "private request that only asks"
    MESSAGE = "message it concerns"
    SOCKET = "authentication or subscription"
    PUSH = "push of a socket, once a second"
    MINUTE = "market minute"


class Fault(NamedTuple):
    """One fault."""

    chance: Chance
    meaning: str


FAULTS: Final[dict[str, Fault]] = {
    "ack_lost": Fault(Chance.WRITE, "carried out, but the answer never comes; after 30 s an HTTP 504"),
    "ack_late": Fault(Chance.WRITE, "carried out, but the answer takes 3 s"),
    "ack_twice": Fault(Chance.WRITE, "the trade socket acknowledges twice"),
    "fill_first": Fault(Chance.WRITE, "the streams tell a quarter of a second before the answer does"),
    "bad_gateway": Fault(Chance.WRITE, "carried out, answered with HTTP 502"),
    "timeout_applied": Fault(Chance.WRITE, "carried out, answered with 10000"),
    "timeout_lost": Fault(Chance.WRITE, "not carried out, answered with 10000"),
    "server_error": Fault(Chance.WRITE, "not carried out, answered with 10016"),
    "clock_skew": Fault(Chance.WRITE, "refused with 10002 as if the clock had jumped"),
    "rate_burst": Fault(Chance.WRITE, "refused with 10006 until the second is over"),
    "ban": Fault(Chance.WRITE, "HTTP 403 to everything for 5 s"),
    "reduce_only": Fault(Chance.WRITE, "a reduce-only order is refused with 110017 although there is a position"),
    "not_modified": Fault(Chance.WRITE, "leverage or stops answer 110043 or 34040 although nothing was set"),
    "duplicate_link": Fault(Chance.WRITE, "the order is placed, the answer says 110072"),
    "cancel_race": Fault(Chance.WRITE, "the order fills just before its cancel arrives, which is answered with 110001"),
    "partial_canceled": Fault(Chance.WRITE, "half of a resting order fills, the rest is canceled"),
    "rest_lag": Fault(Chance.READ, "the answer is the one given to the same question before"),
    "filled_twice": Fault(Chance.MESSAGE, "a second Filled with EC_OrigClOrdIDDoesNotExist"),
    "position_stale": Fault(Chance.MESSAGE, "a position message arrives after the one that follows it"),
    "confirm_missing": Fault(Chance.MESSAGE, "a candle is never confirmed"),
    "confirm_twice": Fault(Chance.MESSAGE, "a candle is confirmed twice"),
    "confirm_corrected": Fault(Chance.MESSAGE, "a candle is confirmed a tick off, then corrected"),
    "book_snapshot": Fault(Chance.MESSAGE, "a snapshot in the middle of the deltas"),
    "book_restart": Fault(Chance.MESSAGE, "a snapshot numbered u=1, as after a restart of the service"),
    "auth_refused": Fault(Chance.SOCKET, "a correct authentication is refused"),
    "subscription_lost": Fault(Chance.SOCKET, "a subscription is acknowledged, and nothing comes"),
    "ws_silent": Fault(Chance.PUSH, "a socket stays open and says no more, but answers protocol pings"),
    "ws_half_open": Fault(Chance.PUSH, "as ws_silent, and what the client sends is ignored"),
    "ws_cut": Fault(Chance.PUSH, "a socket is closed"),
    "ws_stall": Fault(Chance.PUSH, "a socket pauses for 3 s, then everything comes at once"),
    "restart": Fault(Chance.MINUTE, "a restart: sockets closed, the real-time list forgets final orders, books at u=1"),
    "adl": Fault(Chance.MINUTE, "half of a position is deleveraged: AdlTrade without a client id"),
    "liquidation": Fault(Chance.MINUTE, "a position is liquidated: BustTrade without a client id"),
    "external_close": Fault(Chance.MINUTE, "someone closes a position by hand"),
    "stop_removed": Fault(Chance.MINUTE, "someone removes a position's stop loss"),
    "stop_unfilled": Fault(Chance.MINUTE, "for a minute stops trigger and fill nothing"),
    "funding": Fault(Chance.MINUTE, "an unscheduled funding; its execution carries the whole size"),
}
"""By name."""
