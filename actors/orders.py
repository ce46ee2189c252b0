"""Which orders a position needs, tick and lot exact, with ids that say whose they are."""

from decimal import Decimal

from actors.kernel.effects import Effect, Tell
from core.reasons import Reason
from core.trading.chase import GOES_ON
from core.trading.floated import floated
from core.trading.holding import Holding
from core.trading.instrument import Instrument
from core.trading.modes import TREND_BREAKOUT
from core.trading.orders import CancelOrder, OrderRequest, PlaceOrder


class OrderMaker:
    """Makes the orders of one symbol's positions.

    Args:
        symbol: Whose.
        instrument: Steps of prices and quantities.
        tag: What every id begins with.
    """

    def __init__(self, symbol: str, instrument: Instrument, *, tag: str) -> None:
        self._symbol = symbol
        self._orders = f"{symbol}/order"
        self._instrument = instrument
        self._tag = tag

    def entry(self, held: Holding, reference_price: float) -> Effect:
        """The opening order: a breakout crosses the spread, if it is not chased; a fade rests at the signal's close."""
        price = None
        if held.mode != TREND_BREAKOUT:
            price = self._instrument.price_away(reference_price, held.side)
        return self._order(held, "entry", held.side, held.ordered, price, reference_price)

    def next_entry(self, held: Holding, reason: Reason) -> list[Effect]:
        """The order that follows one of a chase, for what is not filled; none where it ended for good, or is dust."""
        rest = held.ordered - held.filled
        is_over = held.mode != TREND_BREAKOUT or reason not in GOES_ON or held.exit_reason
        if is_over or (held.filled and self._instrument.is_dust(rest, held.entry_price)):
            return []
        return [self._order(held, "entry", held.side, rest, None)]

    def first_target(self, held: Holding) -> list[Effect]:
        """The resting order at the first target: a part, all where the rest would be dust, none where none is meant."""
        if not held.management.partial_fraction:
            return []
        wanted = self._instrument.quantity(floated(held.filled) * held.management.partial_fraction)
        price = self._instrument.price_toward(held.first_target, held.side)
        rest = held.remaining - wanted
        limit = floated(price)
        if not rest or self._instrument.is_dust(wanted, limit) or self._instrument.is_dust(rest, limit):
            return [self._order(held, "target", -held.side, held.remaining, price)]
        return [self._order(held, "partial", -held.side, wanted, price)]

    def second_target(self, held: Holding) -> list[Effect]:
        """The resting order for the rest, where the mode has a second target."""
        level = held.management.secondary_target
        if level is None:
            return []
        price = self._instrument.price_toward(level, held.side)
        return [self._order(held, "target", -held.side, held.remaining, price)]

    def exit(self, held: Holding) -> Effect:
        """All that is left, at the market, or as much of it as one order may have."""
        return self._order(held, "exit", -held.side, self._instrument.slice_of(held.remaining), None)

    def cancel(self, held: Holding, role: str, reason: Reason) -> Effect:
        """Take the order of a role back."""
        return Tell(self._orders, CancelOrder(self._symbol, held.orders[role], reason))

    def _order(
        self,
        held: Holding,
        role: str,
        side: int,
        quantity: Decimal,
        price: Decimal | None,
        reference_price: float | None = None,
    ) -> Effect:
        held.sent += 1
        client_order_id = f"{self._tag}-{held.number}-{held.sent}-{role}"
        held.orders[role] = client_order_id
        is_entry = role == "entry"
        request = OrderRequest(
            client_order_id=client_order_id,
            symbol=self._symbol,
            position=f"{self._symbol}/position/{held.number}",
            role=role,
            side=side,
            quantity=quantity,
            price=price,
            post_only=is_entry and price is not None,
            reduce_only=not is_entry,
            stop_distance=held.r if is_entry else None,
            reference_price=reference_price,
        )
        return Tell(self._orders, PlaceOrder(request))
