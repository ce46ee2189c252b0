"""A position from its plan to its end: the position keeper's and the order keeper's steps on the paper venue, compiled.

Whatever the keepers record as a transition is counted here beside what causes it.
"""

from core.sweep.account import book, charge, close_trade, mark
from core.sweep.machine import part
from core.sweep.prices import crossed, first_level, limit_met_at, stop_is_hit, stopped_at
from core.sweep.records import TREND, Record
from core.sweep.steps import away, coins, is_dust, units_of

PENDING, OPEN, PARTIAL, TRAILING, FLAT = 0, 1, 2, 3, 4
STOPPED, TRAILED, _TARGET, _TIME, _REGIME = 1, 2, 3, 4, 5


@part
def plan(given: Record, account: Record, trade: Record, candidate: Record, rule: Record) -> None:
    """Write a position that is only meant yet, and its entry order."""
    is_trend = rule.mode == TREND
    trade.mode, trade.side, trade.signal_bar = rule.mode, candidate.side, candidate.bar
    trade.entry_bar, trade.partial_bar, trade.exit_bar = -1, -1, -1
    trade.stage, trade.exit, trade.leaving, trade.bars = PENDING, 0, 0, 0
    trade.stop_distance, trade.target, trade.second = candidate.stop_distance, candidate.target, candidate.second
    trade.realized, trade.fees, trade.funding, trade.profit, trade.r_multiple = 0.0, 0.0, 0.0, 0.0, 0.0
    trade.partial_price, trade.exit_price, trade.partial_quantity = 0.0, 0.0, 0.0
    trade.rests, trade.rests_all = 0, 0
    trade.fraction = given.trend_partial_fraction if is_trend else given.reversion_target_fraction
    trade.trail = given.trend_trail_atr * rule.trail if is_trend else 0.0
    trade.live_bars = 0 if is_trend else given.reversion_entry_live_bars
    own = given.trend_time_stop_bars if is_trend else given.reversion_time_stop_bars
    trade.time_stop = own if own > 0 else rule.time_stop
    trade.set, trade.units, trade.quantity = given.set, candidate.units, coins(given, candidate.units)
    trade.left, trade.limit = trade.quantity, away(given, candidate.price, candidate.side)
    account.position_init += 1
    account.position_request_stop += 1
    _accepted(account)


@part
def fund(given: Record, account: Record, trade: Record, price: float) -> None:
    """Pay, or receive, the funding that is due at a bar's open."""
    amount = trade.side * trade.left * price * given.funding_rate
    trade.funding += amount
    charge(given, account, amount, _unrealized(trade))


@part
def fill_at_open(given: Record, account: Record, trade: Record, t: int, price: float) -> None:
    """Fill the market order that waits: a breakout's entry, or an exit."""
    if trade.leaving:
        account.order_fill += 1
        _close(given, account, trade, t, crossed(given, -trade.side, price), given.taker_fee, trade.leaving)
    elif trade.stage == PENDING and trade.mode == TREND:
        _enter(given, account, trade, t, crossed(given, trade.side, price), given.taker_fee)


@part
def is_reached(trade: Record, high: float, low: float) -> bool:
    """Whether a bar's range reaches the stop or a limit; an entry's limit must be traded through."""
    if trade.side > 0:
        if trade.stage == PENDING:
            return bool(low < trade.limit)
        return bool(low <= trade.stop or (trade.rests and high >= trade.limit))
    if trade.stage == PENDING:
        return bool(high > trade.limit)
    return bool(high >= trade.stop or (trade.rests and low <= trade.limit))


@part
def fill_within(given: Record, account: Record, trade: Record, t: int, prices: tuple[float, float, float]) -> None:
    """Fill what a bar's open, high and low reach: the stop before a limit."""
    open_, high, low = prices
    if trade.stage == PENDING:
        price = trade.limit
        _enter(given, account, trade, t, price, given.maker_fee)
        if stop_is_hit(trade.side, high, low, trade.stop):
            account.order_accept -= 1  # stopped by the very bar that filled it: its target is refused, not accepted
            _stop_out(given, account, trade, t, price)
    elif stop_is_hit(trade.side, high, low, trade.stop):
        _stop_out(given, account, trade, t, open_)
    else:
        _take(given, account, trade, t, limit_met_at(trade.side, open_, trade.limit))


@part
def close_bar(given: Record, account: Record, trade: Record, close: float, atr: float, is_chop: bool) -> None:  # noqa: FBT001
    """What a closed bar means to a position: an entry's age, the mark, the trail, the time stop, the regime's exit."""
    trade.bars += 1
    if trade.stage == PENDING:
        if 0 < trade.live_bars <= trade.bars:
            _cancel(account)
            account.position_abandon += 1
            account.position_release += 1
            trade.stage = FLAT
        return
    trade.last = close
    trade.best = max(trade.best, close) if trade.side > 0 else min(trade.best, close)
    mark(given, account, _unrealized(trade))
    if trade.trail > 0.0 and trade.stage != OPEN:
        _trail(given, account, trade, atr)
    if trade.stage == OPEN and 0 < trade.time_stop <= trade.bars:
        _leave(account, trade, _TIME)
    elif trade.stage == PARTIAL and trade.second == trade.second and not is_chop:
        _leave(account, trade, _REGIME)


