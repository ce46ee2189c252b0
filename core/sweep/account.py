"""The account of one parameter set, compiled: sizing, booking and loss limits of `core.risk` and the risk officer."""

from math import inf

from core.market.bars import Floats
from core.sweep.machine import inner, part
from core.sweep.records import HALTED_FOR_DAY, HALTED_FOR_WEEK, NORMAL, REDUCED, Record
from core.sweep.steps import is_dust, units_of

_MONDAY_DAYS = 4  # the epoch was a Thursday
_MARGIN = 1e-9
"""By how much of the equity a limit is watched before it is reached; rounding errs by far less."""


@part
def begin(given: Record, account: Record, day: int) -> None:
    """Open an account on a UTC day, counted from the epoch."""
    start = given.risk_start_balance
    account.balance = start
    account.peak = start
    account.trough = start
    account.day_equity = start
    account.week_equity = start
    account.day = day
    account.week = (day - _MONDAY_DAYS) // 7
    _set_alert(given, account)


@inner
def size(given: Record, account: Record, candidate: Record, price: float) -> float:
    """Units to trade, 0 where the account cannot: `core.risk.sizing.size`."""
    scale = candidate.scale * (given.risk_reduced_multiplier if account.state == REDUCED else 1.0)
    wanted = account.balance * given.risk_risk_pct / 100.0 * scale / candidate.stop_distance
    notional = account.balance * given.risk_max_notional_pct / 100.0
    if given.risk_max_notional > 0.0:
        notional = min(notional, given.risk_max_notional)
    units = units_of(given, min(wanted, notional / price))
    return 0.0 if is_dust(given, units, price) else units


@part
def book(given: Record, account: Record, realized: float, fee: float, unrealized: float) -> None:
    """Take a fill; `unrealized` is what stays open at the fill's price."""
    account.balance += realized - fee
    account.fees += fee
    account.fills += 1
    mark(given, account, unrealized)


@part
def charge(given: Record, account: Record, funding: float, unrealized: float) -> None:
    """Take a funding payment."""
    account.balance -= funding
    account.funding += funding
    mark(given, account, unrealized)


@part
def mark(given: Record, account: Record, unrealized: float) -> None:
    """Value the open position; looks closer only where a limit is in reach."""
    account.unrealized = unrealized
    equity = account.balance + unrealized
    value(account, equity)
    if equity <= account.alert:
        _watch(given, account, equity)


@part
def value(account: Record, equity: float) -> None:
    """Keep the peak, and the lowest mark since."""
    if equity > account.peak:
        draw_down(account)
        account.peak = equity
        account.trough = equity
    account.trough = min(account.trough, equity)


@part
def draw_down(account: Record) -> None:
    """Count the fall from the peak to the lowest mark since: the deepest of that stretch, so one division is enough."""
    fall_pct = 100.0 * (account.peak - account.trough) / account.peak
    account.max_drawdown_pct = max(account.max_drawdown_pct, fall_pct)


@part
def _watch(given: Record, account: Record, equity: float) -> None:
    """Move the risk chart where a limit is reached."""
    week_loss = 100.0 * (account.week_equity - equity) / account.week_equity
    day_loss = 100.0 * (account.day_equity - equity) / account.day_equity
    reduce_at = given.risk_reduce_at * given.risk_daily_loss_pct
    if account.state != HALTED_FOR_WEEK and week_loss >= given.risk_weekly_loss_pct:
        account.state = HALTED_FOR_WEEK
        account.risk_halt_week += 1
    elif account.state < HALTED_FOR_DAY and day_loss >= given.risk_daily_loss_pct:
        account.state = HALTED_FOR_DAY
        account.risk_halt_day += 1
    elif account.state == NORMAL and day_loss >= reduce_at:
        account.state = REDUCED
        account.risk_reduce += 1
    elif account.state == REDUCED and day_loss < reduce_at:
        account.state = NORMAL
        account.risk_recover += 1
    _set_alert(given, account)


@part
def _set_alert(given: Record, account: Record) -> None:
    """The equity at or below which `_watch` may have something to do."""
    limit_pct = min(given.risk_daily_loss_pct, given.risk_reduce_at * given.risk_daily_loss_pct)
    by_week = account.week_equity * (1.0 - given.risk_weekly_loss_pct / 100.0)
    by_day = account.day_equity * (1.0 - limit_pct / 100.0)
    account.alert = max(by_week, by_day) + _MARGIN * account.peak
    if account.state == REDUCED or min(account.day_equity, account.week_equity) <= 0.0:
        account.alert = inf  # any mark may end it


@part
def close_trade(account: Record, profit: float, r_multiple: float) -> None:
    """Count a trade that ended."""
    account.closed += 1
    account.wins += profit > 0.0
    account.gross_profit += max(profit, 0.0)
    account.gross_loss += max(-profit, 0.0)
    account.sum_r += r_multiple
    account.position_close += 1
    account.position_release += 1


@part
def roll(given: Record, account: Record, day: int) -> None:
    """Open every UTC day up to this one: a new day lifts its halt, and on Mondays a new week."""
    if account.day >= day:
        return
    equity = account.balance + account.unrealized
    account.day_equity = equity
    while account.day < day:
        account.day += 1
        week = (account.day - _MONDAY_DAYS) // 7
        if week != account.week:
            account.week = week
            account.week_equity = equity
            if account.state != NORMAL:
                account.risk_new_week += 1
                account.state = NORMAL
        elif account.state == REDUCED or account.state == HALTED_FOR_DAY:  # noqa: PLR1714  compiled: no tuple to search
            account.risk_new_day += 1
            account.state = NORMAL
    _set_alert(given, account)


@part
def tell_days(account: Record, marks: Floats, day: int) -> None:
    """Write the equity at the end of every day before this one, if days are told at all."""
    while account.told_days < min(day, len(marks)):
        marks[account.told_days] = account.balance + account.unrealized
        account.told_days += 1
