"""A breakout from entry to exit in one go, where nothing but its own prices comes between; compiled.

Most positions begin and end within one day, far from the account's limits. They need no record while they last: first
their course over the bars is found, then all of it is booked, by the arithmetic and in the order of
`core.sweep.position` and `core.sweep.account`. Where anything else may happen nothing is done at all, and the position
is led from bar to bar.

What is held gains and loses with the price, and rounding keeps that order; so the furthest closes tell whether any mark
comes to a limit or a new peak.
"""

from math import inf
from typing import NamedTuple

from core.market.bars import Floats
from core.sweep.account import close_trade, value
from core.sweep.machine import inner, part
from core.sweep.position import STOPPED, TRAILED, is_whole, raised
from core.sweep.prices import crossed, first_level, limit_met_at, stop_is_hit, stopped_at
from core.sweep.records import TREND, Record, Records
from core.sweep.steps import away, coins, units_of


class Track(NamedTuple):
    """What a position runs over."""

    bars: Records
    atr: Floats
    """The set's own."""
    last: int
    """The first bar at which anything else may happen."""


class Entry(NamedTuple):
    """An entry as it is filled, and where it may end."""

    side: int
    bar: int
    price: float
    quantity: float
    stop: float
    limit: float
    """Of the first target; beyond all prices where there is none."""
    part: float
    """Units that rest there."""


class Course(NamedTuple):
    """The bars that a position ends at, and the prices that its marks and its exit follow from."""

    partial: int
    """-1: none, so what is told of the time after it is that of all the time."""
    end: int
    stop: float
    best: float
    worst: float
    best_after: float
    """Not below the best after the partial."""
    worst_after: float


class Fill(NamedTuple):
    """A fill that ends a position or a part of it."""

    price: float
    quantity: float
    gain: float
    fee: float


class Held(NamedTuple):
    """What is held from one fill to the next."""

    balance: float
    """The account's meanwhile."""
    coins: float
    """Below 0 for a short."""
    entry: float


@inner
def lead_quickly(track: Track, given: Record, account: Record, candidate: Record, rule: Record, told: Records) -> int:
    """Lead a breakout to its end; the bar it ended at, or 0 where nothing was done.

    Args:
        track: The market.
        given: The parameter set.
        account: Its account, which holds nothing.
        candidate: What to enter.
        rule: The regime's at the signal.
        told: The trade is written to its place here, unless it is empty.
    """
    first, trail = int(candidate.bar) + 1, given.trend_trail_atr * rule.trail
    if first < 0 or first >= track.last:  # never below 0, as the compiler is told here
        return 0
    if rule.mode != TREND or account.alert == inf or trail <= 0.0:
        return 0
    entry = _enter(given, candidate, first, track.bars[first].open)
    if given.trend_partial_fraction > 0.0 and is_whole(given, candidate.units, entry.part, entry.limit):
        return 0
    course = _follow(track, given, entry, trail, _leaves_at(given, rule, first, track.last))
    if course.end >= track.last:
        return 0
    return _settle(track.bars, given, account, candidate, entry, course, told)


@part
def _leaves_at(given: Record, rule: Record, first: int, last: int) -> int:
    """The first bar at whose close a time stop would end a position without a partial, or the last of the track."""
    time_stop = given.trend_time_stop_bars if given.trend_time_stop_bars > 0 else rule.time_stop
    return int(min(last, first + time_stop - 1) if time_stop > 0 else last)


@part
def _enter(given: Record, candidate: Record, first: int, open_: float) -> Entry:
    side, quantity = int(candidate.side), coins(given, candidate.units)
    price = crossed(given, side, open_)
    stop = price - side * candidate.stop_distance
    limit, resting = side * inf, 0.0
    if given.trend_partial_fraction > 0.0:
        limit = away(given, first_level(given, side, price, candidate.stop_distance), -side)
        resting = units_of(given, quantity * given.trend_partial_fraction)
    return Entry(side, first, price, quantity, stop, limit, resting)


@part
def _follow(track: Track, given: Record, entry: Entry, trail: float, until: int) -> Course:
    """Where the bars lead it; without an end on the track, that is told as its end."""
    bars, side, stop = track.bars, entry.side, entry.stop
    low, high = (stop, entry.limit) if side > 0 else (entry.limit, stop)
    lowest, highest, t = entry.price, entry.price, entry.bar
    while t < until and bars[t].low > low and bars[t].high < high:
        lowest, highest = min(lowest, bars[t].close), max(highest, bars[t].close)
        t += 1
    best, worst = (highest, lowest) if side > 0 else (lowest, highest)
    if t >= until or stop_is_hit(side, bars[t].high, bars[t].low, stop):
        return Course(-1, track.last if t >= until else t, stop, best, worst, best, worst)
    partial, at_first = t, best
    worst_after = limit_met_at(side, bars[t].open, entry.limit)
    while t < track.last:
        close = bars[t].close
        best = max(best, close) if side > 0 else min(best, close)
        worst_after = min(worst_after, close) if side > 0 else max(worst_after, close)
        stop = raised(given, side, best - side * (trail * track.atr[t]), stop)
        t += 1
        if t < track.last and stop_is_hit(side, bars[t].high, bars[t].low, stop):
            break
    reached = limit_met_at(side, bars[partial].open, entry.limit)
    best_after = max(best, reached) if side > 0 else min(best, reached)
    return Course(partial, t, stop, at_first, worst, best_after, worst_after)


