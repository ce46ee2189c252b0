"""The paper venue: fills orders on candles by the rules the oracle has, with fees, slippage and funding.

Fills are decisions, so it is a deciding actor like the others. A bar is three inputs. Its open fills market orders, and
the stop and limits that follow are on the book by the end of that cascade. Its range is looked at for the stop first
(pessimistic), then for limits. A gap fills at the open: the stop at the worse of open and stop, a closing limit at the
better of open and limit. A post-only entry counts as filled only when the bar trades *through* its price, and then at
its price; the same bar may still hit its stop. Its close changes nothing here.

Where entries are chased, a sample of the book fills them too: one that rests when the far touch reaches its price, one
at the market at the far touch. Nothing else is filled by quotes.
"""

from math import inf
from typing import ClassVar, Final

from actors.kernel.effects import NOTHING, Effect, Effects, Tell
from core.book.sample import FeatureSample
from core.durations import HOUR_MS, NEVER_MS
from core.message import Json
from core.messages import BarOpened, BarRanged
from core.notices import Reconciled, ReconcileRequested
from core.reasons import Reason
from core.trading.book import PaperBook, Resting
from core.trading.cost import CostParams
from core.trading.floated import floated
from core.trading.orders import (
    AmendOrder,
    CancelOrder,
    FundingCharged,
    MoveStop,
    OrderAccepted,
    OrderCanceled,
    OrderFilled,
    OrderReplaced,
    OrderRequest,
    StopAmended,
    StopFilled,
)
from core.verdict import Approved

FUNDING_MS: Final = 8 * HOUR_MS
"""Funding is charged at 00:00, 08:00 and 16:00 UTC."""


