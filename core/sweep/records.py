"""What the compiled loops read and write, as records: one per parameter set, regime rule, candidate, account, trade."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from core.trading.modes import TREND_BREAKOUT, VWAP_REVERSION

Records = npt.NDArray[Any]
"""An array of one of the records below, shape (n,)."""
Record = Any
"""One of them, passed by reference; numpy has no type for its fields."""

MODES: Final = ("", TREND_BREAKOUT, VWAP_REVERSION)
"""A mode's code is its place in here."""
TREND: Final = 1
FADE: Final = 2

EXITS: Final = ("", "EXIT_STOP", "EXIT_TRAILING_STOP", "EXIT_TARGET", "EXIT_TIME", "EXIT_REGIME")
"""An exit's code is its place in here; 0: still open at the end."""

NORMAL: Final = 0
REDUCED: Final = 1
HALTED_FOR_DAY: Final = 2
HALTED_FOR_WEEK: Final = 3

RULE: Final = np.dtype(
    [
        ("multiplier", "f8"),
        ("trail", "f8"),
        ("time_stop", "i8"),
        ("mode", "i1"),
        ("long", "i1"),
        ("short", "i1"),
        ("chop", "i1"),
    ],
    align=True,
)
"""A regime's permission: size multiplier, share of the full trail, bars to the time stop (0: none), mode and sides."""

BAR: Final = np.dtype(
    [
        *((name, "f8") for name in ("open", "high", "low", "close")),
        *((name, "i4") for name in ("day_open", "day_close", "told_day", "next_day", "next_note")),
        *((name, "u1") for name in ("note", "rule", "chop")),
    ],
    align=True,
)
"""A bar as an account meets it: prices, the UTC days of its open and of its close counted from the epoch, the day whose
end its close may be counted from the first bar's, the next bar with a note of `CALENDAR` and the next with any, its own
note of `CALENDAR` and `FUNDING`, and which rule holds at its close."""

CALENDAR: Final = 1
"""A day begins at the bar or ends with it."""
FUNDING: Final = 2
"""Funding is due at the bar's open."""

LOOK: Final = np.dtype(
    [
        *((name, "f8") for name in ("vwap", "sigma", "true_range", "swing_high", "swing_low", "target_above")),
        *((name, "f8") for name in ("target_below", "slope", "agreement")),
        *((name, "i4") for name in ("since_gap", "since_incomplete")),
        *((name, "i1") for name in ("break_side", "supports")),
    ],
    align=True,
)
"""What else the guards look at on a bar: see `core.measure.reading.Reading`; `supports` is the capital flow's answer,
`agreement` what it and the regime add to the confidence."""

CANDIDATE: Final = np.dtype(
    [
        *((name, "f8") for name in ("stop_distance", "scale", "target", "second", "price", "units")),
        *((name, "i4") for name in ("bar", "side")),
    ],
    align=True,
)
"""An entry that only the account may still refuse; `price` is the signal's close, targets are NaN where there are
none."""

EVENTS: Final = (
    *("position_init", "position_request_stop", "position_fill", "position_confirm_stop", "position_take_partial"),
    *("position_trail", "position_close", "position_abandon", "position_release"),
    *("order_init", "order_accept", "order_fill", "order_request_cancel", "order_cancel"),
    *("risk_reduce", "risk_recover", "risk_halt_day", "risk_halt_week", "risk_new_day", "risk_new_week"),
)
"""How often each transition was taken, as `chart_event`."""

ACCOUNT: Final = np.dtype(
    [
        *((name, "f8") for name in ("balance", "unrealized", "fees", "funding", "peak", "trough", "max_drawdown_pct")),
        *((name, "f8") for name in ("gross_profit", "gross_loss", "sum_r", "day_equity", "week_equity", "alert")),
        *((name, "i8") for name in ("trades", "fills", "closed", "wins", "state", "day", "week", "told_days")),
        *((name, "i8") for name in EVENTS),
    ],
    align=True,
)
"""One set's account after (and during) its run, as `core.risk.account.Account`. `trough` is the lowest mark since the
peak; `alert` is the equity at or below which a limit could be reached, so that other marks need no division."""

TOLD: Final = (
    *("set", "mode", "side", "signal_bar", "entry_bar", "partial_bar", "exit_bar", "exit", "bars"),
    *("entry_price", "partial_price", "exit_price", "quantity", "partial_quantity"),
    *("stop_distance", "realized", "fees", "funding", "profit", "r_multiple"),
)
"""The fields of a trade that are for readers; bars are indices, -1 where it never happened."""

TRADE: Final = np.dtype(
    [
        *((name, "i4") for name in ("set", "signal_bar", "entry_bar", "partial_bar", "exit_bar", "bars", "live_bars")),
        *((name, "i4") for name in ("time_stop", "mode", "side", "stage", "exit", "leaving", "rests", "rests_all")),
        *((name, "f8") for name in ("entry_price", "partial_price", "exit_price", "quantity", "partial_quantity")),
        *((name, "f8") for name in ("stop_distance", "realized", "fees", "funding", "profit", "r_multiple")),
        *((name, "f8") for name in ("units", "left", "stop", "limit", "limit_units", "second", "target", "fraction")),
        *((name, "f8") for name in ("trail", "best", "last")),
    ],
    align=True,
)
"""A trade, and while it lasts what `core.trading.holding.Holding` and the paper book know of it. `units` are lots, or
coins where the instrument has no lot, and `left` is what they are in coins; `leaving` is why a market exit waits, 0
where none does; `trail` is 0 where nothing trails."""
