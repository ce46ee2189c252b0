"""Every parameter set's account over all bars, from signal to signal, compiled and spread over the cores.

The rules are those of the paper venue, the position keeper, the order keeper and the risk officer, in the order in
which their cascades reach the account: funding, then market orders at the open; the day's roll; the stop, then limits
within the range; the mark, the trail and the time stop at the close. While nothing is held, nothing happens to an
account but days, so bars between two signals are jumped over.
"""

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from numba import prange

from core.market.bars import Floats
from core.sweep.account import begin, draw_down, roll, size, tell_days
from core.sweep.guards import propose
from core.sweep.machine import borrowed, drawn, part, spread
from core.sweep.position import (
    FLAT,
    OPEN,
    PENDING,
    TRAILING,
    close_bar,
    fill_at_open,
    fill_within,
    fund,
    is_reached,
    plan,
    raised,
)
from core.sweep.quick import Track, lead_quickly
from core.sweep.records import CALENDAR, CANDIDATE, FUNDING, HALTED_FOR_DAY, Record, Records
from core.sweep.signals import Levels, Places, highest_of_last, occurrences

_STRETCH_BARS: Final = 1024
"""Bars that all sets of a group run over before the next; their records and levels fill a part of a core's cache."""


class Tape(NamedTuple):
    """What all sets run over."""

    bars: Records
    looks: Records
    rules: Records
    has_breakouts: bool
    high: Floats
    low: Floats
    atr: Floats
    """A row for each of the look-backs; shape (ATRs, T)."""


class Books(NamedTuple):
    """What a run writes, a row for each set; accounts are all zero before it."""

    accounts: Records
    trades: Records
    """All sets' trades one after the other; or one place for each set, used again and again."""
    firsts: npt.NDArray[np.int64]
    """Where each set's trades begin."""
    keeps: bool
    marks: Floats
    """Equity at each UTC day's end, shape (N, days); or (N, 0)."""


@spread
def run(tape: Tape, sets: Records, groups: npt.NDArray[np.int64], queue: npt.NDArray[np.int64], books: Books) -> None:
    """Run every set's account.

    Args:
        tape: The market.
        sets: The parameter sets, shape (N,).
        groups: Where each group of sets of one pattern begins, and N; shape (groups + 1,).
        queue: The next group that no core has taken, 0 at first; shape (1,). A core that is done takes the next,
            however the work divides among them.
        books: Written.
    """
    count = len(groups) - 1
    for _ in prange(count):
        g = drawn(queue)
        while g < count:
            _run_group(tape, sets, groups[g], groups[g + 1], books)
            g = drawn(queue)


@part
def _run_group(tape: Tape, sets: Records, first: int, last: int, books: Books) -> None:
    """Find the pattern's signals once, then run each set from one to the next."""
    bars, given = len(tape.bars), sets[first]
    upper, lower, scratch = np.empty(bars), np.empty(bars), np.empty(bars)
    if tape.has_breakouts:
        highest_of_last(given.measure_donchian_bars, tape.high, 1.0, upper, scratch)
        highest_of_last(given.measure_donchian_bars, tape.low, -1.0, lower, scratch)
    signals = np.empty(bars, np.int32)
    count = occurrences(tape.bars, tape.looks, tape.rules, given, (upper, lower, tape.atr[given.atr]), signals)
    for i in range(first, last):
        begin(sets[i], books.accounts[i], tape.bars[0].day_open)
    ready = np.zeros(last - first, np.int64)
    begun = 0
    while begun < count:
        # One stretch for all sets before the next: its bars are then in the core's own cache for all but the first.
        until = (signals[begun] >> 1) // _STRETCH_BARS * _STRETCH_BARS + _STRETCH_BARS
        ended = begun
        while ended < count and signals[ended] >> 1 < until:
            ended += 1
        for i in range(first, last):
            levels = upper, lower, tape.atr[sets[i].atr]
            ready[i - first] = _run(tape, sets[i], levels, signals[begun:ended], books, i, ready[i - first])
        begun = ended
    for i in range(first, last):
        _end(tape.bars[bars - 1], sets[i], books, i)


