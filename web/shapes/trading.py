"""Shapes of execution, risk, the account and its trades."""

from typing import Annotated, Literal

from pydantic import Field

from web.shapes.shape import Shape

Money = Annotated[float, Field(description="Quote currency.")]
OptionalMoney = Annotated[float | None, Field(description="Quote currency; null where there is none yet.")]
Direction = Annotated[int, Field(description="+1 long, -1 short, 0 none.")]
Mode = Annotated[str, Field(description="`TREND_BREAKOUT`, `VWAP_REVERSION`, `ADOPTED` or `NONE`.")]
Counts = dict[str, int]


class Guard(Shape):
    """One guard's verdict."""

    guard: str
    code: str
    """The reason code that a no carries."""
    passed: bool | None
    """Null: it could not be measured, or is off."""
    value: float | None
    """Null where nothing was measured; of a guard that passed, bars since what never happened."""
    threshold: float | None
    distance: float | None
    """From value to threshold, where the guard failed by a measured amount."""
    label: Literal["normal", "high", "extreme"] | None
    """What the value is called; of `volatility` alone."""


class Judged(Shape):
    """What every evaluation holds."""

    bar_open_ms: int
    """The bar, UTC ms."""
    decision: str
    """`entry`, `blocked` or `in_position`."""
    first: str | None
    """Code of the first guard that said no; empty or null where none did."""
    mode: Mode
    side: Direction
    regime: str
    guards: list[Guard]
    """In their fixed order."""


class Evaluation(Judged):
    """An evaluation from the journal."""

    seq: int
    ts: int
    """The bar's close, UTC ms."""
    bar_time: str
    """The bar's open in ISO 8601."""
    symbol: str


class Order(Shape):
    """An order in flight."""

    instance: str
    """Its chart."""
    state: str
    role: str
    """`entry`, `partial`, `target` or `exit`."""
    side: Direction
    quantity: float
    """Base coin."""
    price: OptionalMoney


class ExecutionStatus(Shape):
    """Orders in flight, and what became of the bars."""

    symbol: str
    session: str
    """Entries are made while it is `trading`."""
    position: str
    """The position's state; `flat` without one."""
    orders: list[Order]
    bars: int
    """Closed bars seen."""
    decisions: Counts
    """Bars by decision."""
    blocked: Counts
    """Bars without an entry, by the first guard that said no."""


class Position(Shape):
    """An open or pending position."""

    instance: str
    configuration: list[str]
    state: str
    """`pending`, `open`, `partial` or `trailing`."""
    protection: str
    """`unprotected`, `requested`, `confirmed`, `lost` or `released`."""
    target: OptionalMoney
    mode: Mode
    side: Direction
    quantity: float
    """Base coin."""
    entry_price: OptionalMoney
    stop: OptionalMoney
    r: float
    """Distance from entry to the first stop."""
    best_close: OptionalMoney
    unrealized_pnl: Money
    unrealized_r: float
    opened_at: int | None
    """UTC ms."""


class Risk(Shape):
    """The limits and where the account stands towards them."""

    state: str
    instance: str
    day_loss_pct: float
    """% of equity since 00:00 UTC."""
    week_loss_pct: float
    """% of equity since Monday."""
    daily_limit_pct: float
    weekly_limit_pct: float
    open_positions: int
    max_positions: int


class Account(Shape):
    """Money and counts since the run began."""

    equity: Money
    balance: Money
    start_equity: Money
    fees: Money
    funding: Money
    trades: int
    """Entered."""
    wins: int
    fills: int
    peak_equity: Money
    drawdown_pct: float
    """From the highest equity, %."""
    by_exit: Counts
    """Closed trades by reason code."""
    by_mode: Counts


class ClosedTrade(Shape):
    """A position's life, from the journal's record of its end."""

    seq: int
    """The journal row of its end; page with it."""
    instance: str
    symbol: str
    mode: Mode
    side: Direction
    opened_ms: int
    """First fill, UTC ms."""
    closed_ms: int
    bars: int
    """Closed bars it was held."""
    quantity: float
    """Base coin."""
    entry_price: float
    """Average of the entry's fills."""
    exit_price: float
    """Of the last fill."""
    exit: str
    """Reason code."""
    profit: Money
    """After fees and funding."""
    r_multiple: float
    fees: Money
    funding: Money
    entry_reasons: list[str]
