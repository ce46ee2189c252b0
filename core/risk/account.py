"""The account's book: what every fill, fee and funding payment made of the start balance."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from core.durations import DAY_MS, WEEK_MS
from core.message import Json, as_dict
from core.trading.booking import FillBooked, TradeClosed

MONDAY_MS: Final = 4 * DAY_MS  # the epoch was a Thursday


@dataclass(slots=True)
class Account:
    """Realised money, statistics of closed trades and the loss limits' opening marks; quote currency."""

    start_balance: float
    balance: float
    unrealized: float = 0.0
    fees: float = 0.0
    funding: float = 0.0
    fills: int = 0
    opened: int = 0
    closed: int = 0
    wins: int = 0
    gross_profit: float = 0.0
    gross_loss: float = 0.0
    sum_r: float = 0.0
    peak_equity: float = 0.0
    max_drawdown_pct: float = 0.0
    day: int = -1
    day_equity: float = 0.0
    week: int = -1
    week_equity: float = 0.0
    by_mode: dict[str, int] = field(default_factory=dict)
    by_exit: dict[str, int] = field(default_factory=dict)

    @classmethod
    def opened_with(cls, balance: float) -> "Account":
        """An untouched account."""
        return cls(balance, balance, peak_equity=balance, day_equity=balance, week_equity=balance)

    @property
    def equity(self) -> float:
        """Balance plus what open positions would bring at the last close, before exit costs."""
        return self.balance + self.unrealized

    @property
    def day_loss_pct(self) -> float:
        """Percent of the day's opening equity lost so far; negative is a gain."""
        return 100.0 * (self.day_equity - (self.balance + self.unrealized)) / self.day_equity

    @property
    def week_loss_pct(self) -> float:
        """Percent of the week's opening equity lost so far; negative is a gain."""
        return 100.0 * (self.week_equity - (self.balance + self.unrealized)) / self.week_equity

    @property
    def drawdown_pct(self) -> float:
        """Percent under the highest equity seen."""
        return 100.0 * (self.peak_equity - self.equity) / self.peak_equity

    def book(self, fill: FillBooked) -> None:
        """Take one fill (or funding payment) into the balance; `mark` values what stays open, over all symbols."""
        self.balance += fill.realized - fill.fee
        self.balance -= fill.funding
        self.fees += fill.fee
        self.funding += fill.funding
        self.fills += fill.fills
        self.opened += fill.opens

    def close(self, trade: TradeClosed) -> None:
        """Count a trade that is over."""
        self.closed += 1
        self.wins += trade.profit > 0
        self.gross_profit += max(trade.profit, 0.0)
        self.gross_loss += max(-trade.profit, 0.0)
        self.sum_r += trade.r_multiple
        self.by_mode[trade.mode] = self.by_mode.get(trade.mode, 0) + 1
        self.by_exit[trade.exit] = self.by_exit.get(trade.exit, 0) + 1

    def mark(self, unrealized: float) -> None:
        """Value open positions at the last close; moves the peak and the drawdown."""
        self.mark_each((unrealized,))

    def mark_each(self, values: Iterable[float]) -> None:
        """`mark` for each, oldest first."""
        balance, peak, deepest, unrealized = self.balance, self.peak_equity, self.max_drawdown_pct, self.unrealized
        for unrealized in values:
            equity = balance + unrealized
            if equity > peak:
                peak = equity
            else:
                drawdown = 100.0 * (peak - equity) / peak
                deepest = max(deepest, drawdown)
        self.unrealized, self.peak_equity, self.max_drawdown_pct = unrealized, peak, deepest

    def roll(self, now_ms: int) -> tuple[bool, bool]:
        """Open a new UTC day or week where `now_ms` lies in one; returns (new day, new week)."""
        day, week = now_ms // DAY_MS, (now_ms - MONDAY_MS) // WEEK_MS
        new_day, new_week = day != self.day, week != self.week
        if new_day:
            self.day, self.day_equity = day, self.equity
        if new_week:
            self.week, self.week_equity = week, self.equity
        return new_day, new_week

    def save(self) -> Json:
        """The whole book as JSON."""
        return as_dict(self) | {"by_mode": dict(self.by_mode), "by_exit": dict(self.by_exit)}

    @classmethod
    def restore(cls, saved: Json) -> "Account":
        """The book as `save` left it."""
        if not isinstance(saved, dict):
            raise TypeError(f"a saved account is a JSON object, not {type(saved).__name__}")
        values: dict[str, Any] = dict(saved)
        return cls(**values)
