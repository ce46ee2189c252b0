"""Equity at every bar's close, rebuilt from a run's fills with the account's own arithmetic."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from actors.lab.tearsheet.trades import Fill, Trade
from actors.paper import FUNDING_MS
from core.market.bars import Bars, Floats, Times
from core.trading.cost import CostParams


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Marks at every bar's close; every array has shape (bars,)."""

    time_ms: Times
    """The closes, UTC ms."""
    equity: Floats
    """Balance plus what the open position would bring, quote currency."""
    exposure: Floats
    """Signed notional of what is held, as a share of equity."""


def curve(bars: Bars, trades: Iterable[Trade], *, start_balance: float, funding_pct: float) -> Curve:
    """The equity curve.

    Args:
        bars: The whole history that was traded.
        trades: What was traded on it, the last one perhaps still open.
        start_balance: Quote currency.
        funding_pct: Percent of notional a long pays every eight hours, as the paper venue charges it.
    """
    count = len(bars)
    cash, quantity, gain = np.zeros(count), np.zeros(count), np.zeros(count)
    for trade in trades:
        _lay(bars, trade, funding_pct / 100.0, (cash, quantity, gain))
    equity = start_balance + np.cumsum(cash) + gain
    exposure = np.divide(quantity * bars.close, equity, out=np.zeros(count), where=equity > 0)
    return Curve(bars.open_ms + bars.timeframe_ms, equity, exposure)


def held(bars: Bars, *, start_balance: float, cost: CostParams) -> Floats:
    """Equity of buying at the first open with everything and selling at the last close, taker fees paid; (bars,)."""
    fee = cost.taker_fee_pct / 100.0
    if not len(bars):
        return np.empty(0)
    equity: Floats = start_balance / (bars.open[0] * (1.0 + fee)) * bars.close
    equity[-1] *= 1.0 - fee
    return equity


def _lay(bars: Bars, trade: Trade, rate: float, onto: tuple[Floats, Floats, Floats]) -> None:
    cash, quantity, gain = onto
    places = [_bar(bars, fill) for fill in trade.fills]
    left = price = 0.0
    for number, (fill, place) in enumerate(zip(trade.fills, places, strict=True)):
        cash[place] += fill.realized - fill.fee
        if fill.is_entry:
            price = (left * price + fill.quantity * fill.price) / (left + fill.quantity)
        left += fill.quantity if fill.is_entry else -fill.quantity
        is_last = number + 1 == len(places)
        end = places[number + 1] if not is_last else place if trade.exit else len(bars)
        quantity[place:end] = trade.side * left
        gain[place:end] = trade.side * left * (bars.close[place:end] - price)
        until = end + 1 if not is_last or trade.exit else end
        _fund(bars, slice(place + 1, until), trade.side * left * rate, cash)


def _fund(bars: Bars, span: slice, factor: float, cash: Floats) -> None:
    """Charge at every open on the funding hours; what fills inside that bar was held at its open."""
    if factor:
        due = bars.open_ms[span] % FUNDING_MS == 0
        cash[span] -= np.where(due, factor * bars.open[span], 0.0)


def _bar(bars: Bars, fill: Fill) -> int:
    opens = fill.ts if fill.at_open else fill.ts - bars.timeframe_ms
    return min(int(bars.open_ms.searchsorted(opens)), len(bars) - 1)