@part
def _run(tape: Tape, given: Record, levels: Levels, signals: Places, books: Books, i: int, ready: int) -> int:
    """Lead an account from signal to signal; `ready` and the answer: the first bar that it may look for a signal at."""
    account, trades, marks = books.accounts[i], borrowed(books.trades), borrowed(books.marks[i])
    bars, looks, rules = borrowed(tape.bars), borrowed(tape.looks), borrowed(tape.rules)
    upper, lower, atr = borrowed(levels[0]), borrowed(levels[1]), borrowed(levels[2])
    candidate, keeps = np.empty(1, CANDIDATE)[0], int(books.keeps)
    for code in signals:
        t = code >> 1
        if t < ready or t < 1:  # never below 1: told to the compiler, which then leaves out indices from the end
            continue
        bar, rule = bars[t], rules[bars[t].rule]
        tell_days(account, marks, bar.told_day)
        if account.day < bar.day_close:
            roll(given, account, bar.day_close)
        candidate.bar, candidate.side = t, -1 if code & 1 else 1
        seen = (atr[t], atr[t - 1], upper[t - 1], lower[t - 1])
        if account.state >= HALTED_FOR_DAY or not propose(bar, looks[t], rule, given, seen, candidate):
            continue
        candidate.price, candidate.units = bar.close, size(given, account, candidate, bar.close)
        if candidate.units > 0.0:
            place = books.firsts[i] + keeps * account.trades
            track = Track(bars, atr, bar.next_note if given.funding_rate != 0.0 else bar.next_day)
            ready = lead_quickly(track, given, account, candidate, rule, trades[place : place + keeps])
            if ready == 0:
                trade = trades[place]
                plan(given, account, trade, candidate, rule)
                ready = _lead(bars, atr, given, account, trade, marks)
    return ready


@part
def _end(last: Record, given: Record, books: Books, i: int) -> None:
    """Close an account's books at the last bar."""
    account = books.accounts[i]
    roll(given, account, last.day_close)
    draw_down(account)
    tell_days(account, borrowed(books.marks[i]), last.told_day + 1)


@part
def _lead(bars: Records, atr: Floats, given: Record, account: Record, trade: Record, marks: Floats) -> int:
    """Lead a position from its plan on; the first bar at whose close another may be looked for."""
    t = int(trade.signal_bar + 1)
    while t < len(bars):
        bar = bars[t]
        if bar.note:
            _turn(bar, given, account, trade, marks)
        fill_at_open(given, account, trade, t, bar.open)
        if bar.note & CALENDAR:
            roll(given, account, bar.day_close)
        if trade.stage != FLAT and is_reached(trade, bar.high, bar.low):
            fill_within(given, account, trade, t, (bar.open, bar.high, bar.low))
        if trade.stage == FLAT:
            return t
        close_bar(given, account, trade, bar.close, atr[t], bar.chop)
        if trade.stage == FLAT:
            return t + 1
        t += 1
        if trade.stage == OPEN or trade.stage == TRAILING:  # noqa: PLR1714  compiled: no tuple to search
            t = _glide(bars, atr, given, account, trade, t)
    return len(bars)


@part
def _turn(bar: Record, given: Record, account: Record, trade: Record, marks: Floats) -> None:
    """What a bar's open may bring besides its price: the end of days, and funding."""
    tell_days(account, marks, bar.told_day)
    roll(given, account, bar.day_open)
    if bar.note & FUNDING and trade.stage != PENDING and given.funding_rate != 0.0:
        fund(given, account, trade, bar.open)


@part
def _glide(bars: Records, atr: Floats, given: Record, account: Record, trade: Record, first: int) -> int:
    """Pass over the bars on which nothing but marks and a trail happens; the first bar that is `_lead`'s business.

    What `_lead` would do on them bar by bar, with what changes in registers.
    """
    side, stop, best, entry = trade.side, trade.stop, trade.best, trade.entry_price
    held, balance, unrealized = side * trade.left, account.balance, account.unrealized
    peak, trough, alert = account.peak, account.trough, account.alert
    noted = CALENDAR | FUNDING if given.funding_rate != 0.0 else CALENDAR
    trails, last = trade.stage == TRAILING, _uneventful_until(trade, first, len(bars))
    limit = trade.limit if trade.rests else side * np.inf
    t = first
    while t < last:
        bar = bars[t]
        value = held * (bar.close - entry)
        equity = balance + value
        low, high = (stop, limit) if side > 0 else (limit, stop)
        if bar.note & noted or bar.low <= low or bar.high >= high or equity > peak or equity <= alert:
            break
        unrealized, trough = value, min(trough, equity)
        best = max(best, bar.close) if side > 0 else min(best, bar.close)
        if trails:
            stop = raised(given, side, best - side * (trade.trail * atr[t]), stop)
        t += 1
    if t > first:
        trade.bars += t - first
        trade.stop, trade.best, trade.last = stop, best, bars[t - 1].close
        account.unrealized, account.trough = unrealized, trough
    return t


@part
def _uneventful_until(trade: Record, first: int, bars: int) -> int:
    """The first bar whose close may bring a time stop or an exit that is under way; or the end."""
    if trade.leaving:
        return first
    if trade.stage == OPEN and trade.time_stop > 0:
        return int(min(bars, first + max(0, trade.time_stop - 1 - trade.bars)))
    return bars
