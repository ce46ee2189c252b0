"""What the desk of a real venue says of one order: commands, and the timers that bring it back to mind."""

from actors.kernel.effects import Effect, SetTimer
from core.message import Facts
from core.reasons import Reason
from core.trading.live import LiveParams
from core.trading.reports import Command
from core.trading.tracked import Tracked
from core.trading.wire import place_fields


class Asking:
    """Makes the desk's commands.

    Args:
        symbol: Whose orders.
        params: Patience.
        actor: Address of the venue keeper, for commands.
    """

    def __init__(self, symbol: str, params: LiveParams, *, actor: str) -> None:
        self._symbol = symbol
        self._params = params
        self._actor = actor

    def place(self, order: Tracked, reason: Reason, now: int) -> list[Effect]:
        """Send an order."""
        fields = place_fields(order.request, order.stop)
        command = Command(now, self._actor, "place", order.request.client_order_id, fields, (reason,))
        # The request itself times out much earlier; this is for an answer that is lost within the process.
        return [command, *self.wake(order, now + self._params.absent_ms)]

    def amend(self, order: Tracked, price: str, stop: str | None, now: int) -> list[Effect]:
        """Move an order, and the stop it carries; None: that stays."""
        order.since_ms, order.absents, order.tries = now, 0, 0
        fields: Facts = {"symbol": self._symbol, "price": price, "stop": stop}
        client_order_id, reasons = order.request.client_order_id, (Reason.CHASE_REQUOTED,)
        command = Command(now, self._actor, "amend", client_order_id, fields, reasons)
        return [command, *self.wake(order, now + self._params.absent_ms)]

    def cancel(self, order: Tracked, now: int) -> list[Effect]:
        """Take an order back, if that is meant, not asked for yet, and the venue is known to have it."""
        if not order.cancel or order.is_canceling or order.phase != "working":
            return []
        order.is_canceling, order.since_ms, order.absents = True, now, 0
        reason = Reason[order.cancel]
        client_order_id = order.request.client_order_id
        command = Command(now, self._actor, "cancel", client_order_id, {"symbol": self._symbol}, (reason,))
        return [command, *self.wake(order, now + self._params.absent_ms)]

    def find(self, client_order_id: str, reason: Reason, now: int) -> Effect:
        """Ask the venue for an order by its id."""
        return Command(now, self._actor, "find_order", client_order_id, {"symbol": self._symbol}, (reason,))

    def look(self, order: Tracked, now: int) -> list[Effect]:
        """Ask for an order, and set the timer that asks again."""
        order.tries += 1
        reason = Reason.SETTLING if order.ended else Reason.OUTCOME_UNKNOWN
        question = self.find(order.request.client_order_id, reason, now)
        return [question, *self.wake(order, now + self.pause(order, self._params.look_ms))]

    def wake(self, order: Tracked, due_ms: int) -> list[Effect]:
        """Have the order looked after at this time, UTC ms."""
        return [SetTimer(f"order:{order.request.client_order_id}", due_ms)]

    def pause(self, order: Tracked, first_ms: int) -> int:
        """How long to the next try, ms; it doubles each time."""
        return int(min(first_ms * 2 ** min(order.tries, 10), self._params.look_most_ms))