@part
def _take(bars: Records, given: Record, entry: Entry, course: Course) -> Fill:
    """The partial; nothing at no price where there is none."""
    if course.partial < 0:
        return Fill(0.0, 0.0, 0.0, 0.0)
    price, quantity = limit_met_at(entry.side, bars[course.partial].open, entry.limit), coins(given, entry.part)
    return Fill(price, quantity, entry.side * quantity * (price - entry.price), given.maker_fee * quantity * price)


@part
def _stop_out(open_: float, given: Record, entry: Entry, stop: float, left: float) -> Fill:
    price = stopped_at(given, entry.side, open_, stop)
    return Fill(price, left, entry.side * left * (price - entry.price), given.taker_fee * left * price)


@inner
def _settle(
    bars: Records, given: Record, account: Record, candidate: Record, entry: Entry, course: Course, told: Records
) -> int:
    """Book it all; the bar it ended at, or 0 where a mark comes to one of the account's limits and nothing was done."""
    opening, first = given.taker_fee * entry.quantity * entry.price, _take(bars, given, entry, course)
    left = coins(given, candidate.units - entry.part) if course.partial >= 0 else entry.quantity
    last = _stop_out(bars[course.end].open, given, entry, course.stop, left)
    opened = Held(account.balance - opening, entry.side * entry.quantity, entry.price)
    after = Held(opened.balance + (first.gain - first.fee), entry.side * left, entry.price)
    balance = after.balance + (last.gain - last.fee)
    if min(_worth(opened, course.worst), _worth(after, course.worst_after), balance) <= account.alert:
        return 0
    is_partial = course.partial >= 0
    value(account, opened.balance)
    _mark(bars, account, opened, (entry.bar, course.partial if is_partial else course.end), (course.best, course.worst))
    if is_partial:
        value(account, _worth(after, first.price))
        _mark(bars, account, after, (course.partial, course.end), (course.best_after, course.worst_after))
    value(account, balance)
    account.balance, account.unrealized = balance, 0.0
    account.fees = account.fees + opening + first.fee + last.fee
    fees, realized = opening + first.fee + last.fee, first.gain + last.gain
    risk_amount = entry.quantity * candidate.stop_distance
    profit = realized - fees
    r_multiple = profit / risk_amount if risk_amount else 0.0
    _count(account, is_partial, given.trend_partial_fraction > 0.0)
    close_trade(account, profit, r_multiple)
    if len(told) > 0:
        _tell(told[0], given, candidate, entry, course, first, last)
        told[0].realized, told[0].fees, told[0].profit, told[0].r_multiple = realized, fees, profit, r_multiple
    return course.end


@part
def _worth(held: Held, price: float) -> float:
    return held.balance + held.coins * (price - held.entry)


@part
def _mark(bars: Records, account: Record, held: Held, span: tuple[int, int], furthest: tuple[float, float]) -> None:
    """Value the account at each close of a span; one by one only where a peak is among them."""
    if _worth(held, furthest[0]) <= account.peak:
        account.trough = min(account.trough, _worth(held, furthest[1]))
        return
    for t in range(span[0], span[1]):
        value(account, _worth(held, bars[t].close))


@part
def _count(account: Record, is_partial: bool, rests: bool) -> None:  # noqa: FBT001
    """The transitions of a position and its orders up to its end, and their fills."""
    account.position_init += 1
    account.position_request_stop += 1
    account.position_fill += 1
    account.position_confirm_stop += 1
    account.position_take_partial += is_partial
    account.position_trail += is_partial
    account.order_init += 1 + rests
    account.order_accept += 1 + rests
    account.order_fill += 1 + is_partial
    account.order_cancel += rests and not is_partial
    account.trades += 1
    account.fills += 2 + is_partial


@part
def _tell(
    trade: Record, given: Record, candidate: Record, entry: Entry, course: Course, first: Fill, last: Fill
) -> None:
    """Write the trade but for its money."""
    trade.set, trade.mode, trade.side, trade.signal_bar = given.set, TREND, entry.side, candidate.bar
    trade.entry_bar, trade.partial_bar, trade.exit_bar = entry.bar, course.partial, course.end
    trade.bars, trade.exit = course.end - entry.bar, TRAILED if course.partial >= 0 else STOPPED
    trade.entry_price, trade.partial_price, trade.exit_price = entry.price, first.price, last.price
    trade.quantity, trade.partial_quantity = entry.quantity, first.quantity
    trade.stop_distance, trade.funding = candidate.stop_distance, 0.0
