"""The account: one coin, positions on cross margin, and what its margin allows.

Source:
    Bybit v5, account/wallet-balance: total* are in USD, which is worth one USDT here.
"""

from collections.abc import Callable, Iterable
from decimal import Decimal

from actors.adapters.sandbox.exchange.amount import ZERO
from actors.adapters.sandbox.exchange.order import Order
from actors.adapters.sandbox.exchange.params import ExchangeParams
from actors.adapters.sandbox.exchange.position import Position

ONE_WAY, HEDGE = 0, 3
"""Position modes, as they are spelled."""
Marks = Callable[[str], Decimal]
"""The mark price of a symbol."""


class Account:
    """A unified trading account with regular (cross) margin.

    Args:
        params: Balance, leverage, maintenance rate.
        now: When it was opened.
    """

    def __init__(self, params: ExchangeParams, now: int) -> None:
        self.wallet = params.balance
        """USDT."""
        self.realized_ever = ZERO
        self.opened_ms = now
        self.updated = now
        self.mode: dict[str, int] = {}
        self._params = params
        self._positions: dict[tuple[str, int], Position] = {}

    def position(self, symbol: str, idx: int) -> Position:
        """The position of a symbol and leg, flat if there was none yet."""
        found = self._positions.get((symbol, idx))
        if found is None:
            other = self._positions.get((symbol, 3 - idx)) if idx else None
            leverage = other.leverage if other else self._params.leverage
            found = Position(symbol, idx, leverage, self.opened_ms, updated=self.opened_ms)
            self._positions[symbol, idx] = found
        return found

    def legs(self, symbol: str) -> list[Position]:
        """All positions a symbol has in its mode."""
        return [self.position(symbol, idx) for idx in ((1, 2) if self.mode.get(symbol) == HEDGE else (0,))]

    @property
    def held(self) -> list[Position]:
        """Positions that are not flat."""
        return [position for position in self._positions.values() if position.size]

    def pay(self, amount: Decimal, now: int) -> None:
        """Change the balance."""
        self.wallet += amount
        self.realized_ever += amount
        self.updated = now

    def unrealized(self, marks: Marks) -> Decimal:
        """Profit of all positions at their marks."""
        return sum((position.profit(marks(position.symbol)) for position in self.held), ZERO)

    def equity(self, marks: Marks) -> Decimal:
        """Balance and unrealized profit: the margin balance."""
        return self.wallet + self.unrealized(marks)

    def initial_margin(self, position: Position, marks: Marks) -> Decimal:
        """What a position binds."""
        return abs(position.size) * marks(position.symbol) / position.leverage

    def maintenance_margin(self, position: Position, marks: Marks) -> Decimal:
        """What a position must not fall below."""
        return abs(position.size) * marks(position.symbol) * self._params.maintenance_rate

    def positions_margin(self, marks: Marks) -> Decimal:
        """What all positions bind."""
        return sum((self.initial_margin(position, marks) for position in self.held), ZERO)

    def maintenance(self, marks: Marks) -> Decimal:
        """What all positions must not fall below."""
        return sum((self.maintenance_margin(position, marks) for position in self.held), ZERO)

    def order_margin(self, order: Order) -> Decimal:
        """What a resting order binds: the part of it that would open something, and its fee."""
        if not order.is_resting or order.reduce_only:
            return ZERO
        return self.margin_for(order, order.leaves)

    def margin_for(self, order: Order, quantity: Decimal) -> Decimal:
        """What a quantity of an order would bind."""
        position = self.position(order.symbol, order.position_idx)
        opening = max(ZERO, quantity - position.closable(order.side))
        return opening * order.price * (1 / position.leverage + self._params.taker_fee)

    def orders_margin(self, orders: Iterable[Order]) -> Decimal:
        """What all resting orders bind."""
        return sum((self.order_margin(order) for order in orders), ZERO)

    def available(self, marks: Marks, orders: Iterable[Order]) -> Decimal:
        """What is free for new orders; never below 0."""
        return max(ZERO, self.equity(marks) - self.positions_margin(marks) - self.orders_margin(orders))

    def price_where(self, position: Position, marks: Marks, *, maintained: bool) -> Decimal | None:
        """Where a position, moving alone, exhausts the account.

        Args:
            position: Which.
            marks: Of the others.
            maintained: True: down to the maintenance margin (liquidation); False: down to nothing (bankruptcy).

        Returns:
            A price, or None where no positive price does it.
        """
        if not position.size:
            return None
        rate = self._params.maintenance_rate if maintained else ZERO
        others = self.equity(marks) - position.profit(marks(position.symbol))
        if maintained:
            others -= self.maintenance(marks) - self.maintenance_margin(position, marks)
        held = abs(position.size)
        price = (position.sign * position.cost - others) / (held * (position.sign - rate))
        return price if price > 0 else None