class PaperVenue:
    """One symbol's simulated venue.

    Args:
        symbol: What is traded.
        cost: Fees, slippage and funding.
        on_quotes: Whether quotes fill entries too.
    """

    inputs: ClassVar[tuple[type, ...]] = (BarOpened, BarRanged, FeatureSample)

    def __init__(self, symbol: str, cost: CostParams, *, on_quotes: bool = False) -> None:
        self.address = f"{symbol}/venue"
        self._symbol = symbol
        self._orders = f"{symbol}/order"
        self._position = f"{symbol}/position"
        self._taker = cost.taker_fee_pct / 100.0
        self._maker = cost.maker_fee_pct / 100.0
        self._slippage = cost.slippage_bps / 10_000.0
        self._funding = cost.funding_pct / 100.0
        self._on_quotes = on_quotes
        self._book = PaperBook()

    def wants(self, message: object) -> bool:
        """Bars of its symbol, while there is an order or a position; samples, where they fill anything."""
        if type(message) is FeatureSample and not self._on_quotes:
            return False
        return self.is_busy and message.symbol == self._symbol  # type: ignore[attr-defined]  # one of `inputs`

    def receive(self, message: object, now: int) -> Effects:
        """Fill, or take what the gate lets through."""
        match message:
            case Approved(OrderRequest()):
                return self.submit(message, now)
            case BarRanged():
                return self._range(message.open, message.high, message.low)
            case BarOpened():
                return self._open(message.open, message.ts)
            case MoveStop():
                amended = self.move_stop(message)
                return NOTHING if amended is None else [Tell(self._position, amended)]
            case CancelOrder():
                return self.cancel(message, now)
            case AmendOrder():
                return self.amend(message, now)
            case FeatureSample():
                return self._quoted(message)
            case ReconcileRequested():
                # The book is saved with the journal's batches, so it cannot differ from what we believe.
                detail: dict[str, Json] = {
                    "positions": int(bool(self._book.quantity)),
                    "orders": len(self._book.resting),
                }
                return [Tell("session", Reconciled(detail))]
            case _:
                return NOTHING

    @property
    def is_busy(self) -> bool:
        """Whether anything rests or is held here."""
        return bool(self._book.resting or self._book.quantity)

    @property
    def stop(self) -> float:
        """Price of the protective stop of what is held."""
        return self._book.stop

    def calm(self) -> tuple[float, float]:
        """Low and high that a bar must stay between to fill nothing; nothing is between where a market order waits."""
        book = self._book
        low, high = -inf, inf
        if book.quantity:
            low, high = (book.stop, inf) if book.side > 0 else (-inf, book.stop)
        for order in book.resting.values():
            if order.price is None:
                return inf, -inf
            if order.side > 0:
                low = max(low, order.price)
            else:
                high = min(high, order.price)
        return low, high

    def acts_at(self, now: int) -> int:
        """The next moment after `now` at which funding is due, UTC ms; `now` where a market order waits."""
        book = self._book
        if self._has_market_order():
            return now
        return (now // FUNDING_MS + 1) * FUNDING_MS if book.quantity and self._funding else NEVER_MS

    def fills_at_open(self, ts: int) -> bool:
        """Whether the open of a bar would do anything: a market order waits, or funding is due."""
        book = self._book
        is_funded = bool(book.quantity and self._funding) and not ts % FUNDING_MS
        return is_funded or self._has_market_order()

    def fills_within(self, open_: float, high: float, low: float) -> bool:
        """Whether a bar's range reaches the stop or a limit."""
        if self._book.stop_is_hit(high, low):
            return True
        for order in self._book.resting.values():  # noqa: SIM110  `any` makes a generator, for one order or two
            if order.reached(open_, high, low) is not None:
                return True
        return False

    def submit(self, order: Approved[OrderRequest], now: int) -> Effects:
        """Rest an order until the market reaches it."""
        request = order.item
        if request.reduce_only and not self._book.holds(request.position):
            # As on Bybit; its position was stopped out within the bar that filled it.
            return [Tell(self._orders, OrderCanceled(request.client_order_id, Reason.POSITION_CLOSED))]
        self._book.rest(request)
        return [Tell(self._orders, OrderAccepted(request.client_order_id))]

    def cancel(self, order: CancelOrder, now: int) -> Effects:
        """Take an order off the book."""
        if self._book.resting.pop(order.client_order_id, None) is None:
            return NOTHING
        return [Tell(self._orders, OrderCanceled(order.client_order_id, order.reason))]

    def amend(self, order: AmendOrder, now: int) -> Effects:
        """Move a resting order to another price; one that is filled meanwhile stays so."""
        resting = self._book.resting.get(order.client_order_id)
        if resting is None:
            return NOTHING
        resting.price = float(order.price)
        return [Tell(self._orders, OrderReplaced(order.client_order_id, order.price))]

    def move_stop(self, stop: MoveStop) -> StopAmended | None:
        """Draw the stop nearer; None where it is farther, or of another position, and is left where it is."""
        return self.draw(float(stop.price)) if self._book.holds(stop.position) else None

    def draw(self, price: float) -> StopAmended | None:
        """Draw the stop of what is held nearer; None where it is farther, and is left where it is."""
        book = self._book
        if (price - book.stop) * book.side <= 0:
            return None
        book.stop = price
        return StopAmended(book.position, price)

    def save(self) -> Json:
        """The book."""
        return self._book.save()

    def restore(self, saved: Json) -> None:
        """Take it back."""
        self._book = PaperBook.restore(saved)

    def view(self) -> dict[str, Json]:
        """How much rests here."""
        return {"resting": len(self._book.resting), "quantity": float(self._book.quantity)}

    def _has_market_order(self) -> bool:
        for order in self._book.resting.values():  # noqa: SIM110  `any` makes a generator, for one order or two
            if order.price is None:
                return True
        return False

    def _open(self, price: float, ts: int) -> Effects:
        effects = self._fund(price, ts)
        for order in [order for order in self._book.resting.values() if order.price is None]:
            crossed = price * (1.0 + order.side * self._slippage)
            effects += self._fill(order, crossed, self._taker)
        return effects

    def _range(self, open_: float, high: float, low: float) -> Effects:
        effects = self._stop(open_, high, low)
        for order in list(self._book.resting.values()):
            if order.client_order_id in self._book.resting and (price := order.reached(open_, high, low)) is not None:
                effects += self._fill(order, price, self._maker)
                if not order.reduce_only:
                    # The path inside the bar is not known: after an entry the worst is assumed.
                    effects += self._stop(order.limit, high, low)
        return effects

    def _quoted(self, sample: FeatureSample) -> Effects:
        if sample.bid is None or sample.ask is None:
            return NOTHING
        effects: list[Effect] = []
        for order in [order for order in self._book.resting.values() if not order.reduce_only]:
            far = sample.ask if order.side > 0 else sample.bid
            if order.price is None:
                effects += self._fill(order, far * (1.0 + order.side * self._slippage), self._taker)
            elif (far - order.price) * order.side <= 0:
                effects += self._fill(order, order.price, self._maker)
        return effects

    def _stop(self, open_: float, high: float, low: float) -> list[Effect]:
        book = self._book
        if not book.stop_is_hit(high, low):
            return []
        touched = min(open_, book.stop) if book.side > 0 else max(open_, book.stop)
        price = touched * (1.0 - book.side * self._slippage)
        quantity, position = book.quantity, book.position
        fee = self._taker * floated(quantity) * price
        book.flatten()
        return [Tell(self._orders, StopFilled(position, quantity, price, fee)), *self._canceled()]

    def _fill(self, order: Resting, price: float, fee_rate: float) -> list[Effect]:
        book = self._book
        quantity = book.take(order, price)
        fee = fee_rate * floated(quantity) * price
        stop = None if order.reduce_only else book.stop
        maker = order.price is not None
        filled = OrderFilled(order.client_order_id, quantity, price, fee, maker, complete=True, stop_price=stop)
        effects: list[Effect] = [Tell(self._orders, filled)]
        return effects if book.quantity else [*effects, *self._canceled()]

    def _canceled(self) -> list[Effect]:
        """A flat position's closing orders leave the book with it, as on Bybit."""
        gone = [order.client_order_id for order in self._book.resting.values() if order.reduce_only]
        for client_order_id in gone:
            del self._book.resting[client_order_id]
        return [Tell(self._orders, OrderCanceled(gone_id, Reason.POSITION_CLOSED)) for gone_id in gone]

    def _fund(self, price: float, ts: int) -> list[Effect]:
        book = self._book
        if ts % FUNDING_MS or not book.quantity or not self._funding:
            return []
        amount = book.side * float(book.quantity) * price * self._funding
        return [Tell(self._position, FundingCharged(book.position, amount))]