@part
def _enter(given: Record, account: Record, trade: Record, t: int, price: float, fee_rate: float) -> None:
    fee = fee_rate * trade.quantity * price
    trade.entry_bar, trade.entry_price, trade.best, trade.last = t, price, price, price
    trade.stop = price - trade.side * trade.stop_distance
    trade.stage, trade.bars = OPEN, 0
    trade.fees += fee
    account.order_fill += 1
    account.position_fill += 1
    account.position_confirm_stop += 1
    account.trades += 1
    book(given, account, 0.0, fee, 0.0)
    if trade.fraction > 0.0:
        _rest_first_target(given, account, trade)


@part
def _rest_first_target(given: Record, account: Record, trade: Record) -> None:
    """A part rests at the first target, or all where a part or the rest would be dust: `actors.orders`."""
    level = trade.target
    if trade.mode == TREND:
        level = first_level(given, trade.side, trade.entry_price, trade.stop_distance)
    trade.limit = away(given, level, -trade.side)
    part_units = units_of(given, trade.quantity * trade.fraction)
    is_all = is_whole(given, trade.units, part_units, trade.limit)
    _rest(account, trade, trade.units if is_all else part_units, is_all)


@part
def is_whole(given: Record, units: float, part_units: float, price: float) -> bool:
    """Whether all must rest at the first target, because a part or what it leaves could not be an order."""
    rest = units - part_units
    return bool(rest == 0.0 or is_dust(given, part_units, price) or is_dust(given, rest, price))


@part
def _rest(account: Record, trade: Record, units: float, is_all: bool) -> None:  # noqa: FBT001
    trade.limit_units, trade.rests, trade.rests_all = units, 1, int(is_all)
    _accepted(account)


@part
def _take(given: Record, account: Record, trade: Record, t: int, price: float) -> None:
    """A limit was reached: the target closes, a partial leaves the rest to the trail or the second target."""
    account.order_fill += 1
    trade.rests = 0
    if trade.rests_all:
        _close(given, account, trade, t, price, given.maker_fee, _TARGET)
        return
    taken = coins(given, trade.limit_units)
    realized, fee = trade.side * taken * (price - trade.entry_price), given.maker_fee * taken * price
    trade.units -= trade.limit_units
    trade.left = coins(given, trade.units)
    trade.partial_bar, trade.partial_price, trade.partial_quantity, trade.last = t, price, taken, price
    trade.realized += realized
    trade.fees += fee
    trade.stage = PARTIAL
    account.position_take_partial += 1
    book(given, account, realized, fee, _unrealized(trade))
    if trade.second == trade.second:
        trade.limit = away(given, trade.second, -trade.side)
        _rest(account, trade, trade.units, True)


@part
def _stop_out(given: Record, account: Record, trade: Record, t: int, open_: float) -> None:
    if trade.rests:
        account.order_cancel += 1
        trade.rests = 0
    price = stopped_at(given, trade.side, open_, trade.stop)
    _close(given, account, trade, t, price, given.taker_fee, TRAILED if trade.stage == TRAILING else STOPPED)


@part
def _close(given: Record, account: Record, trade: Record, t: int, price: float, fee_rate: float, reason: int) -> None:
    realized, fee = trade.side * trade.left * (price - trade.entry_price), fee_rate * trade.left * price
    trade.realized += realized
    trade.fees += fee
    trade.exit_bar, trade.exit_price, trade.exit, trade.stage, trade.leaving = t, price, reason, FLAT, 0
    trade.profit = trade.realized - trade.fees - trade.funding
    risk_amount = trade.quantity * trade.stop_distance
    trade.r_multiple = trade.profit / risk_amount if risk_amount else 0.0
    book(given, account, realized, fee, 0.0)
    close_trade(account, trade.profit, trade.r_multiple)


@part
def _trail(given: Record, account: Record, trade: Record, atr: float) -> None:
    if trade.stage == PARTIAL:
        trade.stage = TRAILING
        account.position_trail += 1
    trade.stop = raised(given, trade.side, trade.best - trade.side * (trade.trail * atr), trade.stop)


@part
def raised(given: Record, side: int, level: float, stop: float) -> float:
    """The stop at the level's tick where that is nearer to the price, else where it is."""
    if (level - stop) * side > 0.0:
        price = away(given, level, side)
        if (price - stop) * side > 0.0:
            return price
    return stop


@part
def _leave(account: Record, trade: Record, reason: int) -> None:
    """Take what rests back; the exit at the market follows within the same cascade."""
    if trade.rests:
        _cancel(account)
        trade.rests = 0
    trade.leaving = reason
    _accepted(account)


@part
def _accepted(account: Record) -> None:
    account.order_init += 1
    account.order_accept += 1


@part
def _cancel(account: Record) -> None:
    account.order_request_cancel += 1
    account.order_cancel += 1


@part
def _unrealized(trade: Record) -> float:
    return float(trade.side * trade.left * (trade.last - trade.entry_price))
