"""What a sweep tells: per parameter set the summary of a backtest, and on request its days and its trades."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.market.bars import Floats
from core.message import Json
from core.sweep.params import Trial
from core.sweep.records import EVENTS, EXITS, MODES, TOLD, Records


@dataclass(frozen=True, slots=True, eq=False)
class SweepResult:
    """Every trial's outcome; a row for each, in the order they were given."""

    trials: tuple[Trial, ...]
    start_equity: Floats
    accounts: Records
    """`core.sweep.records.ACCOUNT`: trades, fills, wins, fees, funding and so on as columns; shape (N,)."""
    shared: Mapping[tuple[str, str], int]
    """Transitions of the charts that no trial moves, by (chart, event)."""
    marks: Floats | None
    """Equity at each UTC day's end, shape (N, days); None unless asked for."""
    trades: Records | None
    """`core.sweep.records.TRADE`: all trades, set by set in order of entry; None unless asked for."""

    def __len__(self) -> int:
        return len(self.trials)

    @property
    def final_equity(self) -> Floats:
        """Balance plus what an open position would bring at the last close; shape (N,)."""
        return np.asarray(self.accounts["balance"] + self.accounts["unrealized"])

    def transitions(self, trial: int) -> dict[tuple[str, str], int]:
        """How often every transition was taken, by (chart, event); those never taken are left out."""
        account = self.accounts[trial]
        own = {_chart_event(event): account[event].item() for event in EVENTS}
        return {**self.shared, **{name: count for name, count in own.items() if count}}

    def daily_equity(self) -> Floats:
        """The equity at each UTC day's end, the start in front, as `core.lab.returns.daily_equity`; (days + 1, N).

        From the first day's end at or below zero on the account holds nothing.

        Raises:
            ValueError: If the sweep was not asked to keep its days.
        """
        if self.marks is None:
            raise ValueError("this sweep kept no days: run it with keep_days=True")
        spent = np.logical_or.accumulate(self.marks <= 0, axis=1)
        return np.vstack((self.start_equity, np.where(spent, 0.0, self.marks).T))

    def daily_returns(self) -> Floats:
        """Each UTC day's change as a share of what was there; shape (days, N), 0 after ruin."""
        equity = self.daily_equity()
        change = np.diff(equity, axis=0)
        return np.divide(change, equity[:-1], out=np.zeros_like(change), where=equity[:-1] > 0)

    def summary(self, trial: int) -> dict[str, Json]:
        """What a backtest's summary says of money and trades."""
        account = self.accounts[trial]
        told: dict[str, Json] = {name: account[name].item() for name in ("trades", "fills", "wins", "fees", "funding")}
        loss, closed = account["gross_loss"].item(), account["closed"].item()
        return told | {
            "final_equity": self.final_equity[trial].item(),
            "max_drawdown_pct": account["max_drawdown_pct"].item(),
            "profit_factor": account["gross_profit"].item() / loss if loss else None,
            "expectancy_r": account["sum_r"].item() / closed if closed else None,
            "transitions": sum(self.transitions(trial).values()),
        }

    def trades_of(self, trial: int) -> list[dict[str, Json]]:
        """One trial's trades in order of entry; the last may still be open, its exit then empty and its bar -1.

        Raises:
            ValueError: If the sweep was not asked to keep its trades.
        """
        if self.trades is None:
            raise ValueError("this sweep kept no trades: run it with keep_trades=True")
        first, last = np.searchsorted(self.trades["set"], (trial, trial + 1))
        rows = self.trades[first:last]
        told = [dict(zip(TOLD, values, strict=True)) for values in rows[list(TOLD)].tolist()]
        return [row | {"mode": MODES[row["mode"]], "exit": EXITS[row["exit"]]} for row in told]


def _chart_event(event: str) -> tuple[str, str]:
    chart, _, name = event.partition("_")
    return chart, name
